export function bundle(entry: string | { contents: string }, format: "esm" | "iife"): Promise<string>;
