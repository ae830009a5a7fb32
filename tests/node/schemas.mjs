/**
 * Compiles JSON Schemas with ajv in strict mode. Reads a list of {name, schema, rows: [{instance, valid}]}
 * from standard input and lists where ajv judges otherwise; fails if it does anywhere.
 */

import { readFileSync } from "node:fs";
import Ajv from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

// Parameters with defaults make arrays of several lengths, and mounted methods take arrays and objects.
const options = { strict: true, strictTuples: false, allowUnionTypes: true, allErrors: false };
const ajv = addFormats.default(new Ajv.default(options), { mode: "full" });
const cases = JSON.parse(readFileSync(0, "utf8"));
let judged = 0;
let wrong = 0;
for (const { name, schema, rows = [] } of cases) {
  let validate;
  try {
    validate = ajv.compile(schema);
  } catch (error) {
    console.log(`${name}: ${error.message}`);
    wrong += 1;
    continue;
  } finally {
    ajv.removeSchema(schema); // the next one may have the same $id
  }
  for (const { instance, valid } of rows) {
    judged += 1;
    if (validate(instance) === valid) continue;
    console.log(`${name}: ${JSON.stringify(instance)} should be ${valid ? "accepted" : "refused"}`);
    wrong += 1;
  }
}
console.log(`${cases.length} schemas, ${judged} values judged, ${wrong} wrong`);
process.exitCode = wrong ? 1 : 0;
