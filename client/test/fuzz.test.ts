/**
 * Random responses: every promise settles, no prototype changes, and no text of a response is executed.
 *
 * `FUZZ=100000 npm run fuzz` tries more cases; `FUZZ_SEED=7 FUZZ=1` repeats one.
 */

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import * as core from "../src/core.js";
import * as full from "../src/index.js";
import { AdjaxError, backoff, RpcError, Serializer, SerializerError, TransportError } from "../src/index.js";

const CASES = Number(process.env.FUZZ ?? 2000);
const SEED = Number(process.env.FUZZ_SEED ?? 1);
const MOST_POSTS = 100;
const LONGEST = 10_000;

// ── chance ──

/** Random numbers by Mulberry32: the same for the same seed. */
const chance = (seed: number) => {
  let state = seed;
  const number = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(number() * limit);
  const pick = <T>(...choices: readonly T[]): T => choices[below(choices.length)]!;
  const often = (probability: number): boolean => number() < probability;
  const list = <T>(most: number, make: (index: number) => T): T[] => Array.from({ length: below(most + 1) }, (_, index) => make(index));
  return { below, pick, often, list };
};

type Chance = ReturnType<typeof chance>;

// ── values as JSON text, so that a key may come twice and be called __proto__ ──

const KEYS = [
  "__proto__", "__type__", "value", "constructor", "prototype", "toString", "valueOf", "then", "toJSON", "length",
  "hasOwnProperty", "name", "message", "stack", "cause", "id", "result", "error", "code", "data", "errors", "path",
  "limit", "maximum", "retryAfter", "a", "0", "",
];
const TAGS = [
  "datetime", "date", "time", "duration", "decimal", "uuid", "bigint", "float", "bytes", "set", "map", "object", "point",
  "constructor", "__proto__", "toString", "Function", "eval", "require", "",
];
const STRINGS = [
  "", "a", "2.0", "NaN", "-Infinity", "2026-11-22", "2026-02-30T00:00:00Z", "2026-11-22T09:30:00.123456+00:00", "P1D", "1.10",
  "AAE=", "====", "9007199254740993", "/a/0", "globalThis.pwned = true", "${globalThis.pwned = true}", "javascript:pwned=true",
  "<script>pwned = true</script>", "$& $1 $' $`", "\u2028", "\0", "batch_size",
];
const NUMBERS = ["0", "-0", "1", "-1", "1.5", "2", "1e400", "-1e400", "1e-400", "9007199254740993", "-32003", "-32005", "-32006", "-32602"];

const textOf = (dice: Chance, depth = 0): string => {
  const { below, pick, often, list } = dice;
  const more = () => textOf(dice, depth + 1);
  switch (below(depth > 4 ? 5 : 11)) {
    case 0: return pick("null", "true", "false");
    case 1: return pick(...NUMBERS);
    case 2: case 3: return JSON.stringify(pick(...STRINGS));
    case 4: return pick("{}", "[]", '"\\ud800"', '"\\u005f_type__"');
    case 5: case 6: return `[${list(4, more)}]`;
    case 7: case 8: return `{${list(4, () => `${JSON.stringify(pick(...KEYS))}:${more()}`)}}`;
    default: {
      const pairs = () => `[${list(3, () => `[${often(0.8) ? `${JSON.stringify(pick(...KEYS))},${more()}` : more()}]`)}]`;
      const value = pick(() => JSON.stringify(pick(...STRINGS)), pairs, more)();
      const tag = often(0.9) ? JSON.stringify(pick(...TAGS)) : more();
      const members = [`"__type__":${tag}`, `"value":${value}`, ...list(1, () => `${JSON.stringify(pick(...KEYS))}:${more()}`)];
      if (often(0.1)) members.splice(below(2), 1);
      return `{${often(0.2) ? members.reverse() : members}}`;
    }
  }
};

const deep = (dice: Chance): string => {
  const levels = dice.pick(150, 201, 1000, 20_000);
  const [open, close] = dice.pick(["[", "]"], ['{"__proto__":', "}"], ['{"__type__":"set","value":[', "]}"], ['{"__type__":', "}"], ['{"a":', "}"]);
  return open.repeat(levels) + "1" + close.repeat(levels);
};

const errorOf = (dice: Chance): string => {
  const code = dice.pick("-32003", "-32005", "-32006", "-32602", "-32603", "1", "1.5", '"1"', "null", "-32000");
  const message = dice.pick(JSON.stringify(dice.pick(...STRINGS)), '"Invalid params"', textOf(dice));
  const data = dice.pick(
    () => textOf(dice),
    () => `{"limit":"batch_size","maximum":${dice.pick("1", "2", "0", "-5", "0.5", '"1"', textOf(dice))}}`,
    () => `{"retryAfter":${textOf(dice)}}`,
    () => `{"errors":[${dice.list(3, () => dice.pick(textOf(dice), `{"path":${textOf(dice)},"message":${textOf(dice)}}`))}]}`,
  )();
  return dice.often(0.1) ? textOf(dice) : `{"code":${code},"message":${message}${dice.often(0.8) ? `,"data":${data}` : ""}}`;
};

