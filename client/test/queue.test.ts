/** The queue alone: when it sends, which reads it merges, and what a function that runs meanwhile may queue. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { createQueue, type Entry, type Queue } from "../src/queue.js";

const entryOf = (queue: Queue, method: string): Entry => ({
  method, text: "{}", id: 1, waiters: new Set(), queue, retryDelay: () => undefined,
});

/** A queue, and the methods of each `send`. */
const open = (wait?: number) => {
  const sent: string[][] = [];
  const queue = createQueue({}, wait, (entries) => void sent.push(entries.map(({ method }) => method)));
  return { queue, sent, add: (method: string, key?: unknown) => queue.add(entryOf(queue, method), key) };
};

const tick = () => new Promise<void>((resolve) => queueMicrotask(resolve));

test("entries of one tick are sent once, in order", async () => {
  const { sent, add } = open();
  add("a");
  add("b");
  assert.deepEqual(sent, []);
  await tick();
  assert.deepEqual(sent, [["a", "b"]]);
  add("c");
  await tick();
  assert.deepEqual(sent, [["a", "b"], ["c"]]);
});

test("entries under one key are one until it is sent", async () => {
  const { sent, add } = open();
  const first = add("a", "key");
  assert.equal(add("a", "key"), first);
  assert.notEqual(add("a", "other key"), first);
  assert.notEqual(add("a"), first);
  await tick();
  assert.deepEqual(sent, [["a", "a", "a"]]);
  assert.notEqual(add("a", "key"), first);
  await tick();
  assert.deepEqual(sent[1], ["a"]);
});

test("an entry that is queued while others are sent is sent next", async () => {
  const sent: string[][] = [];
  const queue = createQueue({}, undefined, (entries) => {
    sent.push(entries.map(({ method }) => method));
    if (sent.length === 1) queue.add(entryOf(queue, "b"));
  });
  queue.add(entryOf(queue, "a"));
  await tick();
  await tick();
  assert.deepEqual(sent, [["a"], ["b"]]);
});

test("wait sends after its milliseconds, or at pagehide; no listener stays", async ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const page = new EventTarget();
  const listeners = new Set<unknown>();
  Object.assign(globalThis, {
    addEventListener(name: string, listener: () => void) {
      listeners.add(listener);
      page.addEventListener(name, listener);
    },
    removeEventListener(name: string, listener: () => void) {
      listeners.delete(listener);
      page.removeEventListener(name, listener);
    },
  });
  try {
    const { sent, add } = open(20);
    add("a");
    mock.timers.tick(19);
    await tick();
    add("b");
    assert.deepEqual(sent, []);
    assert.equal(listeners.size, 1);
    mock.timers.tick(1);
    assert.deepEqual(sent, [["a", "b"]]);
    assert.equal(listeners.size, 0);

    add("c");
    page.dispatchEvent(new Event("pagehide"));
    assert.deepEqual(sent[1], ["c"]);
    assert.equal(listeners.size, 0);
  } finally {
    Object.assign(globalThis, { addEventListener: undefined, removeEventListener: undefined });
  }
});
