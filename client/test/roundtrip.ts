/** Reads tagged JSON line by line, decodes it, encodes it again and writes it: Python compares. */

import { createInterface } from "node:readline";
import { Temporal } from "temporal-polyfill";

import { Serializer } from "../src/serializer.js";
import { registerTemporal } from "../src/temporal.js";
import { registerValues } from "../src/values.js";

// Value classes keep an offset of a time of day, which Temporal's PlainTime does not.
const types = registerValues(registerTemporal(new Serializer(), Temporal));

for await (const line of createInterface({ input: process.stdin })) {
  try {
    process.stdout.write(types.encode(types.decode(line)) + "\n");
  } catch (error) {
    process.stdout.write(JSON.stringify({ failed: String(error) }) + "\n");
  }
}