/** Returns a Response to the call with this id, valid or almost valid. */
const responseTo = (dice: Chance, id: number, right: boolean): string => {
  const { often, pick } = dice;
  const members = ['"jsonrpc":"2.0"', `"id":${id}`];
  members.push(often(0.7) ? `"result":${often(0.01) ? deep(dice) : textOf(dice)}` : `"error":${errorOf(dice)}`);
  if (right) return `{${members}}`;
  if (often(0.2)) members[1] = `"id":${pick("null", `"${id}"`, `${id}.5`, `${id + 1}`, `${id + 1000}`, `[${id}]`, textOf(dice))}`;
  if (often(0.1)) members[0] = pick('"jsonrpc":"1.0"', '"jsonrpc":2.0', '"version":"2.0"');
  if (often(0.2)) members.push(pick('"error":null', '"result":null', `"error":${errorOf(dice)}`, `"__proto__":{"id":${id},"jsonrpc":"2.0","result":1}`));
  if (often(0.1)) members.splice(dice.below(members.length), 1);
  if (often(0.1)) members.push(`${JSON.stringify(pick(...KEYS))}:${textOf(dice)}`);
  return `{${often(0.2) ? members.reverse() : members}}`;
};

const HTML = "<!DOCTYPE html><html><body onload='pwned = true'><h1>502 Bad Gateway</h1></body></html>";

/** Returns the body of an HTTP response to these calls. */
const answerTo = (dice: Chance, ids: number[]): string => {
  const { below, often, pick, list } = dice;
  const right = often(0.3);
  const responses = ids.map((id) => responseTo(dice, id, right || often(0.6)));
  const swap = () => responses.push(...responses.splice(below(responses.length), 1));
  if (!right) {
    for (const change of list(3, () => below(5))) {
      if (change === 0) responses.splice(below(responses.length), 1);
      else if (change === 1) responses.push(responses[below(responses.length)] ?? textOf(dice));
      else if (change === 2) responses.splice(below(responses.length + 1), 0, textOf(dice));
      else if (change === 3) responses.push(`{"jsonrpc":"2.0","id":null,"error":${errorOf(dice)}}`);
    }
  }
  list(4, swap);
  const text = ids.length === 1 && responses.length === 1 && often(0.9) ? responses[0]! : `[${responses}]`;
  if (right || often(0.6)) return text;
  const at = below(text.length + 1);
  return pick(
    () => textOf(dice),
    () => `{"jsonrpc":"2.0","id":null,"error":${errorOf(dice)}}`,
    () => errorOf(dice),
    () => `[${text}]`,
    () => text.slice(0, at),
    () => text.slice(0, at) + String.fromCharCode(below(128)) + text.slice(at + 1),
    () => text.slice(0, at) + textOf(dice) + text.slice(at),
    () => pick("\ufeff", "\n\t ", "while(1);", ")]}',\n") + text,
    () => text + pick(",", "]", "0", HTML),
    () => pick("", " ", "null", "NaN", "undefined", "Infinity", HTML, '{"detail":"CSRF Failed"}', "event: ping\ndata: {}\n\n"),
    () => (often(0.1) ? deep(dice) : "[".repeat(50)),
    () => (often(0.02) ? `[${`${text},`.repeat(5000)}${text}]` : `[${text},${text}]`),
    () => (often(0.02) ? JSON.stringify("x".repeat(2 ** 20)) : JSON.stringify(text)),
  )();
};

// ── what must hold ──

class Point {
  constructor(readonly x: unknown) {}
}

const PROTOTYPES = [
  Object, Function, Array, String, Number, Boolean, Symbol, BigInt, Date, RegExp, Promise, Map, Set, WeakMap, Uint8Array, ArrayBuffer,
  Error, TypeError, Headers, Response, AbortController, AbortSignal, Serializer, AdjaxError, RpcError, TransportError, SerializerError, Point,
].flatMap((constructor: any) => [constructor, constructor.prototype]);
const snapshot = () => PROTOTYPES.map((owner) => [Object.getPrototypeOf(owner), Object.getOwnPropertyDescriptors(owner)] as const);

const unchanged = (before: ReturnType<typeof snapshot>): boolean =>
  snapshot().every(([parent, members], index) => {
    const [oldParent, oldMembers]: [unknown, any] = before[index]! as any;
    const keys = Reflect.ownKeys(members);
    return (
      parent === oldParent &&
      keys.length === Reflect.ownKeys(oldMembers).length &&
      keys.every((key) => {
        const { value, get, set } = (members as any)[key];
        const old = oldMembers[key];
        return old && Object.is(value, old.value) && get === old.get && set === old.set;
      })
    );
  });

