/** The end of calls: errors, aborts, timeouts, retries, CSRF tokens, hooks. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, test } from "node:test";
import * as adjax from "../src/index.js";
import { AbortError, AdjaxError, backoff, CsrfError, createClient, RpcError, TimeoutError, TransportError } from "../src/index.js";
import { Fault, reply, server, sleep, type Sent } from "./server.js";

const rejection = (promise: Promise<unknown>): Promise<any> => promise.then(() => assert.fail("resolved"), (error) => error);

const codes = {
  ParseError: -32700, InvalidRequestError: -32600, MethodNotFoundError: -32601, InvalidParamsError: -32602, InternalError: -32603,
  AuthenticationRequiredError: -32001, PermissionDeniedError: -32002, CsrfError: -32003, NotFoundError: -32004,
  LimitExceededError: -32005, RateLimitedError: -32006, CallInProgressError: -32007, ServerTimeoutError: -32008, RolledBackError: -32009,
  AnswerNotStoredError: -32011,
};

for (const [name, code] of Object.entries(codes)) {
  test(`${code} is a ${name}`, async () => {
    const { transport } = server({ "a.b": () => new Fault(code, "what happened", { more: 1 }) });
    const error = await rejection(createClient("/rpc/", { transport }).a.b());
    assert.ok(error instanceof (adjax as any)[name]);
    assert.ok(error instanceof RpcError && error instanceof AdjaxError && error instanceof Error);
    assert.equal(error.name, name);
    assert.equal(error.message, "what happened");
    assert.equal(error.code, code);
    assert.deepEqual(error.data, { more: 1 });
    assert.equal(error.method, "a.b");
  });
}

test("the application's own code is an RpcError", async () => {
  const { transport } = server({ "a.b": () => new Fault(42, "sold out") });
  const error = await rejection(createClient("/rpc/", { transport }).a.b());
  assert.equal(error.name, "RpcError");
  assert.equal(error.constructor, RpcError);
  assert.equal(error.code, 42);
});

test("parameter errors are found by path", async () => {
  const errors = [{ path: "/items/0/qty", message: "too small", keyword: "minimum" }, { path: "/items/01", message: "odd" }, { path: "", message: "all" }];
  const { transport } = server({ "a.b": () => new Fault(-32602, "Invalid params", { errors }) });
  const error = await rejection(createClient("/rpc/", { transport }).a.b());
  assert.deepEqual(error.errors, errors);
  assert.deepEqual(error.at("/items/0"), ["too small"]);
  assert.deepEqual(error.at("/items/0/qty"), ["too small"]);
  assert.deepEqual(error.at(""), ["too small", "odd", "all"]);
  assert.deepEqual(error.at("/other"), []);
});

test("path helpers bear any data", async () => {
  for (const data of [undefined, null, 5, "x", { errors: 1 }, { errors: [null, 5, { path: { toString: 1, valueOf: 1 } }] }]) {
    const { transport } = server({ "a.b": () => new Fault(-32602, "Invalid params", data) });
    const error = await rejection(createClient("/rpc/", { transport }).a.b());
    assert.ok(Array.isArray(error.errors));
    assert.deepEqual(error.at("/a"), []);
  }
});

test("the stack begins with the caller", async () => {
  const { transport } = server({ "a.b": () => new Fault(1, "no\nsecond line") });
  const rpc = createClient("/rpc/", { transport });
  const theCaller = () => rpc.a.b();
  const byName = () => rpc.a.b.with({});
  const byCall = () => rpc.call("a.b");
  for (const [name, call] of Object.entries({ theCaller, byName, byCall })) {
    const error = await rejection(call());
    assert.match(error.stack, new RegExp(`^RpcError: no\nsecond line\n +at ${name} .*errors\\.test`));
  }
});

test("a message of any text is in the stack as it is", async () => {
  const { transport } = server({ "a.b": () => new Fault(1, "$& $1 $` $'") });
  const { stack } = await rejection(createClient("/rpc/", { transport }).a.b());
  assert.match(stack, /^RpcError: \$& \$1 \$` \$'\n +at /);
});

test("no connection", async () => {
  const rpc = createClient("/rpc/", { transport: async () => { throw new TypeError("fetch failed"); } });
  const [a, b] = await Promise.all([rejection(rpc.a.b()), rejection(rpc.a.c())]);
  assert.ok(a instanceof TransportError);
  assert.equal(a.status, undefined);
  assert.equal(a.offline, false);
  assert.match(a.message, /^Connection error: .*fetch failed/);
  assert.ok(a.cause instanceof TypeError);
  assert.notEqual(a, b);
  assert.deepEqual([a.method, b.method], ["a.b", "a.c"]);
});

test("what is no JSON-RPC answer", async () => {
  const page = "<html>" + "x".repeat(1000);
  for (const [answer, status] of [[reply(page, 502), 502], [reply(page), 200], [reply(""), 200], [reply("{"), 200]] as const) {
    const error = await rejection(createClient("/rpc/", { transport: async () => answer }).a.b());
    assert.ok(error instanceof TransportError);
    assert.equal(error.status, status);
    assert.ok(error.body!.length <= 500);
    assert.match(error.message, /not JSON/);
  }
  for (const answer of ["null", "5", '"x"', "[]", "[null]", "[[]]", "{}", '{"detail":"CSRF Failed"}', '{"jsonrpc":"2.0","id":1}']) {
    const error = await rejection(createClient("/rpc/", { transport: async () => reply(answer) }).a.b());
    assert.ok(error instanceof TransportError, answer);
  }
  assert.ok((await rejection(createClient("/rpc/", { transport: async () => reply("", 204) }).a.b())) instanceof TransportError);
});

test("a refusal by the gateway with another status is an RpcError", async () => {
  const refusal = { jsonrpc: "2.0", id: null, error: { code: -32005, message: "Limit exceeded", data: { limit: "body", maximum: 1 } } };
  const error = await rejection(createClient("/rpc/", { transport: async () => reply(refusal, 413) }).a.b());
  assert.ok(error instanceof adjax.LimitExceededError);
});

test("an abort ends one call, the others go on", async () => {
  let aborted = false;
  const { transport } = server(async ({ body, init }) => {
    init.signal!.addEventListener("abort", () => (aborted = true));
    await sleep(10);
    return body.map(({ id }: any) => ({ jsonrpc: "2.0", id, result: id }));
  });
  const rpc = createClient("/rpc/", { transport });
  const controller = new AbortController();
  const first = rejection(rpc.call("a.b", [], { signal: controller.signal }));
  const second = rpc.a.c();
  await sleep(2);
  controller.abort("changed my mind");
  const error = await first;
  assert.ok(error instanceof AbortError);
  assert.equal(error.name, "AbortError");
  assert.equal(error.cause, "changed my mind");
  assert.equal(await second, 2);
  assert.equal(aborted, false);
});

test("when all are gone the request is aborted", async () => {
  let signal: AbortSignal | undefined;
  const rpc = createClient("/rpc/", {
    transport: (_url, init) =>
      new Promise((_resolve, reject) => {
        signal = init.signal!;
        signal.addEventListener("abort", () => reject(signal!.reason));
      }),
  });
  const controller = new AbortController();
  const calls = [rejection(rpc.a.b.with({}, { signal: controller.signal })), rejection(rpc.a.c.with({}, { timeout: 20 }))];
  await sleep(5);
  controller.abort();
  assert.ok((await calls[0]) instanceof AbortError);
  assert.equal(signal!.aborted, false);
  assert.ok((await calls[1]) instanceof TimeoutError);
  assert.equal(signal!.aborted, true);
});

test("a notification in the request keeps it going", async () => {
  const { transport, requests } = server(async () => { await sleep(10); return reply("", 204); });
  const rpc = createClient("/rpc/", { transport });
  rpc.notify("a.b");
  const controller = new AbortController();
  const call = rejection(rpc.call("a.c", [], { signal: controller.signal }));
  await sleep(2);
  controller.abort();
  await call;
  assert.equal(requests[0]!.init.signal!.aborted, false);
});

test("a call aborted in its tick, or before it, is never sent", async () => {
  const { transport, requests } = server({});
  const rpc = createClient("/rpc/", { transport });
  const controller = new AbortController();
  const call = rejection(rpc.call("a.b", [], { signal: controller.signal }));
  controller.abort();
  assert.ok((await call) instanceof AbortError);
  assert.ok((await rejection(rpc.call("a.b", [], { signal: controller.signal }))) instanceof AbortError);
  await sleep(2);
  assert.equal(requests.length, 0);
});

test("signals are let go of", async () => {
  const { transport } = server({});
  const rpc = createClient("/rpc/", { transport });
  const { signal } = new AbortController();
  let listeners = 0;
  const add = signal.addEventListener, remove = signal.removeEventListener;
  signal.addEventListener = (...args: any) => { listeners++; return add.apply(signal, args); };
  signal.removeEventListener = (...args: any) => { listeners--; return remove.apply(signal, args); };
  await rpc.call("a.b", [], { signal });
  assert.equal(listeners, 0);
});

test("timeouts: of the client, of a call; longest ones are none", async () => {
  const { transport } = server({ "a.b": () => sleep(30), "a.c": () => 1 });
  const rpc = createClient("/rpc/", { transport, timeout: 10 });
  const error = await rejection(rpc.a.b());
  assert.ok(error instanceof TimeoutError);
  assert.match(error.message, /a\.b took longer than 10 ms/);
  assert.equal(await rpc.call("a.b", [], { timeout: 200 }), null);
  assert.equal(await rpc.call("a.c", [], { timeout: Infinity }), 1);
});

test("a batch's signal and timeout hold for its calls", async () => {
  const { transport } = server({ "a.b": () => sleep(30) });
  const rpc = createClient("/rpc/", { transport });
  assert.ok((await rejection(rpc.batch((b) => b.a.b(), { timeout: 5 }))) instanceof TimeoutError);
  assert.ok((await rejection(rpc.batch((b) => b.a.b(), { signal: AbortSignal.abort() }))) instanceof AbortError);
});

const flaky = (failures: unknown[], after: unknown = 7) => {
  const made = server(({ body }: Sent) => {
    const failure = failures.shift();
    if (failure instanceof Error) throw failure;
    return failure ?? [body].flat().map(({ id }: any) => ({ jsonrpc: "2.0", id, result: after }))[0];
  });
  return made;
};
const lost = () => new TypeError("fetch failed");
const quick = { retry: backoff({ delay: 1 }), methods: { "a.read": { readonly: true }, "a.put": { idempotent: true } } };

test("idempotent, readonly and keyed calls are sent again", async () => {
  for (const call of [(rpc: any) => rpc.a.put(), (rpc: any) => rpc.a.read(), (rpc: any) => rpc.call("a.post", [], { idempotencyKey: "k1" })]) {
    const { transport, requests } = flaky([lost(), reply("<html>", 502)]);
    assert.equal(await call(createClient("/rpc/", { transport, ...quick })), 7);
    assert.equal(requests.length, 3);
    assert.deepEqual(requests[0]!.body, requests[2]!.body);
    assert.equal(requests[2]!.init.headers.get("Idempotency-Key"), requests[0]!.init.headers.get("Idempotency-Key"));
  }
});

test("other calls never are", async () => {
  for (const failure of [lost(), reply("<html>", 503), { jsonrpc: "2.0", id: 1, error: { code: -32006, message: "Rate limited" } }]) {
    const { transport, requests } = flaky([failure]);
    await rejection(createClient("/rpc/", { transport, ...quick }).a.post());
    assert.equal(requests.length, 1);
  }
});

test("an empty idempotency key is none", async () => {
  const { transport, requests } = flaky([lost(), lost(), lost()]);
  const rpc = createClient("/rpc/", { transport, ...quick });
  assert.ok((await rejection(rpc.call("a.post", [], { idempotencyKey: "" }))) instanceof TransportError);
  assert.equal(requests.length, 1);
});

test("retries end, and what would fail again is not retried", async () => {
  const { transport, requests } = flaky([lost(), lost(), lost()]);
  assert.ok((await rejection(createClient("/rpc/", { transport, ...quick }).a.put())) instanceof TransportError);
  assert.equal(requests.length, 3);
  for (const failure of [reply("<html>", 500), reply("<html>", 200), { jsonrpc: "2.0", id: 1, error: { code: -32602, message: "Invalid params" } }]) {
    const { transport, requests } = flaky([failure]);
    await rejection(createClient("/rpc/", { transport, ...quick }).a.put());
    assert.equal(requests.length, 1);
  }
});

test("Retry-After is obeyed: seconds, a date, the data of Rate limited", () => {
  const wait = backoff({ maxDelay: 5000 });
  const after = (value: string) => new TransportError("", { status: 503, response: reply("", 503, { "Retry-After": value }) });
  assert.equal(wait(after("1.5"), 0), 1500);
  assert.equal(wait(after("60"), 0), 5000);
  assert.ok(Math.abs(wait(after(new Date(Date.now() + 3000).toUTCString()), 0)! - 2500) <= 501);
  assert.equal(wait(new adjax.RateLimitedError("", { code: -32006, data: { retryAfter: 2.5 } }), 1), 2500);
  const outcome = { outcome: "unknown", expiresAfter: 86390 };
  assert.equal(wait(new adjax.CallInProgressError("", { code: -32007, data: outcome }), 1), undefined);
  assert.equal(wait(new adjax.CallInProgressError("", { code: -32007, data: { retryAfter: 1 } }), 1), 1000);
  assert.equal(wait(new adjax.RpcError("", { code: -32006 }), 0), undefined);
  for (const [attempt, most] of [[0, 300], [1, 600]] as const) {
    const pause = wait(after("soon"), attempt)!;
    assert.ok(pause >= most && pause <= 2 * most);
  }
  assert.equal(wait(after("1"), 2), undefined);
});

test("the errors of a body that is refused as a whole are read, whatever its status", async () => {
  const error = { code: -32006, message: "Rate limited", data: { retryAfter: 0.001 } };
  const refused = (ids: number[]) => {
    const answers = ids.map((id) => ({ jsonrpc: "2.0", id, error }));
    return reply(JSON.stringify(answers[1] ? answers : answers[0]), 429, { "Retry-After": "1" });
  };
  const { transport } = flaky([refused([1, 2]), refused([3])]);
  const rpc = createClient("/rpc/", { transport, ...quick });
  const seen = await Promise.all([rejection(rpc.a.post(1)), rejection(rpc.a.post(2))]);
  seen.push(await rejection(rpc.a.post(3)));
  for (const each of seen) {
    assert.ok(each instanceof adjax.RateLimitedError);
    assert.deepEqual([each.message, each.data], ["Rate limited", error.data]);
  }
  assert.equal(await rpc.a.put(), 7);
  const again = flaky([refused([1])]);
  assert.equal(await createClient("/rpc/", { transport: again.transport, ...quick }).a.put(), 7);
  assert.equal(again.requests.length, 2);
});

test("a time to wait that is none leaves no call pending", async () => {
  const awkward = { toString: 1, valueOf: 1 };
  for (const retryAfter of [awkward, [awkward], [], null, "soon", -1]) {
    const { transport } = flaky(Array(3).fill({ jsonrpc: "2.0", id: 1, error: { code: -32006, message: "Rate limited", data: { retryAfter } } }));
    assert.ok((await rejection(createClient("/rpc/", { transport, ...quick }).a.put())) instanceof adjax.RateLimitedError);
  }
});

test("what a retry function throws ends the call", async () => {
  const thrown = new RangeError("no idea");
  const { transport } = flaky([lost()]);
  const retry = () => { throw thrown; };
  assert.equal(await rejection(createClient("/rpc/", { transport, ...quick, retry }).a.put()), thrown);
});

test("a call that ends while it waits is not sent again", async () => {
  const { transport, requests } = flaky([lost()]);
  const rpc = createClient("/rpc/", { transport, ...quick, retry: backoff({ delay: 30 }) });
  assert.ok((await rejection(rpc.a.put.with({}, { timeout: 5 }))) instanceof TimeoutError);
  await sleep(50);
  assert.equal(requests.length, 1);
});

test("headers: of the client, of a call, which goes alone", async () => {
  const { transport, requests } = server({});
  const rpc = createClient("/rpc/", { transport, headers: { "X-Site": "de" } });
  await Promise.all([rpc.a.b(), rpc.call("a.c", [], { headers: { "X-Trace": "1" } })]);
  assert.deepEqual(requests.map(({ init: { headers } }) => [headers.get("X-Site"), headers.get("X-Trace")]), [["de", null], ["de", "1"]]);
});

test("credentials are as configured", async () => {
  const { transport, requests } = server({});
  await createClient("/rpc/", { transport }).a.b();
  await createClient("/rpc/", { transport, credentials: "include" }).a.b();
  assert.deepEqual(requests.map(({ init }) => init.credentials), [undefined, "include"]);
});

test("hooks see each request, and may change its headers", async () => {
  const seen: unknown[] = [];
  const { transport, requests } = server({ "a.b": () => 1, "a.c": () => new Fault(5, "five") });
  const rpc = createClient("/rpc/", {
    transport,
    async onRequest({ url, headers, body, methods }) {
      await sleep(1);
      headers.set("X-Late", "1");
      seen.push([url, methods, JSON.parse(body).length]);
    },
    onResponse: (_context, { status }) => { seen.push(status); },
    onError: (error, method) => seen.push([error.message, method]),
  });
  await Promise.allSettled([rpc.a.b(), rpc.a.c()]);
  await sleep(1);
  assert.deepEqual(seen, [["/rpc/", ["a.b", "a.c"], 2], 200, ["five", "a.c"]]);
  assert.equal(requests[0]!.init.headers.get("X-Late"), "1");
});

test("a hook that throws ends the calls with its error", async () => {
  for (const hook of ["onRequest", "onResponse"]) {
    const rpc = createClient("/rpc/", { transport: server({}).transport, [hook]: () => { throw new Error("hook"); } });
    assert.equal((await rejection(rpc.a.b())).message, "hook");
  }
});

test("a failed notification is told to onError", async () => {
  const failures: any[] = [];
  const rpc = createClient("/rpc/", { transport: async () => reply("<html>", 502), onError: (error, method) => failures.push([error.name, method]) });
  rpc.notify("a.b");
  await sleep(5);
  assert.deepEqual(failures, [["TransportError", "a.b"]]);
});

test("a value that cannot be sent: the call rejects, a notification throws", async () => {
  const { transport, requests } = server({});
  const rpc = createClient("/rpc/", { transport });
  const [bad, good] = await Promise.all([rejection(rpc.a.b({ f() {} })), rpc.a.c()]);
  assert.equal(bad.name, "SerializerError");
  assert.equal(bad.path, "/0/f");
  assert.equal(bad.method, "a.b");
  assert.equal(good, null);
  assert.throws(() => rpc.notify("a.b", [Symbol("s")]), { name: "SerializerError", path: "/0" });
  assert.equal(requests.length, 1);
});

/* CSRF */

