/** One HTTP request alone: its body and headers, and the reply for each end that a request can have. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { type CallOptions, type ClientOptions, TransportError } from "../src/core.js";
import { post } from "../src/post.js";
import { plainJson, writeRequest } from "../src/protocol.js";
import { createQueue, type Entry } from "../src/queue.js";
import { reply as respond, server, type Sent } from "./server.js";

/** Entries that one call each waits for; those without an id are Notifications. */
const batchOf = (ids: (number | undefined)[], queueOptions: CallOptions = {}): Entry[] => {
  const queue = createQueue(queueOptions, undefined, () => assert.fail("queued"));
  return ids.map((id) => ({
    method: `a.m${id ?? ""}`,
    text: writeRequest(`a.m${id ?? ""}`, undefined, id),
    id,
    waiters: new Set([() => {}]),
    queue,
    retryDelay: () => undefined,
  }));
};

const send = (batch: Entry[], options: ClientOptions) => post(batch, "/rpc/", { types: plainJson, ...options });

const answer = (result: unknown) => ({ body }: Sent) =>
  Array.isArray(body) ? body.map(({ id }) => ({ jsonrpc: "2.0", id, result })) : { jsonrpc: "2.0", id: body.id, result };

test("one entry is a Request, several are a Batch, and outcomes are found by id", async () => {
  const { transport, requests } = server(answer("r"));
  const single = await send(batchOf([1]), { transport });
  const several = await send(batchOf([2, 3, undefined]), { transport });
  assert.deepEqual(requests[0]!.body, { jsonrpc: "2.0", method: "a.m1", id: 1 });
  assert.deepEqual(requests[1]!.body, [
    { jsonrpc: "2.0", method: "a.m2", id: 2 },
    { jsonrpc: "2.0", method: "a.m3", id: 3 },
    { jsonrpc: "2.0", method: "a.m" },
  ]);
  assert.deepEqual([single.outcomeOf(1), several.outcomeOf(2), several.outcomeOf(3)], Array(3).fill({ result: "r" }));
  assert.equal(several.outcomeOf().error, undefined);
  assert.match(several.outcomeOf(4).error.message, /No Response has id 4/);
});

test("headers: those of a call replace those of its options, and those the client's", async () => {
  const { transport, requests } = server(answer(1));
  await send(batchOf([1], { headers: { "X-A": "call", Accept: "text/x" }, idempotencyKey: "k" }), {
    transport, csrf: { token: "t", headerName: "X-Token" }, headers: { "X-A": "client", "X-B": "client", "X-Token": "client" },
  });
  const { headers, credentials } = requests[0]!.init;
  assert.deepEqual(Object.fromEntries(headers), {
    accept: "text/x", "content-type": "application/json", "idempotency-key": "k", "x-a": "call", "x-b": "client", "x-token": "t",
  });
  assert.equal(credentials, undefined);
});

test("an error about the whole body is the outcome of each entry", async () => {
  const error = { code: -32600, message: "Invalid Request" };
  const { transport } = server(() => ({ jsonrpc: "2.0", id: null, error }));
  const { outcomeOf } = await send(batchOf([1, undefined]), { transport });
  for (const outcome of [outcomeOf(1), outcomeOf()]) assert.equal(outcome.error.code, -32600);
});

test("an error without an id in a Batch is no outcome of a Notification", async () => {
  const { transport } = server(() => [{ jsonrpc: "2.0", id: null, error: { code: -32600, message: "Invalid Request" } }]);
  const { outcomeOf } = await send(batchOf([1, undefined]), { transport });
  assert.equal(outcomeOf(1).error.code, -32600);
  assert.equal(outcomeOf().error, undefined);
});

test("what fails before, in or after the request is the outcome of each entry", async () => {
  const failure = new RangeError("mine");
  const fail = () => { throw failure; };
  const { transport } = server(answer(1));
  for (const options of [{ csrf: fail }, { onRequest: fail }, { onResponse: fail }, { types: { ...plainJson, reader: fail } }]) {
    const { outcomeOf } = await send(batchOf([1, undefined]), { transport, ...options });
    assert.equal(outcomeOf(1).error, failure);
    assert.equal(outcomeOf().error, failure);
  }
  const lost = await send(batchOf([1]), { transport: fail });
  assert.ok(lost.outcomeOf(1).error instanceof TransportError);
  const html = await send(batchOf([1]), { transport: async () => respond("<html>", 502) });
  assert.equal(html.outcomeOf(1).error.status, 502);
});

test("a hook that throws undefined is no success", async () => {
  const { transport } = server(answer(1));
  const { outcomeOf } = await send(batchOf([1]), { transport, onRequest: () => { throw undefined; } });
  assert.ok(outcomeOf(1).error instanceof TransportError);
});

test("the request is aborted when no entry has a waiter", async () => {
  let signal: AbortSignal | undefined;
  const batch = batchOf([1, 2]);
  await send(batch, { transport: async (_url, init) => { signal = init.signal!; return respond([]); } });
  batch[0]!.waiters.clear();
  batch[0]!.abort!();
  assert.equal(signal!.aborted, false);
  batch[1]!.waiters.clear();
  batch[1]!.abort!();
  assert.equal(signal!.aborted, true);
});

test("the token is compared once for a reply", async () => {
  const { transport } = server(answer(1));
  let calls = 0;
  const changed = await send(batchOf([1]), { transport, csrf: () => `t${++calls}` });
  assert.deepEqual(await Promise.all([changed.hasNewToken(), changed.hasNewToken()]), [true, true]);
  assert.equal(calls, 2);
  const same = await send(batchOf([1]), { transport, csrf: "t" });
  assert.equal(await same.hasNewToken(), false);
  calls = 0;
  const failing = await send(batchOf([1]), { transport, csrf: () => { if (calls++) throw new Error("no token"); return "t"; } });
  assert.equal(await failing.hasNewToken(), false);
});
