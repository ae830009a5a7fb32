/**
 * Judges values by ajv, in one long-lived process: each line of standard input is
 * {schema, values: [JSON text]}, each line of standard output {error} or {valid: [boolean]}. A line
 * {back: [JSON text]} is decoded by the client and encoded again.
 */

import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const { Serializer } = await import(process.argv[3]);
const types = new Serializer();
class Money {
  constructor(cents, currency) {
    Object.assign(this, { cents, currency });
  }
}
types.register("money", Money, {
  encode: ({ cents, currency }) => ({ cents, currency }),
  decode: ({ cents, currency }) => new Money(cents, currency),
});
const require = createRequire(process.argv[2]);
const Ajv = require("ajv/dist/2020.js").default;
const addFormats = require("ajv-formats").default;
const options = { strict: true, strictTuples: false, allowUnionTypes: true, allErrors: false, logger: false };
const ajv = addFormats(new Ajv(options), { mode: "full" });
for await (const line of createInterface({ input: process.stdin })) {
  const { schema, values, back } = JSON.parse(line);
  let answer;
  if (back !== undefined) {
    answer = back.map((text) => {
      try {
        return { text: types.encode(types.decode(text)) };
      } catch (error) {
        return { error: String(error) };
      }
    });
    process.stdout.write(`${JSON.stringify(answer)}\n`);
    continue;
  }
  try {
    const validate = ajv.compile(schema);
    answer = { valid: values.map((text) => validate(JSON.parse(text))) };
  } catch (error) {
    answer = { error: error.message };
  } finally {
    ajv.removeSchema(schema);
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