const page = (found: { cookie?: string; field?: string; meta?: string; href?: string; base?: string }) => {
  const href = found.href ?? "https://shop.example/cart";
  const fields = [{ value: found.field }, { content: found.meta }];
  Object.assign(globalThis, {
    location: new URL(href),
    document: {
      cookie: found.cookie ?? "",
      baseURI: found.base ?? href,
      querySelector: (selector: string) =>
        selector === "[name^=csrf][name$=token]" && fields.find((field) => Object.values(field)[0]),
    },
  });
};
afterEach(() => Object.assign(globalThis, { location: undefined, document: undefined }));

const tokenOf = async (options: adjax.ClientOptions = {}, url = "/rpc/", header = "X-CSRFToken") => {
  const { transport, requests } = server({});
  await createClient(url, { transport, ...options } as any).a.b();
  return requests[0]!.init.headers.get(header);
};

test("the token: option, cookie, form field, meta tag, in this order", async () => {
  page({ cookie: "a=1; csrftoken=fromcookie; b=2", field: "fromfield", meta: "frommeta" });
  assert.equal(await tokenOf(), "fromcookie");
  assert.equal(await tokenOf({ csrf: "own" }), "own");
  assert.equal(await tokenOf({ csrf: async () => "asked" }), "asked");
  assert.equal(await tokenOf({ csrf: { token: () => "asked" } }), "asked");
  assert.equal(await tokenOf({ csrf: false }), null);
  assert.equal(await tokenOf({ csrf: { cookieName: "b" } }), "2");
  assert.equal(await tokenOf({ csrf: { headerName: "X-Token" } }, "/rpc/", "X-Token"), "fromcookie");
  page({ cookie: "xcsrftoken=1", field: "fromfield", meta: "frommeta" });
  assert.equal(await tokenOf(), "fromfield");
  page({ meta: "frommeta" });
  assert.equal(await tokenOf(), "frommeta");
  page({});
  assert.equal(await tokenOf(), null);
});

