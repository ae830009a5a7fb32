/** Judges OpenRPC documents, one path an argument, by OpenRPC's own tools; fails on the first bad one. */

import { readFileSync } from "node:fs";
import metaSchema from "@open-rpc/meta-schema";
import { MethodCallValidator, parseOpenRPCDocument, validateOpenRPCDocument } from "@open-rpc/schema-utils-js";

const references = (value) =>
  Object(value) !== value
    ? []
    : Object.entries(value).flatMap(([key, part]) => (key === "$ref" ? [part.split("/").at(-1)] : references(part)));

/** Whether a type refers to itself: the tools' dereferencing never ends on one. */
const isRecursive = ({ components = {} }) => {
  const edges = Object.entries(components.schemas ?? {}).map(([name, schema]) => [name, references(schema)]);
  let open = edges;
  for (;;) {
    const names = new Set(open.map(([name]) => name));
    const rest = open.filter(([, targets]) => targets.some((target) => names.has(target)));
    if (rest.length === open.length) return rest.length > 0;
    open = rest;
  }
};

for (const path of process.argv.slice(2)) {
  const text = readFileSync(path, "utf8");
  const document = JSON.parse(text);
  const versions = metaSchema.default.properties.openrpc.enum;
  if (!versions.includes(document.openrpc)) throw new Error(`${document.openrpc} is none of ${versions}`);
  const verdict = validateOpenRPCDocument(document);
  if (verdict !== true) throw new Error(`${path}: ${verdict.message}`);
  const recursive = isRecursive(document);
  const parsed = await parseOpenRPCDocument(JSON.parse(text), { dereference: !recursive });
  const calls = recursive ? undefined : new MethodCallValidator(parsed);
  let judged = 0;
  for (const method of calls ? parsed.methods : []) {
    for (const { name, params } of method.examples ?? []) {
      const given = Object.fromEntries(params.map(({ name, value }) => [name, value]));
      const problems = calls.validate(method.name, method.paramStructure === "by-position" ? Object.values(given) : given);
      if (problems.length) throw new Error(`${path}: ${method.name}, ${name}: ${problems[0].message}`);
      judged += 1;
    }
  }
  console.log(`${path}: ${document.methods.length} methods, ${recursive ? "recursive" : `${judged} examples judged`}`);
}
