// Bundles the declaration files of an entry and its imports into one.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const FROM = /^(?:import|export) .*? from "(.*?)\.js";$/gms;
const DECLARATION = /^(?:export )?(?:declare )?(?:const|class|interface|type) (\w+)/;

/** Returns the statements of a declaration file, each with the comment above it. */
const statementsOf = (text) =>
  text.split(/^(?=\/\*\*|(?:import|export|declare|interface|type) )/m).reduce((found, part) => {
    const above = /^\/\*\*.*\*\/\s*$/s.test(found.at(-1)) ? found.pop() : "";
    // A comment above a comment is about the module.
    found.push(part.startsWith("/**") ? part : above + part);
    return found;
  }, []);

const bare = (statement) => statement.replace(/^\/\*\*.*?\*\/\s*/s, "");

/** Returns all modules by path. A module comes after its imports. */
const readModules = (path, modules = new Map()) => {
  if (modules.has(path)) return modules;
  const text = readFileSync(`${path}.d.ts`, "utf8");
  if (/\bas \w+/.test(text.match(FROM)?.join("") ?? "")) throw new Error(`${path}.d.ts renames what it imports`);
  modules.set(path, undefined);
  for (const [, from] of text.matchAll(FROM)) readModules(join(dirname(path), from), modules);
  modules.delete(path);
  return modules.set(path, statementsOf(text));
};

/** Returns the exports of a module: name → path of the module that declares it. A declared name wins over `export *`. */
const exportsOf = (path, modules, names = new Map()) => {
  const own = modules.get(path).map(bare);
  for (const statement of own) {
    const [, listed, from] = /^export (?:type )?(\{.*?\}|\*) from "(.*?)\.js";/s.exec(statement) ?? [];
    if (listed === "*") exportsOf(join(dirname(path), from), modules, names);
    else if (listed) for (const [name] of listed.replaceAll(/\btype /g, "").matchAll(/\w+/g)) names.set(name, join(dirname(path), from));
    else if (statement.startsWith("export ")) names.set(DECLARATION.exec(statement)[1], path);
  }
  return names;
};

export const bundleDeclarations = (entry) => {
  const modules = readModules(entry);
  const exported = exportsOf(entry, modules);
  const declared = new Map();
  for (const [path, statements] of modules) {
    for (const statement of statements) {
      const name = DECLARATION.exec(bare(statement))?.[1];
      if (!name || (exported.has(name) && exported.get(name) !== path)) continue;
      if (declared.has(name)) throw new Error(`two modules declare ${name}`);
      declared.set(name, statement.replace(/^export /m, "").replace(/^(?=(class|const) )/m, "declare "));
    }
  }
  for (const name of exported.keys()) if (!declared.has(name)) throw new Error(`nothing declares ${name}`);
  const needed = new Set();
  const need = (name) => {
    if (!declared.has(name) || needed.has(name)) return;
    needed.add(name);
    for (const [word] of bare(declared.get(name)).replaceAll(/\/\*\*.*?\*\//gs, "").matchAll(/\w+/g)) need(word);
  };
  for (const name of exported.keys()) need(name);
  const texts = [...declared].filter(([name]) => needed.has(name)).map(([, text]) => text.trimEnd());
  return `${texts.join("\n")}\nexport { ${[...exported.keys()].sort().join(", ")} };\n`;
};