const PLAIN = new Set<unknown>([Object, Array, Date, Set, Map, Uint8Array, Point].map(({ prototype }) => prototype));

/** Whether all values have a prototype of this realm or of a registered class. */
const isPlain = (root: unknown): boolean => {
  const todo = [root];
  const seen = new Set();
  while (todo.length) {
    const value: any = todo.pop();
    if (typeof value === "function") return false;
    if (typeof value !== "object" || !value || seen.has(value)) continue;
    seen.add(value);
    if (!PLAIN.has(Object.getPrototypeOf(value))) return false;
    if (value instanceof Uint8Array) continue;
    if (value instanceof Set || value instanceof Map) for (const item of value) todo.push(item);
    for (const { value: member } of Object.values(Object.getOwnPropertyDescriptors(value))) todo.push(member);
  }
  return true;
};

interface Exchange {
  ids: number[];
  /** Undefined where no answer came. */
  text: string | undefined;
  status: number;
}

type Expected = { result: unknown } | { code: number } | "no answer";

/** Returns the outcome of a call by the specification. Shares no code with the client. */
const expectedOf = ({ text, status }: Exchange, id: number): Expected => {
  let document: any;
  try {
    document = status === 204 ? [] : JSON.parse(text!.replace(/^\ufeff/, ""));
  } catch {
    return "no answer";
  }
  const member = (owner: any, name: string): any => (typeof owner === "object" && owner && Object.hasOwn(owner, name) ? owner[name] : undefined);
  const valid = (response: any): Expected => {
    const [result, error] = [member(response, "result"), member(response, "error")];
    if (member(response, "jsonrpc") !== "2.0") return "no answer";
    if (result !== undefined && (error === undefined || error === null)) return { result };
    const [code, message] = [member(error, "code"), member(error, "message")];
    return result === undefined && Number.isInteger(code) && typeof message === "string" ? { code } : "no answer";
  };
  const responses: any[] = Array.isArray(document) ? document : [document];
  const mine = responses.filter((response) => member(response, "id") === id);
  if (mine.length > 1) return "no answer";
  if (mine.length) return valid(mine[0]);
  // What names no call is about all that got no answer of their own; it can only be an error.
  const general = responses.findLast((response) => (member(response, "id") ?? null) === null);
  const about = valid(general);
  return about !== "no answer" && "code" in about ? about : "no answer";
};

// ── one case ──

