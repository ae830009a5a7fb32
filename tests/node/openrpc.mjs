/** Judges OpenRPC documents, one path an argument, by OpenRPC's own tools; fails on the first bad one. */

import { readFileSync } from "node:fs";
import metaSchema from "@open-rpc/meta-schema";
import { MethodCallValidator, parseOpenRPCDocument, validateOpenRPCDocument } from "@open-rpc/schema-utils-js";

for (const path of process.argv.slice(2)) {
  const text = readFileSync(path, "utf8");
  const document = JSON.parse(text);
  const versions = metaSchema.default.properties.openrpc.enum;
  if (!versions.includes(document.openrpc)) throw new Error(`${document.openrpc} is none of ${versions}`);
  const verdict = validateOpenRPCDocument(document);
  if (verdict !== true) throw new Error(`${path}: ${verdict.message}`);
  const dereferenced = await parseOpenRPCDocument(JSON.parse(text));
  const calls = new MethodCallValidator(dereferenced);
  let judged = 0;
  for (const method of dereferenced.methods) {
    for (const { name, params } of method.examples ?? []) {
      const given = Object.fromEntries(params.map(({ name, value }) => [name, value]));
      const problems = calls.validate(method.name, method.paramStructure === "by-position" ? Object.values(given) : given);
      if (problems.length) throw new Error(`${path}: ${method.name}, ${name}: ${problems[0].message}`);
      judged += 1;
    }
  }
  console.log(`${path}: ${document.methods.length} methods, ${judged} examples`);
}