test("the token never goes to another origin", async () => {
  page({ cookie: "csrftoken=secret" });
  assert.equal(await tokenOf({}, "https://shop.example/rpc/"), "secret");
  assert.equal(await tokenOf({}, "https://other.example/rpc/"), null);
  assert.equal(await tokenOf({}, "//other.example/rpc/"), null);
  assert.equal(await tokenOf({}, "http://shop.example/rpc/"), null);
  page({ cookie: "csrftoken=secret", base: "https://cdn.example/" });
  assert.equal(await tokenOf({}, "/rpc/"), null);
});

test("a token that the option names goes where the page asks for", async () => {
  page({ cookie: "csrftoken=secret" });
  const url = "https://other.example/rpc/";
  assert.equal(await tokenOf({ csrf: "own" }, url), "own");
  assert.equal(await tokenOf({ csrf: { token: async () => "asked" } }, url), "asked");
  assert.equal(await tokenOf({ csrf: { cookieName: "csrftoken" } }, url), null);
});

test("a token of another origin is not the page's, whatever the option names", async () => {
  page({ meta: "old" });
  const { transport } = server(({ body: { id } }) => reply({ jsonrpc: "2.0", id, result: 1 }, 200, { "X-CSRFToken": "foreign" }));
  await createClient("https://other.example/rpc/", { transport, csrf: "own" }).a.b();
  assert.equal(await tokenOf(), "old");
});

