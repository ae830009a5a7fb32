// Builds the static files and the npm package. With --check, only compares the static files.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { bundleDeclarations } from "./declarations.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const statics = join(here, "../adjax_jsonrpc/static/adjax_jsonrpc");
const { version } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));

export const bundle = async (entry, format) => {
  const source = typeof entry === "string" ? { entryPoints: [join(here, entry)] } : { stdin: { ...entry, resolveDir: here, loader: "ts" } };
  const result = await build({
    ...source,
    absWorkingDir: here,
    bundle: true,
    charset: "ascii",
    format,
    legalComments: "none",
    logLevel: "error",
    minify: true,
    target: "es2022",
    write: false,
  });
  return result.outputFiles[0].text;
};

const banner = `/*! adjax-jsonrpc ${version} | MIT licence | built from client/src by "npm run build" */\n`;

const compile = (folder) => {
  const tsc = createRequire(import.meta.url).resolve("typescript/package.json");
  const options = ["-p", join(here, "tsconfig.build.json"), "--outDir", folder];
  execFileSync(process.execPath, [join(dirname(tsc), "bin/tsc"), ...options], { stdio: "inherit" });
};

const files = {
  "adjax.mjs": () => bundle("src/index.ts", "esm"),
  "adjax.js": () => bundle("src/classic.ts", "iife"),
  "explorer.js": () => bundle("src/explorer/main.ts", "iife"),
  "explorer.css": () => bundle("src/explorer/explorer.css", "iife"),
  "adjax.d.mts": (compiled) => bundleDeclarations(join(compiled, "index")),
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const check = process.argv.includes("--check");
  const compiled = check ? mkdtempSync(join(tmpdir(), "compiled-")) : join(here, "dist");
  if (!check) rmSync(compiled, { recursive: true, force: true });
  compile(compiled);
  for (const [name, make] of Object.entries(files)) {
    const text = banner + (await make(compiled));
    const path = join(statics, name);
    if (!check) {
      writeFileSync(path, text);
      continue;
    }
    let committed = "";
    try {
      committed = readFileSync(path, "utf8");
    } catch {}
    if (committed !== text) {
      console.error(`adjax_jsonrpc/static/adjax_jsonrpc/${name} is not what client/src builds: run "npm run build" in client/ and commit it`);
      process.exitCode = 1;
    }
  }
  if (check) {
    rmSync(compiled, { recursive: true });
    if (!process.exitCode) console.log("built files are fresh");
  }
}
