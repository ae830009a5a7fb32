/** The README's JavaScript runs, as one program; its TypeScript and its table of sizes hold. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { transform } from "esbuild";
import { gzipSync } from "node:zlib";
import { bundle } from "../build.mjs";
import { server } from "./server.js";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const blocks = (language: string) => [...readme.matchAll(/```(\w+)\n(.*?)```/gs)].filter(([, found]) => found === language).map(([, , code]) => code!);
const modules: Record<string, string> = { "adjax-jsonrpc": "index", "adjax-jsonrpc/values": "values" };

test("JavaScript", async () => {
  const { transport, requests } = server(({ body }) =>
    Array.isArray(body)
      ? body.filter(({ id }) => id).map(({ id }) => ({ jsonrpc: "2.0", id, result: 3 }))
      : JSON.stringify(body).includes('"qty":-1')
        ? { jsonrpc: "2.0", id: body.id, error: { code: -32602, message: "Invalid params", data: { errors: [{ path: "/items/0/qty", message: "too small" }] } } }
        : { jsonrpc: "2.0", id: body.id, result: 3 },
  );
  const printed: unknown[] = [];
  const program = blocks("js").join("\n").replace(
    /^import (\{.*\}) from "(.*)";$/gm,
    (_, names, from) => `const ${names} = modules[${JSON.stringify(from)}];`,
  );
  const loaded = Object.fromEntries(
    await Promise.all(Object.entries(modules).map(async ([name, file]) => [name, await import(`../src/${file}.js`)])),
  );
  for (const [, names, from] of readme.matchAll(/^import (\{.*\}) from "(.*)";$/gm)) {
    for (const name of names!.matchAll(/[\w ]+/g)) {
      if (!name[0].includes("type ") && name[0].trim()) assert.ok(name[0].trim() in loaded[from!], `${name[0]} of ${from}`);
    }
  }
  const before = globalThis.fetch;
  globalThis.fetch = transport as typeof fetch;
  try {
    const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
    await new AsyncFunction("modules", "console", program)(loaded, { log: (...line: unknown[]) => printed.push(line) });
  } finally {
    globalThis.fetch = before;
  }
  assert.deepEqual(printed, [["AbortError"], [["too small"]]]);
  assert.ok(requests.length > 5);
});

test("TypeScript", async () => {
  for (const code of blocks("ts")) await transform(code, { loader: "ts" });
});

test("sizes", async () => {
  for (const [entry, row] of [["src/core.ts", "core: batching"], ["src/classic.ts", "classic script with"]] as const) {
    const bytes = gzipSync(await bundle(entry, entry.includes("classic") ? "iife" : "esm"), { level: 9 }).length;
    const written = Number(new RegExp(`\\| ${row}[^|]*\\| ([\\d.]+)`).exec(readme)![1]);
    assert.ok(Math.abs(written - bytes / 1000) < 0.01, `${row}: ${bytes} bytes`);
  }
});