test("a redirect is refused: its target gets neither the token nor the body", async () => {
  const reached: unknown[] = [];
  const listen = async (handler: RequestListener) => {
    const listening = createServer(handler).listen(0, "127.0.0.1");
    await once(listening, "listening");
    return { listening, url: `http://127.0.0.1:${(listening.address() as AddressInfo).port}/rpc/` };
  };
  const target = await listen((request, response) => {
    reached.push(request.headers);
    response.end('{"jsonrpc":"2.0","id":1,"result":1}');
  });
  for (const status of [301, 302, 303, 307, 308]) {
    const { listening, url } = await listen((_, response) => {
      response.writeHead(status, { Location: target.url }).end('{"jsonrpc":"2.0","id":1,"result":1}');
    });
    const error = await rejection(createClient(url, { csrf: "own" }).a.b());
    assert.ok(error instanceof TransportError);
    assert.equal(error.message, `URL redirects (HTTP ${status})`);
    assert.equal(error.status, status);
    listening.close();
  }
  target.listening.close();
  assert.deepEqual(reached, []);
});

test("a browser hides the status of a redirect", async () => {
  const transport = async () => ({ status: 0, headers: new Headers(), text: async () => "" });
  const error = await rejection(createClient("/rpc/", { transport, retry: backoff(), methods: { "a.b": { idempotent: true } } }).a.b());
  assert.equal(error.message, "URL redirects (HTTP 0)");
});

