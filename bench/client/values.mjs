// Encodes and decodes values, beside JSON alone, which loses their types.
import assert from "node:assert/strict";
import * as devalue from "devalue";
import superjson from "superjson";
import { Serializer } from "../../adjax_jsonrpc/static/adjax_jsonrpc/adjax.mjs";
import { compare, print, smoke } from "./rounds.mjs";

const serializer = new Serializer();
const libraries = {
  "JSON alone": JSON,
  "adjax-jsonrpc": { stringify: (value) => serializer.encode(value), parse: (text) => serializer.decode(text) },
  superjson,
  devalue,
};

const many = (count, make) => Array.from({ length: count }, (_, index) => make(index));
const bytes = (count) => Uint8Array.from({ length: count }, (_, index) => (index * 31) % 256);

const order = (number) => ({
  number,
  customer: `Customer ${number}`,
  note: number % 3 ? null : 'said "no hurry", ünless …',
  express: number % 2 === 0,
  items: many(5, (line) => ({ sku: `A${line}`, qty: line + 1, price: 18.9 + line })),
});
const richOrder = (number) => ({
  ...order(number),
  placed: new Date(1_700_000_000_000 + number * 61_000),
  delivery: new Date(1_700_090_000_000 + number * 61_000),
  labels: new Set(["gift", `label ${number}`]),
  stock: new Map(many(3, (shelf) => [shelf, shelf * 7])),
  serial: 9_007_199_254_740_993n + BigInt(number),
});

const payloads = {
  "100 orders, plain JSON": many(100, order),
  "100 orders, 2 dates, set, map, bigint each": many(100, richOrder),
  "1,000 dates": many(1000, (index) => new Date(1_700_000_000_000 + index)),
  "64 KiB of bytes": { file: bytes(65_536) },
};

/** What JSON alone can carry of a value, its types lost. */
const plain = (value) => {
  if (typeof value === "bigint") return `${value}`;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (value instanceof Set) return [...value];
  if (value instanceof Map) return [...value];
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || !value) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
};

const names = Object.keys(libraries);
const tables = { encode: [["encode", ...names]], decode: [["decode", ...names]], size: [["bytes", ...names]] };
for (const [title, rich] of Object.entries(payloads)) {
  const values = Object.fromEntries(names.map((name) => [name, libraries[name] === JSON ? plain(rich) : rich]));
  const texts = Object.fromEntries(names.map((name) => [name, libraries[name].stringify(values[name])]));
  for (const name of names) assert.deepEqual(libraries[name].parse(texts[name]), values[name], `${name}: ${title}`);

  const runs = (work) => Object.fromEntries(names.map((name) => [name, () => work(libraries[name], name)]));
  const options = { rounds: 21, span: 25 };
  const measured = {
    encode: await compare(runs((library, name) => library.stringify(values[name])), options),
    decode: await compare(runs((library, name) => library.parse(texts[name])), options),
  };
  for (const [work, results] of Object.entries(measured)) {
    tables[work].push([title, ...names.map((name) => results[name].ratio.toFixed(2))]);
  }
  const size = (name) => Buffer.byteLength(texts[name]);
  tables.size.push([title, ...names.map((name) => (size(name) / size(names[0])).toFixed(2))]);
}
if (smoke) console.log("values: every library gives back what it was given");
else for (const table of Object.values(tables)) print(table);
