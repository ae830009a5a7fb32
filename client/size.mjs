// Prints the size of each entry (minified, gzip -9, in units of 1,000 bytes). Fails if an entry is over its budget.
import { gzipSync } from "node:zlib";
import { bundle } from "./build.mjs";

const rows = [
  ["core: batching, abort, CSRF, errors", "src/core.ts", 3000],
  ["createClient with all types and retries", { contents: 'export { createClient } from "./src/index.ts"' }, 4500],
  ["classic script with the adjax 1.2 API", "src/classic.ts", 6000, "iife"],
  ["explorer: its script", "src/explorer/main.ts", 50000, "iife"],
  ["explorer: its style sheet", "src/explorer/explorer.css", 10000],
  ["everything the main entry exports", "src/index.ts"],
];

const kB = (bytes) => (bytes / 1000).toFixed(3).padStart(7);
console.log(`${"bundle".padEnd(40)}     kB   budget`);
for (const [name, entry, budget, format = "esm"] of rows) {
  const bytes = gzipSync(await bundle(entry, format), { level: 9 }).length;
  const over = budget && bytes > budget;
  console.log(`${name.padEnd(40)}${kB(bytes)}${budget ? `  ${kB(budget)}` : ""}${over ? "  over" : ""}`);
  if (over) process.exitCode = 1;
}
