/** The end of one entry alone: sent again after an error, or handed to its waiters. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { CsrfError, RpcError } from "../src/index.js";
import type { Reply } from "../src/post.js";
import type { Outcome } from "../src/protocol.js";
import type { Entry, Waiter } from "../src/queue.js";
import { settle } from "../src/settle.js";

const replyOf = (outcome: Outcome, more: Partial<Reply> = {}): Reply => ({
  outcomeOf: () => outcome, read: (result) => result, hasNewToken: async () => false, ...more,
});

/** An entry, what each of its waiters received, and the entries that were queued again. */
const entryOf = (waiterCount: number, retryDelay: Entry["retryDelay"] = () => undefined) => {
  const received: unknown[][] = [];
  const queued: Entry[] = [];
  const waiters = new Set<Waiter>();
  for (let index = 0; index < waiterCount; index++) {
    const waiter: Waiter = (...outcome) => {
      // As a call does.
      waiters.delete(waiter);
      received.push(outcome);
    };
    waiters.add(waiter);
  }
  const queue = { options: {}, add: (again: Entry) => { queued.push(again); return again; } };
  const entry: Entry = { method: "a.b", text: "{}", id: 1, waiters, queue, retryDelay };
  return { entry, received, queued };
};

const lost = new RpcError("lost", { code: 1 });
const refused = new CsrfError("refused", { code: -32003 });

test("each waiter receives a value of its own", async () => {
  const result = { list: [1] };
  const { entry, received } = entryOf(3);
  await settle(entry, replyOf({ result }));
  assert.deepEqual(received, Array(3).fill([undefined, { list: [1] }]));
  assert.equal(new Set(received.map(([, value]) => value)).size, 3);
  assert.equal(new Set(received.map(([, value]: any) => value.list)).size, 3);
});

test("falsy results are results", async () => {
  for (const result of [0, "", false, null]) {
    const { entry, received } = entryOf(1);
    await settle(entry, replyOf({ result }));
    assert.deepEqual(received, [[undefined, result]]);
  }
});

test("an error goes to each waiter, and is not read", async () => {
  const { entry, received, queued } = entryOf(2);
  await settle(entry, replyOf({ error: lost }, { read: () => assert.fail("read") }));
  assert.deepEqual(received.map(([error]) => error), [lost, lost]);
  assert.deepEqual(queued, []);
});

test("a result that can't be read is an error for its waiter only", async () => {
  let reads = 0;
  const broken = new Error("broken");
  const { entry, received } = entryOf(2);
  await settle(entry, replyOf({ result: 1 }, { read: () => { if (reads++) return 7; throw broken; } }));
  assert.deepEqual(received, [[broken], [undefined, 7]]);
});

test("an entry is queued again after its delay, and its waiters go on waiting", async ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const errors: unknown[] = [];
  const { entry, received, queued } = entryOf(1, (error) => { errors.push(error); return 50; });
  await settle(entry, replyOf({ error: lost }));
  assert.deepEqual(errors, [lost]);
  mock.timers.tick(49);
  assert.deepEqual(queued, []);
  mock.timers.tick(1);
  assert.deepEqual(queued, [entry]);
  assert.deepEqual(received, []);
});

test("no delay, or one that is no time, ends the entry", async () => {
  for (const delay of [undefined, NaN, -1]) {
    const { entry, received, queued } = entryOf(1, () => delay);
    await settle(entry, replyOf({ error: lost }));
    assert.deepEqual([received.length, queued.length], [1, 0]);
  }
});

test("what the retry function throws is the outcome; where it throws undefined, the error stays", async () => {
  const thrown = new RangeError("mine");
  for (const [value, expected] of [[thrown, thrown], [undefined, lost]]) {
    const { entry, received } = entryOf(1, () => { throw value; });
    await settle(entry, replyOf({ error: lost }));
    assert.equal(received[0]![0], expected);
  }
});

test("a refused token is replaced once, and is no retry", async () => {
  let retries = 0;
  const { entry, received, queued } = entryOf(1, () => { retries++; return undefined; });
  const reply = replyOf({ error: refused }, { hasNewToken: async () => true });
  await settle(entry, reply);
  assert.deepEqual([queued.length, received.length, retries], [1, 0, 0]);
  await settle(entry, reply);
  assert.deepEqual([queued.length, received.length, retries], [1, 1, 1]);
});

test("a refused token that is the page's own ends the entry", async () => {
  const { entry, received, queued } = entryOf(1);
  await settle(entry, replyOf({ error: refused }));
  assert.equal(received[0]![0], refused);
  assert.deepEqual(queued, []);
});

test("only a refused token is compared", async () => {
  const { entry } = entryOf(1);
  await settle(entry, replyOf({ error: lost }, { hasNewToken: () => assert.fail("compared") }));
});