test("without a document the option still counts", async () => {
  assert.equal(await tokenOf(), null);
  assert.equal(await tokenOf({ csrf: "own" }), "own");
});

test("a token that rotated is read again and the call sent once more", async () => {
  page({ cookie: "csrftoken=old" });
  const { transport, requests } = server(({ body, init }) => {
    document.cookie = "csrftoken=new";
    const fresh = init.headers.get("X-CSRFToken") === "new";
    return [body].flat().map(({ id, method }: any) =>
      fresh || method === "a.open"
        ? { jsonrpc: "2.0", id, result: method }
        : { jsonrpc: "2.0", id, error: { code: -32003, message: "CSRF verification failed" } },
    );
  });
  const rpc = createClient("/rpc/", { transport });
  assert.deepEqual(await Promise.all([rpc.a.open(), rpc.a.closed()]), ["a.open", "a.closed"]);
  assert.deepEqual(requests.map(({ methods }) => methods), [["a.open", "a.closed"], ["a.closed"]]);
});

test("all calls that the token failed are sent again in one request", async () => {
  let token = 0;
  const { transport, requests } = server(({ body, init }) =>
    init.headers.get("X-CSRFToken") === "t1"
      ? reply({ jsonrpc: "2.0", id: null, error: { code: -32003, message: "CSRF verification failed" } }, 403)
      : body.map(({ id, method }: any) => ({ jsonrpc: "2.0", id, result: method })),
  );
  const rpc = createClient("/rpc/", { transport, csrf: async () => `t${++token}` });
  assert.deepEqual(await Promise.all([rpc.a.b(), rpc.a.c(), rpc.a.d()]), ["a.b", "a.c", "a.d"]);
  assert.deepEqual(requests.map(({ methods }) => methods), Array(2).fill(["a.b", "a.c", "a.d"]));
  // Read for each request, and once to compare.
  assert.equal(token, 3);
});

