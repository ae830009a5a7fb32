/** The limits of one request: how entries are divided, and which limit a server announces. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { LimitExceededError, RpcError } from "../src/index.js";
import { announcedMaxSize, byteLength, splitIntoBatches } from "../src/limits.js";
import type { Entry } from "../src/queue.js";

const entryOf = (text: string, waiters = 1) =>
  ({ text, waiters: new Set(Array.from({ length: waiters }, () => () => {})) }) as unknown as Entry;
const split = (entries: Entry[], maxSize: number, maxBytes: number) =>
  splitIntoBatches(entries, maxSize, maxBytes).map((batch) => batch.map(({ text }) => text));

test("a batch has at most maxSize entries", () => {
  const entries = ["a", "b", "c", "d", "e"].map((text) => entryOf(text));
  assert.deepEqual(split(entries, 2, 100), [["a", "b"], ["c", "d"], ["e"]]);
  assert.deepEqual(split(entries, 5, 100), [["a", "b", "c", "d", "e"]]);
  for (const maxSize of [1, 0, -1]) assert.deepEqual(split(entries, maxSize, 100), [["a"], ["b"], ["c"], ["d"], ["e"]]);
});

test("a batch has at most maxBytes bytes with its commas, unless one entry has more", () => {
  const entries = ["aaaa", "bbbb", "cccccccccccccccc", "d"].map((text) => entryOf(text));
  assert.deepEqual(split(entries, 100, 10), [["aaaa", "bbbb"], ["cccccccccccccccc"], ["d"]]);
  assert.deepEqual(split(entries, 100, 9), [["aaaa"], ["bbbb"], ["cccccccccccccccc"], ["d"]]);
  assert.deepEqual(split(entries, 100, Infinity), [["aaaa", "bbbb", "cccccccccccccccc", "d"]]);
});

test("bytes are counted, not characters", () => {
  assert.equal(byteLength("aä€😀"), 10);
  assert.deepEqual(split([entryOf("ää"), entryOf("ää")], 100, 10), [["ää", "ää"]]);
  assert.deepEqual(split([entryOf("ää"), entryOf("ää")], 100, 9), [["ää"], ["ää"]]);
});

test("an entry that no call waits for is left out", () => {
  assert.deepEqual(split([entryOf("a", 0), entryOf("b"), entryOf("c", 0)], 1, 100), [["b"]]);
  assert.deepEqual(split([entryOf("a", 0)], 1, 100), []);
  assert.deepEqual(split([], 1, 100), []);
});

test("only a refused batch size announces a limit", () => {
  const refusal = (data?: unknown, code = -32005) => announcedMaxSize({ error: new RpcError("m", { code, data }) });
  assert.equal(refusal({ limit: "batch_size", maximum: 3 }), 3);
  assert.equal(refusal({ limit: "batch_size", maximum: 0 }), 0);
  assert.equal(announcedMaxSize({ error: new LimitExceededError("m", { code: -32005, data: { limit: "batch_size", maximum: 7 } }) }), 7);
  for (const maximum of [0.5, "2", null, undefined, {}, NaN, Infinity]) assert.equal(refusal({ limit: "batch_size", maximum }), Infinity);
  assert.equal(refusal({ limit: "depth", maximum: 3 }), Infinity);
  assert.equal(refusal({ limit: "batch_size", maximum: 3 }, 1), Infinity);
  for (const data of [undefined, null, "x", 5]) assert.equal(refusal(data), Infinity);
  for (const error of [undefined, null, "x", new Error("m")]) assert.equal(announcedMaxSize({ error }), Infinity);
});
