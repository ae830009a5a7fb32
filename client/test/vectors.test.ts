/** The vectors shared with the server: every value, both ways, and every refusal. */

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { Serializer, SerializerError } from "../src/index.js";

interface Row {
  name: string;
  annotation?: string;
  keyword?: string;
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

/** What a parameter's annotation says is the server's to judge; what a tag holds, this side judges alike. */
function annotated(file: string, rows: Row[]): void {
  for (const { name, wire, error, keyword, pyOnly } of rows) {
    if (pyOnly || (error !== undefined && keyword !== "__type__")) continue;
    test(`${file}: ${name}`, () => {
      const serializer = new Serializer();
      const text = JSON.stringify([wire]);
      if (error === undefined) {
        const value = serializer.decode(text);
        assert.deepStrictEqual(serializer.decode(serializer.encode(value)), value);
      } else {
        assert.throws(
          () => serializer.decode(text),
          (thrown) => thrown instanceof SerializerError && thrown.path === `/0${error}`,
        );
      }
    });
  }
}

for (const file of files) {
  const { rows } = JSON.parse(readFileSync(new URL(file, folder), "utf8")) as { rows?: Row[] };
  if (!Array.isArray(rows)) continue;
  if (rows.some((row) => row.annotation !== undefined)) {
    annotated(file, rows);
    continue;
  }
  // Files without a JavaScript value are about the server alone.
  if (!rows.some((row) => row.js !== undefined)) continue;
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