test("the whole request refused is sent once more, never twice", async () => {
  let token = 0;
  const { transport, requests } = server(() => reply({ jsonrpc: "2.0", id: null, error: { code: -32003, message: "CSRF verification failed" } }, 403));
  const error = await rejection(createClient("/rpc/", { transport, csrf: () => `t${++token}` }).a.b());
  assert.ok(error instanceof CsrfError);
  assert.equal(requests.length, 2);
  await rejection(createClient("/rpc/", { transport, csrf: "same" }).a.b());
  assert.equal(requests.length, 3);
});

test("a token from another origin, or without a page, changes nothing", async () => {
  page({ meta: "old" });
  const { transport } = server(({ body: { id } }) => reply({ jsonrpc: "2.0", id, result: 1 }, 200, { "X-CSRFToken": "foreign" }));
  await createClient("https://other.example/rpc/", { transport }).a.b();
  await createClient("/rpc/", { transport, csrf: false }).a.b();
  assert.equal(await tokenOf(), "old");
  Object.assign(globalThis, { location: undefined, document: undefined });
  assert.equal(await createClient("/rpc/", { transport, csrf: "own" }).a.b(), 1);
});

test("a token that the server sends along is the page's from then on", async () => {
  page({ field: "old", meta: "old" });
  const { transport, requests } = server(({ body: { id }, init }) =>
    init.headers.get("X-CSRFToken") === "new"
      ? { jsonrpc: "2.0", id, result: 1 }
      : reply({ jsonrpc: "2.0", id: null, error: { code: -32003, message: "CSRF verification failed" } }, 403, { "X-CSRFToken": "new" }),
  );
  assert.equal(await createClient("/rpc/", { transport }).a.b(), 1);
  assert.equal(requests.length, 2);
  assert.equal(await tokenOf(), "new");
  page({ meta: "old", cookie: "csrftoken=fromcookie" });
  assert.equal(await tokenOf(), "fromcookie");
});

