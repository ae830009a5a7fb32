/** The API of adjax 1.2, in the classic script that Django serves. Goes in 3.0 with legacy.ts. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { bundle } from "../build.mjs";
import { Fault, server, sleep, type Methods } from "./server.js";

let adjax: any;
before(async () => {
  (0, eval)(await bundle("src/classic.ts", "iife"));
  adjax = (globalThis as any).adjax;
});

const views = {
  myapp: {
    do_stuff: { args: ["a", "b", "c"], defaults: { c: 1 }, url: "/rpc/" },
    now: { args: [], defaults: {}, url: "/rpc/", readonly: true },
    fail: { args: [], url: "/rpc/" },
  },
};

const open = (methods: Methods, ...options: any[]) => {
  const { transport, requests } = server(methods);
  globalThis.fetch = transport as typeof fetch;
  return { requests, ADJAX: new adjax.Interface({ site: "x" }, views, "__type__", ...options) };
};

const stuff = { "myapp.do_stuff": (data: any) => data, "myapp.now": () => 5 };

test("a function is called by position, sent by name, and answers promise and callback", async () => {
  const { ADJAX, requests } = open(stuff);
  const given: any[] = [];
  const result = await ADJAX.apps.myapp.do_stuff(1, 2, (data: any) => given.push(data));
  assert.deepEqual(requests[0]!.body, { jsonrpc: "2.0", method: "myapp.do_stuff", params: { a: 1, b: 2 }, id: 1 });
  assert.equal(requests[0]!.url, "/rpc/");
  assert.deepEqual(result, { a: 1, b: 2 });
  assert.deepEqual(given, [{ a: 1, b: 2 }]);
});

test("a function whose name has more dots is reached by members and by its name", async () => {
  const { transport, requests } = server({});
  globalThis.fetch = transport as typeof fetch;
  const names = ["v2.quote", "v2", "v2.sub.name", "v3.quote"];
  const desk = Object.fromEntries(names.map((name) => [name, { args: ["a"], url: "/rpc/" }]));
  const { apps } = new adjax.Interface({}, { desk }, "__type__");
  await apps.desk.v2(1);
  await apps.desk.v2.quote(2);
  await apps.desk["v2.quote"](3);
  await apps.desk.v2.sub.name(4);
  await apps.desk.v3.quote(5);
  assert.deepEqual(
    requests.map(({ body }) => [body.method, body.params.a]),
    [["desk.v2", 1], ["desk.v2.quote", 2], ["desk.v2.quote", 3], ["desk.v2.sub.name", 4], ["desk.v3.quote", 5]],
  );
});

test("update may change the data, further arguments are ignored, null is sent", async () => {
  const { ADJAX, requests } = open(stuff);
  let called = 0;
  await ADJAX.apps.myapp.do_stuff(1, null, 3, 4, 5, (data: any) => { data.a = 9; delete data.c; data.extra = true; }, () => called++);
  assert.deepEqual(requests[0]!.body.params, { a: 9, b: null, extra: true });
  await sleep(1);
  assert.equal(called, 1);
});

test("the calls of one tick share a request", async () => {
  const { ADJAX, requests } = open(stuff);
  await Promise.all([ADJAX.apps.myapp.do_stuff(1, 2), ADJAX.apps.myapp.now(), ADJAX.apps.myapp.now()]);
  assert.deepEqual(requests.map(({ methods }) => methods), [["myapp.do_stuff", "myapp.now"]]);
});

test("options of interface.js: url, limit, names of the token", async () => {
  Object.assign(globalThis, { location: new URL("https://x.example/"), document: { cookie: "tok=T", baseURI: "https://x.example/", querySelector: () => null } });
  try {
    const { ADJAX, requests } = open(stuff, { url: "/api/", csrf: { cookieName: "tok", headerName: "X-T" }, maxBatchSize: 2 });
    await Promise.all([1, 2, 3].map((a) => ADJAX.apps.myapp.do_stuff(a)));
    assert.deepEqual(requests.map(({ methods }) => methods.length), [2, 1]);
    assert.equal(requests[0]!.url, "/api/");
    assert.equal(requests[0]!.init.headers.get("X-T"), "T");
  } finally {
    Object.assign(globalThis, { location: undefined, document: undefined });
  }
});

test("register prepares each request; nothing found replaces nothing", async () => {
  Object.assign(globalThis, { location: new URL("https://x.example/"), document: { cookie: "a=1; csrftoken=T", baseURI: "https://x.example/", querySelector: () => null } });
  try {
    const { ADJAX, requests } = open(stuff);
    let prepared = 0;
    ADJAX.register((xhr: any) => {
      prepared++;
      xhr.setRequestHeader("x-csrftoken", adjax.utils.cookie("csrftoken"));
      xhr.setRequestHeader("X-Other", 5);
      xhr.setRequestHeader("X-CSRFToken", adjax.utils.cookie("missing"));
    });
    await Promise.all([ADJAX.apps.myapp.now(), ADJAX.apps.myapp.do_stuff()]);
    assert.equal(prepared, 1);
    assert.equal(requests[0]!.init.headers.get("X-CSRFToken"), "T");
    assert.equal(requests[0]!.init.headers.get("X-Other"), "5");
  } finally {
    Object.assign(globalThis, { location: undefined, document: undefined });
  }
});

test("a rejection is an Error with the server's message, code and data", async () => {
  const { ADJAX } = open({ "myapp.fail": () => new Fault(-32602, "Required argument 'a' missing", { errors: [] }) });
  const error: any = await ADJAX.apps.myapp.fail().then(assert.fail, (error: unknown) => error);
  assert.ok(error instanceof Error && error instanceof adjax.Error && error instanceof adjax.RpcError);
  assert.equal(error.message, "Required argument 'a' missing");
  assert.equal((error as any).code, -32602);
  assert.deepEqual((error as any).data, { errors: [] });
  let called = false;
  await ADJAX.apps.myapp.fail(() => (called = true)).catch(() => {});
  assert.equal(called, false);
});

test("results with a truthy error key resolve", async () => {
  const result = { error: true, message: "fine" };
  const { ADJAX } = open({ "myapp.now": () => result });
  assert.deepEqual(await ADJAX.apps.myapp.now(), result);
});

function CustomObject(this: any, x: number, y: unknown) {
  this.x = x;
  this.y = y;
}

const registerCustom = (ADJAX: any) =>
  ADJAX.serializer.register("custom", CustomObject, new adjax.Type(
    (value: any) => ({ x: value.x, y: value.y }),
    (value: any) => new (CustomObject as any)(value["x"], value["y"]),
  ));

test("custom types, at the top and inside, leave nothing on the constructor", async () => {
  const { ADJAX, requests } = open(stuff);
  registerCustom(ADJAX);
  const custom = new (CustomObject as any)(1, { deep: [2] });
  const { a } = await ADJAX.apps.myapp.do_stuff(custom);
  assert.deepEqual(requests[0]!.body.params, { a: { __type__: "custom", x: 1, y: { deep: [2] } } });
  assert.ok(a instanceof CustomObject);
  assert.deepEqual(a, custom);
  assert.equal("__name__" in CustomObject, false);
  assert.deepEqual(Object.keys(CustomObject.prototype), []);
  assert.deepEqual(ADJAX.serializer.decode(ADJAX.serializer.encode(custom)), custom);
});

test("the date type of adjax's README, with its change to Date.prototype", async () => {
  const before = Object.getOwnPropertyDescriptor(Date.prototype, "toJSON")!;
  try {
    (Date.prototype as any).toJSON = undefined;
    const { ADJAX, requests } = open(stuff);
    ADJAX.serializer.register("datetime", Date, new adjax.Type(
      (value: Date) => ({ value: value.toISOString() }),
      (value: any) => new Date(value["value"]),
    ));
    const { a } = await ADJAX.apps.myapp.do_stuff(new Date(5));
    assert.deepEqual(requests[0]!.body.params.a, { __type__: "datetime", value: "1970-01-01T00:00:00.005Z" });
    assert.deepEqual(a, new Date(5));
  } finally {
    Object.defineProperty(Date.prototype, "toJSON", before);
  }
});

test("a decoder sees the tag, as in 1.2", () => {
  const { ADJAX } = open(stuff);
  let seen: unknown;
  ADJAX.serializer.register("custom", CustomObject, new adjax.Type(() => ({}), (value: unknown) => (seen = value)));
  ADJAX.serializer.decode('{"__type__":"custom","x":1}');
  assert.deepEqual(seen, { __type__: "custom", x: 1 });
});

test("data 1.2 could not carry", async () => {
  const { ADJAX } = open(stuff);
  for (const value of [Object.assign(Object.create(null), { k: 1 }), { constructor: 1, toJSON: 2 }, JSON.parse('{"__proto__":1}'), { __type__: "x" }, "'\"</script>"]) {
    assert.deepEqual({ ...(await ADJAX.apps.myapp.do_stuff([value])).a[0] }, { ...value });
  }
});

test("data, views, getView, client", async () => {
  const { ADJAX } = open(stuff);
  assert.deepEqual(ADJAX.data, { site: "x" });
  assert.equal(ADJAX.views, views);
  assert.equal(await ADJAX.getView("myapp", "now")(), 5);
  assert.throws(() => ADJAX.getView("other", "now"), { message: "App 'other' does not exist" });
  assert.throws(() => ADJAX.getView("myapp", "toString"), { message: "View 'toString' does not exist in app 'myapp'" });
  assert.throws(() => ADJAX.getView("constructor", "x"), adjax.Error);
  assert.equal(await ADJAX.client.myapp.now(), 5);
});

test("an interface without views, and one with three arguments", async () => {
  new adjax.Interface({}, {}, "__type__");
  const { ADJAX } = open(stuff);
  assert.equal(await ADJAX.apps.myapp.now(), 5);
});

test("a callback that throws surfaces, the promise resolves", async () => {
  const { ADJAX } = open(stuff);
  // The test runner has listeners of its own.
  const others = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  try {
    const surfaced = new Promise((resolve) => process.once("unhandledRejection", resolve));
    assert.equal(await ADJAX.apps.myapp.now(() => { throw new Error("mine"); }), 5);
    assert.equal(((await surfaced) as Error).message, "mine");
  } finally {
    for (const listener of others) process.on("unhandledRejection", listener);
  }
});

test("utils", () => {
  assert.deepEqual(adjax.utils.zip([["a", "b", "c"], [1, 2, 3]]), [["a", 1], ["b", 2], ["c", 3]]);
  assert.deepEqual(adjax.utils.obj([["a", 1], ["b", 2]]), { a: 1, b: 2 });
});

test("the script defines adjax and nothing else", async () => {
  const text = await bundle("src/classic.ts", "iife");
  const scope: any = {};
  new Function("globalThis", text)(scope);
  assert.deepEqual(Object.keys(scope), ["adjax"]);
  for (const name of ["createClient", "Interface", "Type", "Serializer", "utils", "Error", "RpcError", "TransportError", "backoff"]) assert.ok(scope.adjax[name], name);
});

test("the files that Django serves are committed as built", () => {
  execFileSync(process.execPath, [fileURLToPath(new URL("../build.mjs", import.meta.url)), "--check"]);
});
