// Runs a snippet for pages in node: relative URLs lead to the server in BASE, and classic scripts
// meet a window. "node run.mjs program.json", a list of {kind: "classic" | "module", src | text}.

import { readFileSync, writeFileSync } from "node:fs";
import { runInThisContext } from "node:vm";

const base = process.env.BASE;
const original = globalThis.fetch;
globalThis.fetch = (url, options) => original(new URL(url, base), options);
Object.assign(globalThis, {
  window: globalThis,
  location: new URL(base),
  document: { cookie: "", querySelector: () => null, baseURI: base },
});

const fetched = async (src) => {
  const response = await fetch(src);
  if (!response.ok) throw new Error(`${src}: HTTP ${response.status}`);
  return response.text();
};

const moduleOf = async (text, number) => {
  for (const [quoted, src] of text.matchAll(/"(\/static\/[^"]+\.mjs)"/g)) {
    const file = `${process.cwd()}/${src.replaceAll("/", "_")}`;
    writeFileSync(file, await fetched(src));
    text = text.replace(quoted, JSON.stringify(file));
  }
  writeFileSync(`program${number}.mjs`, text);
  return `${process.cwd()}/program${number}.mjs`;
};

for (const [number, { kind, src, text }] of JSON.parse(readFileSync(process.argv[2], "utf8")).entries()) {
  const code = src ? await fetched(src) : text;
  if (kind === "module") await import(await moduleOf(code, number));
  else runInThisContext(code, { filename: src ?? `script${number}.js` });
}
