// Prints the sizes of comparable libraries, measured as in size.mjs. Installs them into a temporary directory.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

// The exports that a page needs to make calls or to encode types.
const others = [
  ["typed-rpc@6.1.2", 'export { rpcClient } from "typed-rpc"'],
  ["json-rpc-2.0@1.8.1", 'export { JSONRPCClient } from "json-rpc-2.0"'],
  ["superjson@2.2.6", 'export { default } from "superjson"'],
  ["devalue@6.0.3", 'export { parse, stringify } from "devalue"'],
  ["@trpc/client@11.25.2", 'export { createTRPCClient, httpBatchLink } from "@trpc/client"; export { default } from "superjson"'],
  ["capnweb@0.12.0", 'export { newHttpBatchRpcSession } from "capnweb"'],
];

const folder = mkdtempSync(join(tmpdir(), "sizes-"));
try {
  const packages = others.map(([name]) => name);
  execFileSync("npm", ["install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, ...packages, "@trpc/server@11.25.2"]);
  for (const [name, contents] of others) {
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: folder },
      bundle: true,
      format: "esm",
      legalComments: "none",
      logLevel: "error",
      minify: true,
      platform: "browser",
      target: "es2022",
      write: false,
    });
    const kB = gzipSync(outputFiles[0].contents, { level: 9 }).length / 1000;
    console.log(`${(name + (contents.includes("trpc") ? " with superjson" : "")).padEnd(40)}${kB.toFixed(2).padStart(6)} kB`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