const run = async (seed: number, before: ReturnType<typeof snapshot>): Promise<string[]> => {
  const dice = chance(seed);
  const { below, often, pick } = dice;
  const exchanges: Exchange[] = [];
  const reported: unknown[] = [];
  const ids = new Map<number, number>();
  let posts = 0;

  const transport: core.Transport = async (_url, init) => {
    if (++posts > MOST_POSTS) throw new Error("no end");
    const entries: any[] = [JSON.parse(init.body as string)].flat();
    const asked = entries.filter(({ id }) => id !== undefined);
    for (const { id, params } of asked) ids.set(params[0], id);
    const exchange: Exchange = { ids: asked.map(({ id }) => id), text: undefined, status: 0 };
    exchanges.push(exchange);
    if (often(0.03)) throw pick<unknown>(new TypeError("fetch failed"), new Error(), "gone", undefined, null);
    exchange.status = often(0.7) ? 200 : pick(200, 201, 204, 400, 403, 404, 413, 422, 429, 500, 502, 503, 504);
    const text = asked.length || often(0.2) ? answerTo(dice, exchange.ids) : "";
    const headers: Record<string, string> = { "Content-Type": pick("application/json", "text/html", "") };
    if (often(0.1)) headers["Retry-After"] = pick("0", "-1", "1e999", "soon", "Wed, 21 Oct 2015 07:28:00 GMT");
    if (exchange.status === 204) return new Response(null, { status: 204, headers });
    if (often(0.03)) {
      const broken = new ReadableStream({ pull: (controller) => controller.error(new TypeError("terminated")) });
      return new Response(broken, { status: exchange.status, headers });
    }
    exchange.text = text;
    return new Response(text, { status: exchange.status, headers });
  };

  const typed = often(0.8);
  const options: core.ClientOptions = {
    transport,
    batch: often(0.1) ? false : { maxSize: pick(1, 2, 3, 100) },
    csrf: pick<core.CsrfOptions["token"]>(false, "token", () => `${below(3)}`),
    methods: { "a.read": { readonly: true }, "a.again": { idempotent: true } },
    retry: backoff({ limit: 2, delay: 0, maxDelay: 0 }),
    onError: (error) => void reported.push(error),
  };
  const rpc: any = typed ? full.createClient("/rpc/", { ...options, types: new Serializer() }) : core.createClient("/rpc/", options);
  if (typed) rpc.types.register("point", Point, { encode: ({ x }: Point) => ({ x }), decode: ({ x }: any) => new Point(x) });

  const markers: number[] = [];
  const calls: Promise<unknown>[] = [];
  for (let marker = 1; marker <= 1 + below(5); marker++) {
    const name = pick("a.plain", "a.again", "a.read", "a.alone", "a.note");
    if (name === "a.note") rpc.notify(name, [marker]);
    else {
      // Identical reads of one batch are one Request.
      for (let times = name === "a.read" && options.batch ? 2 : 1; times; times--) {
        markers.push(marker);
        calls.push(rpc.call(name, [marker], name === "a.alone" ? { batch: false } : {}));
      }
    }
  }

  const done = new AbortController();
  const late = sleep(LONGEST, undefined, { signal: done.signal }).catch(() => undefined);
  const settled = await Promise.race([Promise.allSettled(calls), late]);
  done.abort();
  const problems: string[] = [];
  const require = (truth: unknown, problem: () => string): void => void (truth || problems.push(problem()));
  const said = () => exchanges.map(({ status, text }) => `${status} ${text?.slice(0, 2000)}`).join("\n  ");

  require(settled, () => "a promise is pending");
  require(posts <= MOST_POSTS, () => `${posts} requests`);
  for (const [index, outcome] of (settled ?? []).entries()) {
    const id = ids.get(markers[index]!)!;
    const exchange = exchanges.findLast((each) => each.ids.includes(id))!;
    const expected: any = exchange.text === undefined && exchange.status !== 204 ? "no answer" : expectedOf(exchange, id);
    if (outcome.status === "fulfilled") {
      const { value } = outcome;
      require(expected.result !== undefined, () => `call ${id} got ${JSON.stringify(value)?.slice(0, 200)}, not ${JSON.stringify(expected)}`);
      require(isPlain(value), () => `call ${id} got an object of an alien class`);
      if (!typed || !/__type__|\\u/.test(exchange.text!)) {
        require(isSame(value, expected.result), () => `call ${id} got something else`);
      }
    } else {
      const error = outcome.reason;
      // Too deep for the engine to copy, where two callers share an answer.
      if (isTooDeep(error) && markers.filter((marker) => marker === markers[index]).length > 1) continue;
      require(error instanceof AdjaxError, () => `call ${id} failed with ${error?.stack}`);
      if (!(error instanceof AdjaxError)) continue;
      require(typeof error.stack === "string" && error.stack.startsWith(`${error}\n    at run`), () => `stack: ${error.stack}`);
      if (expected.code !== undefined) require(error instanceof RpcError && error.code === expected.code, () => `call ${id}: ${error}, not ${expected.code}`);
      else if (expected === "no answer") require(error instanceof TransportError, () => `call ${id}: ${error.name}, not TransportError`);
      else require(error instanceof SerializerError, () => `call ${id}: ${error}, not its result`);
      if (error instanceof RpcError) {
        require(isPlain(error.data), () => `call ${id}: alien data`);
        try {
          for (const path of ["", "/a", "/a/0"]) assert.ok(error.at(path) && error.errors);
        } catch (problem) {
          problems.push(`call ${id}: path helpers: ${problem}`);
        }
      }
    }
  }
  for (const error of reported) require(error instanceof AdjaxError || isTooDeep(error), () => `onError got ${error}`);
  if (seed % 20 === 0) require(unchanged(before), () => "a prototype has changed, here or in the 19 cases before");
  require(!("pwned" in globalThis) && !executed, () => "the answer was executed");
  return problems.length ? [`case ${seed}: FUZZ_SEED=${seed} FUZZ=1`, ...problems, `  ${said()}`] : [];
};

const isTooDeep = (error: unknown): boolean => error instanceof RangeError;

const isSame = (a: unknown, b: unknown): boolean => {
  try {
    assert.deepStrictEqual(a, b);
    return true;
  } catch (error) {
    return error instanceof RangeError; // too deep to be compared
  }
};

let executed = 0;

test(`${CASES} random answers`, async () => {
  const { eval: oldEval, Function: OldFunction } = globalThis;
  const trap: any = () => {
    executed++;
    throw new Error("executed");
  };
  Object.assign(globalThis, { eval: trap, Function: trap });
  OldFunction.prototype.constructor = trap;
  const before = snapshot();
  try {
    for (let seed = SEED; seed < SEED + CASES; seed++) {
      const problems = await run(seed, before);
      if (problems.length) assert.fail(problems.join("\n"));
    }
    assert.ok(unchanged(before));
  } finally {
    Object.assign(globalThis, { eval: oldEval, Function: OldFunction });
    OldFunction.prototype.constructor = OldFunction;
  }
});
