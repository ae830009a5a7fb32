/** Calls: how they are written, and that code which inspects a client makes no call. */

import assert from "node:assert/strict";
import { inspect } from "node:util";
import { test } from "node:test";
import { createClient } from "../src/index.js";
import { createClient as createCore } from "../src/core.js";
import { server } from "./server.js";

const shop = { "shop.add": (a: number, b: number) => a + b };

test("a call by position", async () => {
  const { transport, requests } = server(shop);
  const rpc = createClient("/rpc/", { transport });
  assert.equal(await rpc.shop.add(1, 2), 3);
  assert.deepEqual(requests[0]!.body, { jsonrpc: "2.0", method: "shop.add", params: [1, 2], id: 1 });
  assert.equal(requests[0]!.url, "/rpc/");
  assert.equal(requests[0]!.init.method, "POST");
  assert.equal(requests[0]!.init.headers.get("Content-Type"), "application/json");
  assert.equal(requests[0]!.init.headers.get("Accept"), "application/vnd.adjax+json, application/json");
});

test("a call without parameters has no params", async () => {
  const { transport, requests } = server({});
  await createClient("/rpc/", { transport }).shop.list();
  assert.deepEqual(requests[0]!.body, { jsonrpc: "2.0", method: "shop.list", id: 1 });
});

test("undefined at the end is left out, in the middle it is null", async () => {
  const { transport, requests } = server({});
  await createClient("/rpc/", { transport }).shop.add(undefined, 2, undefined);
  assert.deepEqual(requests[0]!.body.params, [null, 2]);
});

test("calls by name: with, call", async () => {
  const { transport, requests } = server({});
  const rpc = createClient("/rpc/", { transport });
  await rpc.shop.add.with({ a: 1, b: undefined });
  await rpc.call("shop.add", { a: 1 });
  await rpc.call("rpc.discover");
  await rpc.call("shop.add", [1, 2]);
  assert.deepEqual(
    requests.map(({ body }) => [body.method, body.params]),
    [["shop.add", { a: 1 }], ["shop.add", { a: 1 }], ["rpc.discover", undefined], ["shop.add", [1, 2]]],
  );
});

test("a notification has no id and no answer", async () => {
  const { transport, requests } = server({});
  const rpc = createClient("/rpc/", { transport });
  assert.equal(rpc.notify("shop.seen", { sku: "A1" }), undefined);
  await new Promise(setImmediate);
  assert.deepEqual(requests[0]!.body, { jsonrpc: "2.0", method: "shop.seen", params: { sku: "A1" } });
});

test("the core client speaks plain JSON", async () => {
  const { transport, requests } = server({ "shop.echo": (value) => value });
  const rpc = createCore("/rpc/", { transport });
  assert.deepEqual(await rpc.call("shop.echo", [{ __type__: "nothing", x: 1 }]), { __type__: "nothing", x: 1 });
  assert.equal(requests[0]!.init.headers.get("Accept"), "application/json");
  assert.equal(rpc.types.accept, "application/json");
});

test("nothing that probes it makes a call", async () => {
  const { transport, requests } = server({});
  const rpc = createClient("/rpc/", { transport });
  for (const thing of [rpc, rpc.shop, rpc.shop.add]) {
    assert.equal(await thing, thing);
    assert.equal(await Promise.resolve(thing), thing);
    JSON.stringify({ thing });
    inspect(thing, { showProxy: false, depth: 5 });
    inspect(thing, { showProxy: true });
    String(thing);
    `${thing}`;
    Object.keys(thing);
    structuredClone(Object.keys(thing));
    for (const name of ["then", "toJSON", "$$typeof", "_isVue", "__v_isRef", "__v_raw", "nodeType", "asymmetricMatch", "@@__IMMUTABLE_ITERABLE__@@", "0"]) {
      assert.equal(thing[name], undefined, name);
    }
    assert.equal(thing[Symbol.iterator], undefined);
    assert.equal(thing[Symbol.toStringTag], undefined);
    assert.equal(thing[Symbol.asyncIterator], undefined);
    assert.ok(thing instanceof Object);
    assert.equal("then" in thing, false);
  }
  assert.deepEqual(rpc.shop, rpc.shop);
  await new Promise(setImmediate);
  assert.equal(requests.length, 0);
});

test("methods whose names have more dots are members of members", async () => {
  const { transport, requests } = server({});
  const rpc = createClient("/rpc/", { transport });
  assert.equal(rpc.desk.v2.quote, rpc.desk.v2.quote);
  await rpc.desk.v2();
  await rpc.desk.v2.quote("A1", undefined);
  await rpc.desk.v2.a.b.c.with({ d: 1 }, { headers: { "X-A": "1" } });
  await rpc.batch((batch) => batch.desk.v2.quote("B1"));
  assert.deepEqual(
    requests.map(({ body }) => [body.method, body.params]),
    [["desk.v2", undefined], ["desk.v2.quote", ["A1"]], ["desk.v2.a.b.c", { d: 1 }], ["desk.v2.quote", ["B1"]]],
  );
});

test("methods are the same function each time, and names of Object.prototype are reached by call", async () => {
  const { transport, requests } = server({});
  const rpc = createClient("/rpc/", { transport });
  assert.equal(rpc.shop.add, rpc.shop.add);
  assert.equal(typeof rpc.shop.add, "function");
  assert.equal(rpc.shop.constructor, Object);
  await rpc.call("shop.constructor");
  await rpc.call("shop.then");
  assert.deepEqual(requests.map(({ methods }) => methods[0]), ["shop.constructor", "shop.then"]);
});

test("a method may be replaced, as test tools do", async () => {
  const rpc = createClient("/rpc/", { transport: server({}).transport });
  rpc.shop.add = () => 42;
  assert.equal(rpc.shop.add(), 42);
});

test("results are what they are: falsy, with an error key, thenable-looking", async () => {
  const values = [0, "", false, null, { error: "yes", message: "m" }, { then: 1 }, []];
  const { transport } = server({ "shop.get": (index) => values[index] });
  const rpc = createClient("/rpc/", { transport });
  for (const [index, value] of values.entries()) assert.deepEqual(await rpc.shop.get(index), value);
});