test("a call that the token function makes is sent, too", async () => {
  const { transport, requests } = server({ "a.b": () => 1, "a.token": () => "t" });
  const tokens: Promise<string>[] = [];
  const rpc = createClient("/rpc/", {
    transport,
    csrf() {
      if (!tokens.length) tokens.push(rpc.a.token());
      return "t";
    },
  });
  assert.equal(await rpc.a.b(), 1);
  assert.equal(await tokens[0], "t");
  assert.deepEqual(requests.map(({ methods }) => methods), [["a.b"], ["a.token"]]);
});

test("a token function that fails ends the call", async () => {
  const error = await rejection(createClient("/rpc/", { transport: server({}).transport, csrf: () => { throw new Error("no token"); } }).a.b());
  assert.equal(error.message, "no token");
});

test("random answers leave nothing pending and pollute nothing", async () => {
  let seed = 42;
  const random = (below: number) => (seed = (seed * 1103515245 + 12345) % 2 ** 31) % below;
  const pick = <T>(list: T[]): T => list[random(list.length)]!;
  const value = (depth: number): any => {
    switch (random(depth > 4 ? 6 : 9)) {
      case 0: return null;
      case 1: return random(5);
      case 2: return pick(["", "x", "2.0", "constructor", "__proto__", "2026-11-22T09:30:00Z", "NaN"]);
      case 3: return random(2) === 1;
      case 4: return -1.5;
      case 5: return {};
      case 6: return Array.from({ length: random(4) }, () => value(depth + 1));
      default: {
        const object: any = {};
        for (let n = random(6); n; n--) {
          const key = pick(["jsonrpc", "id", "result", "error", "code", "message", "data", "__type__", "value", "__proto__", "constructor", "toJSON", "then", "toString"]);
          const made = key === "jsonrpc" ? "2.0" : key === "__type__" ? pick(["datetime", "map", "object", "set", "bytes", "bigint", "nope", 5]) : value(depth + 1);
          Object.defineProperty(object, key, { value: made, enumerable: true, configurable: true, writable: true });
        }
        return object;
      }
    }
  };
  for (let round = 0; round < 3000; round++) {
    let text = JSON.stringify(random(2) ? value(0) : [1, 2].map((id) => ({ jsonrpc: "2.0", id, ...(random(5) ? { result: value(1) } : value(1)) })));
    if (random(4) === 0) text = text.slice(0, random(text.length + 1));
    const rpc = createClient("/rpc/", { transport: async () => reply(text, pick([200, 200, 204, 403, 500])) });
    const settled = Promise.allSettled([rpc.a.b(), rpc.a.c()]);
    const outcome = await Promise.race([settled, sleep(1000).then(() => "pending")]);
    assert.notEqual(outcome, "pending", text);
  }
  assert.deepEqual(Object.keys(Object.prototype), []);
  assert.equal(({} as any).value, undefined);
});
