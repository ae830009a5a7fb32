/** Batches: which calls share a request, and which Response belongs to which call. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient, InvalidParamsError, LimitExceededError, RpcError, TransportError } from "../src/index.js";
import { Fault, reply, server, sleep } from "./server.js";

const echo = { "shop.echo": (value: unknown) => value };
const result = (id: unknown, value: unknown) => ({ jsonrpc: "2.0", id, result: value });

test("the calls of one tick are one request", async () => {
  const { transport, requests } = server(echo);
  const rpc = createClient("/rpc/", { transport });
  assert.deepEqual(await Promise.all([rpc.shop.echo(1), rpc.shop.echo(2), rpc.call("shop.echo", [3])]), [1, 2, 3]);
  assert.equal(requests.length, 1);
  assert.deepEqual(requests[0]!.body.map(({ id }: any) => id), [1, 2, 3]);
});

test("a batch of one goes as a single Request", async () => {
  const { transport, requests } = server(echo);
  await createClient("/rpc/", { transport }).shop.echo(1);
  assert.equal(Array.isArray(requests[0]!.body), false);
});

test("1,000 calls in one tick are 10 requests", async () => {
  const { transport, requests } = server(echo);
  const rpc = createClient("/rpc/", { transport });
  const results = await Promise.all(Array.from({ length: 1000 }, (_, index) => rpc.shop.echo(index)));
  assert.deepEqual(results, Array.from({ length: 1000 }, (_, index) => index));
  assert.deepEqual(requests.map(({ body }) => body.length), Array(10).fill(100));
});

test("maxSize and maxBytes split", async () => {
  const { transport, requests } = server(echo);
  const rpc = createClient("/rpc/", { transport, batch: { maxSize: 2 } });
  await Promise.all([1, 2, 3].map((value) => rpc.shop.echo(value)));
  assert.deepEqual(requests.map(({ methods }) => methods.length), [2, 1]);

  const small = createClient("/rpc/", { transport, batch: { maxBytes: 200 } });
  await Promise.all(["ä".repeat(50), "ä".repeat(50), "x".repeat(500)].map((value) => small.shop.echo(value)));
  assert.deepEqual(requests.slice(2).map(({ methods }) => methods.length), [1, 1, 1]);
});

test("wait collects the calls of several ticks", async () => {
  const { transport, requests } = server(echo);
  const rpc = createClient("/rpc/", { transport, batch: { wait: 20 } });
  const first = rpc.shop.echo(1);
  await sleep(2);
  await Promise.all([first, rpc.shop.echo(2)]);
  assert.equal(requests.length, 1);
});

test("batch: false goes alone, for a client and for a call", async () => {
  const { transport, requests } = server(echo);
  const rpc = createClient("/rpc/", { transport });
  await Promise.all([rpc.shop.echo(1), rpc.call("shop.echo", [2], { batch: false }), rpc.shop.echo(3)]);
  assert.deepEqual(requests.map(({ methods }) => methods.length).sort(), [1, 2]);

  const loner = createClient("/rpc/", { transport, batch: false });
  await Promise.all([loner.shop.echo(1), loner.shop.echo(2)]);
  assert.equal(requests.length, 4);
});

test("a slow call of its own holds back nobody", async () => {
  const { transport } = server({ ...echo, "shop.slow": () => sleep(50) });
  const rpc = createClient("/rpc/", { transport });
  const order: string[] = [];
  const slow = rpc.call("shop.slow", [], { batch: false }).then(() => order.push("slow"));
  await rpc.shop.echo(1).then(() => order.push("quick"));
  await slow;
  assert.deepEqual(order, ["quick", "slow"]);
});

test("the limit the server announces is remembered, and nothing is lost", async () => {
  const { transport, requests } = server(({ body }) =>
    [body].flat().length > 3
      ? { jsonrpc: "2.0", id: null, error: { code: -32005, message: "Limit exceeded", data: { limit: "batch_size", maximum: 3 } } }
      : Array.isArray(body) ? body.map(({ id, params }: any) => result(id, params[0])) : result(body.id, body.params[0]),
  );
  const rpc = createClient("/rpc/", { transport });
  const call = () => Promise.all(Array.from({ length: 7 }, (_, index) => rpc.shop.echo(index)));
  assert.deepEqual(await call(), [0, 1, 2, 3, 4, 5, 6]);
  assert.deepEqual(requests.map(({ methods }) => methods.length), [7, 3, 3, 1]);
  await call();
  assert.deepEqual(requests.slice(4).map(({ methods }) => methods.length), [3, 3, 1]);
});

for (const maximum of [0, -1, 0.5, 1.5, "2", null, {}, { toString: 1, valueOf: 1 }]) {
  test(`an announced limit of ${JSON.stringify(maximum)} ends`, async () => {
    const { transport, requests } = server(() => ({
      jsonrpc: "2.0", id: null, error: { code: -32005, message: "Limit exceeded", data: { limit: "batch_size", maximum } },
    }));
    const rpc = createClient("/rpc/", { transport });
    const outcomes = await Promise.allSettled([rpc.a.b(), rpc.a.c(), rpc.a.d()]);
    for (const outcome of outcomes) assert.ok(outcome.status === "rejected" && outcome.reason instanceof LimitExceededError);
    assert.ok(requests.length <= 4);
  });
}

test("only the gateway's own refusal is answered by sending again", async () => {
  const { transport, requests } = server(() => ({ jsonrpc: "2.0", id: null, error: { code: 1, message: "m", data: { limit: "batch_size", maximum: 1 } } }));
  const rpc = createClient("/rpc/", { transport });
  await Promise.allSettled([rpc.a.b(), rpc.a.c()]);
  assert.equal(requests.length, 1);
});

test("identical reads of one tick are asked once when declared readonly", async () => {
  let asked = 0;
  const { transport, requests } = server({ "shop.stock": (sku) => ({ sku, asked: ++asked }) });
  const rpc = createClient("/rpc/", { transport, methods: { "shop.stock": { readonly: true } } });
  const [a, b, c] = await Promise.all([rpc.shop.stock("A"), rpc.shop.stock("A"), rpc.shop.stock("B")]);
  assert.equal(requests[0]!.methods.length, 2);
  assert.deepEqual([a, b, c], [{ sku: "A", asked: 1 }, { sku: "A", asked: 1 }, { sku: "B", asked: 2 }]);
  assert.notEqual(a, b);
  await rpc.shop.stock("A");
  assert.equal(requests.length, 2);
});

test("without that declaration each call runs", async () => {
  const { transport, requests } = server(echo);
  const rpc = createClient("/rpc/", { transport });
  await Promise.all([rpc.shop.echo(1), rpc.shop.echo(1)]);
  assert.equal(requests[0]!.methods.length, 2);
});

test("shared answers with types are decoded for each caller", async () => {
  const when = { __type__: "datetime", value: "2026-11-22T09:30:00Z" };
  const { transport } = server({ "shop.get": () => ({ when, ["__proto__"]: 1 }) });
  const rpc = createClient("/rpc/", { transport, methods: { "shop.get": { readonly: true } } });
  const [a, b] = await Promise.all([rpc.shop.get(), rpc.shop.get()]);
  assert.ok(a.when instanceof Date && b.when instanceof Date && a.when !== b.when);
});

test("an explicit batch travels by itself", async () => {
  const { transport, requests } = server(echo);
  const rpc = createClient("/rpc/", { transport });
  const other = rpc.shop.echo(0);
  const sum = await rpc.batch(async (b) => {
    const [one, two] = await Promise.all([b.shop.echo(1), b.call("shop.echo", [2])]);
    return one + two + (await b.shop.echo(3));
  }, { headers: { "X-Batch": "1" } });
  await other;
  assert.equal(sum, 6);
  assert.deepEqual(requests.map(({ methods }) => methods.length), [1, 2, 1]);
  assert.deepEqual(requests.map(({ init }) => init.headers.get("X-Batch")), [null, "1", "1"]);
});

test("a call that leaves a batch keeps its headers", async () => {
  const { transport, requests } = server(echo);
  await createClient("/rpc/", { transport }).batch(
    (b) => Promise.all([b.shop.echo(1), b.call("shop.echo", [2], { batch: false })]),
    { headers: { "X-Batch": "1" } },
  );
  assert.deepEqual(requests.map(({ init }) => init.headers.get("X-Batch")), ["1", "1"]);
});

test("answers are matched by id in any order", async () => {
  const { transport } = server(({ body }) => body.map(({ id, params }: any) => result(id, params[0])).reverse());
  const rpc = createClient("/rpc/", { transport });
  assert.deepEqual(await Promise.all([rpc.a.b(1), rpc.a.b(2), rpc.a.b(3)]), [1, 2, 3]);
});

const settle = async (answer: (body: any) => unknown) => {
  const { transport } = server(({ body }) => answer(body));
  const rpc = createClient("/rpc/", { transport });
  return (await Promise.allSettled([rpc.a.b("A"), rpc.a.b("B")])).map((outcome) =>
    outcome.status === "fulfilled" ? outcome.value : outcome.reason,
  );
};

test("a missing answer rejects its call only", async () => {
  const [a, b] = await settle(() => [result(1, "a")]);
  assert.equal(a, "a");
  assert.ok(b instanceof TransportError);
  assert.match(b.message, /No Response has id 2/);
  assert.equal(b.method, "a.b");
});

test("an answer twice rejects its call only", async () => {
  const [a, b] = await settle(() => [result(1, "a"), result(2, "b"), result(1, "c")]);
  assert.match(a.message, /More than one Response has id 1/);
  assert.equal(b, "b");
});

test("an unknown id, a missing id, an id as string answer nobody", async () => {
  assert.deepEqual(await settle(() => [result(1, "a"), result(2, "b"), result(99, "c")]), ["a", "b"]);
  for (const id of [99, "2", null, undefined, { toString: 1 }]) {
    const [a, b] = await settle(() => [result(1, "a"), result(id, "c")]);
    assert.equal(a, "a");
    assert.ok(b instanceof TransportError, String(JSON.stringify(id)));
  }
});

test("a single error object for a batch rejects all, each with an error of its own", async () => {
  const [a, b] = await settle(() => ({ jsonrpc: "2.0", id: null, error: { code: -32600, message: "Invalid Request", data: "x" } }));
  for (const error of [a, b]) {
    assert.ok(error instanceof RpcError);
    assert.equal(error.code, -32600);
    assert.equal(error.data, "x");
  }
  assert.notEqual(a, b);
});

test("an error without id inside a batch goes to whoever got no answer", async () => {
  const [a, b] = await settle(() => [result(1, "a"), { jsonrpc: "2.0", id: null, error: { code: -32600, message: "Invalid Request" } }]);
  assert.equal(a, "a");
  assert.equal(b.code, -32600);
});

test("one bad answer does not spoil the others", async () => {
  for (const bad of [
    { jsonrpc: "2.0", id: 2 },
    { jsonrpc: "2.0", id: 2, result: 1, error: { code: 1, message: "both" } },
    { jsonrpc: "2.0", id: 2, error: { code: "1", message: "x" } },
    { jsonrpc: "2.0", id: 2, error: { code: 1 } },
    { jsonrpc: "2.0", id: 2, error: "text" },
    { id: 2, result: 1 },
    { jsonrpc: "1.0", id: 2, result: 1 },
    { jsonrpc: "2.0", id: 2, result: { __type__: "unheard of" } },
  ]) {
    const [a, b] = await settle(() => [result(1, "a"), bad]);
    assert.equal(a, "a");
    assert.ok(b instanceof Error, JSON.stringify(bad));
  }
  assert.deepEqual(await settle(() => [result(1, "a"), { ...result(2, "b"), error: null }]), ["a", "b"]);
});

test("an error of one call of a batch is that call's", async () => {
  const { transport } = server({ ...echo, "shop.fail": () => new Fault(-32602, "Invalid params", { errors: [{ path: "/a", message: "m" }] }) });
  const rpc = createClient("/rpc/", { transport });
  const [a, b] = await Promise.allSettled([rpc.shop.echo(1), rpc.shop.fail()]);
  assert.equal(a.status === "fulfilled" && a.value, 1);
  assert.ok(b.status === "rejected" && b.reason instanceof InvalidParamsError);
});

test("only notifications: 204, and an answer without body is no error", async () => {
  const failures: unknown[] = [];
  const { transport, requests } = server({});
  const rpc = createClient("/rpc/", { transport, onError: (error) => failures.push(error) });
  rpc.notify("a.b");
  rpc.notify("a.c", [1]);
  await sleep(5);
  assert.equal(requests.length, 1);
  assert.deepEqual(requests[0]!.body, [{ jsonrpc: "2.0", method: "a.b" }, { jsonrpc: "2.0", method: "a.c", params: [1] }]);
  assert.deepEqual(failures, []);
});

test("notifications are sent with keepalive, calls and large bodies are not", async () => {
  const { transport, requests } = server({});
  const rpc = createClient("/rpc/", { transport });
  rpc.notify("a.b");
  await sleep(5);
  await rpc.a.b();
  rpc.notify("a.b", ["x".repeat(70_000)]);
  await sleep(5);
  assert.deepEqual(requests.map(({ init }) => init.keepalive), [true, false, false]);
});

test("what waits is sent when the page goes away", async () => {
  const target = new EventTarget();
  Object.assign(globalThis, { addEventListener: target.addEventListener.bind(target), removeEventListener: target.removeEventListener.bind(target) });
  try {
    const { transport, requests } = server({});
    const rpc = createClient("/rpc/", { transport, batch: { wait: 30 } });
    rpc.notify("a.b");
    target.dispatchEvent(new Event("pagehide"));
    await sleep(5);
    assert.equal(requests.length, 1);
    await sleep(40);
    assert.equal(requests.length, 1);
  } finally {
    Object.assign(globalThis, { addEventListener: undefined, removeEventListener: undefined });
  }
});

test("params are written when the call is made", async () => {
  const { transport, requests } = server(echo);
  const rpc = createClient("/rpc/", { transport });
  const data = { n: 1 };
  const call = rpc.shop.echo(data);
  data.n = 2;
  await call;
  assert.deepEqual(requests[0]!.body.params, [{ n: 1 }]);
});

test("a call made while an answer is handled goes in the next request", async () => {
  const { transport, requests } = server(echo);
  const rpc = createClient("/rpc/", { transport });
  assert.equal(await rpc.shop.echo(1).then((value: number) => rpc.shop.echo(value + 1)), 2);
  assert.equal(requests.length, 2);
  assert.equal(reply({}).status, 200);
});
