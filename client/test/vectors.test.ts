/** The vectors shared with the server: every value, both ways, and every refusal. */

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { Serializer, SerializerError } from "../src/index.js";

interface Row {
  name: string;
  js?: string;
  wire?: unknown;
  jsEncodes?: unknown;
  error?: string;
  pyOnly?: boolean;
  encodeOnly?: boolean;
  decodeOnly?: "js" | "py" | "both";
}

const folder = new URL("../../tests/vectors/", import.meta.url);
const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json")) : [];

for (const file of files) {
  const { rows } = JSON.parse(readFileSync(new URL(file, folder), "utf8")) as { rows?: Row[] };
  // Files without a JavaScript value are about the server alone.
  if (!Array.isArray(rows) || !rows.some((row) => row.js !== undefined)) continue;
  for (const row of rows) {
    if (row.pyOnly || !("wire" in row) || (row.js === undefined && typeof row.error !== "string")) continue;
    test(`${file}: ${row.name}`, () => {
      const serializer = new Serializer();
      const text = JSON.stringify(row.wire, (_key, value) => (Object.is(value, -0) ? "-0" : value)).replaceAll('"-0"', "-0");
      if (row.error !== undefined) {
        assert.throws(
          () => serializer.decode(text),
          (error) => error instanceof SerializerError && error.path === row.error,
        );
        return;
      }
      const value: unknown = (0, eval)(row.js!);
      if (!row.encodeOnly) assert.deepStrictEqual(serializer.decode(text), value);
      if (row.decodeOnly !== "js" && row.decodeOnly !== "both") {
        assert.deepStrictEqual(JSON.parse(serializer.encode(value)), "jsEncodes" in row ? row.jsEncodes : row.wire);
      }
    });
  }
}
