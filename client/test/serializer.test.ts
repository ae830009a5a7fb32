/** The serializer with awkward data: what JavaScript has and JSON does not. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { Serializer, SerializerError } from "../src/index.js";

const serializer = new Serializer();
const encode = (value: unknown): any => JSON.parse(serializer.encode(value));
const refused = (path: string, message: RegExp) => (error: any) => {
  assert.ok(error instanceof SerializerError);
  assert.equal(error.path, path);
  assert.match(error.message, message);
  return true;
};

class Point {
  constructor(readonly x: number, readonly y: unknown) {}
}
class Pixel extends Point {}
const points = () =>
  new Serializer().register("point", Point, { encode: ({ x, y }) => ({ x, y }), decode: ({ x, y }) => new Point(x, y) });

test("a registered type: members beside the tag, rich values inside", () => {
  const when = new Date(0);
  const text = points().encode([new Point(1, when)]);
  assert.deepEqual(JSON.parse(text), [{ __type__: "point", x: 1, y: { __type__: "datetime", value: "1970-01-01T00:00:00.000Z" } }]);
  assert.deepEqual(points().decode(text), [new Point(1, when)]);
});

test("an instance is of the nearest registered class", () => {
  assert.equal(JSON.parse(points().encode(new Pixel(1, 2))).__type__, "point");
  const both = points().register("pixel", Pixel, { encode: ({ x }) => ({ x }), decode: ({ x }) => new Pixel(x, 0) });
  assert.equal(JSON.parse(both.encode(new Pixel(1, 2))).__type__, "pixel");
  assert.equal(JSON.parse(both.encode(new Point(1, 2))).__type__, "point");
});

test("decode gets its members without the tag, encode may not set it", () => {
  let seen: unknown;
  const own = new Serializer().register("point", Point, { encode: () => ({ __type__: "other", x: 1 }), decode: (members) => (seen = members) });
  assert.deepEqual(JSON.parse(own.encode(new Point(1, 2))), { __type__: "point", x: 1 });
  own.decode('{"__type__":"point","x":1}');
  assert.deepEqual(seen, { x: 1 });
});

test("registering a built-in type anew replaces it", () => {
  const own = new Serializer().register("datetime", Date, { encode: (date) => ({ ms: +date }), decode: ({ ms }) => new Date(ms) });
  assert.deepEqual(JSON.parse(own.encode(new Date(5))), { __type__: "datetime", ms: 5 });
  assert.deepEqual(own.decode('{"__type__":"datetime","ms":5}'), new Date(5));
});

test("a second class for a tag, without decode, leaves its reading alone", () => {
  class Moment {}
  const own = new Serializer().register("datetime", Moment, { encode: () => ({ value: "1970-01-01T00:00:00Z" }) });
  assert.deepEqual(own.decode(own.encode([new Moment(), new Date(5)])), [new Date(0), new Date(5)]);
});

test("a tag too deep to be written is refused with its path", () => {
  const levels = 20_000;
  const text = `[{"__type__":${"[".repeat(levels)}${"]".repeat(levels)}}]`;
  assert.throws(() => serializer.decode(text), refused("/0", /unknown type object/));
});

test("serializers share nothing, constructors and prototypes stay untouched", () => {
  points();
  assert.throws(() => serializer.decode('{"__type__":"point"}'), refused("", /unknown type "point"/));
  assert.deepEqual(Object.getOwnPropertyNames(Point).sort(), ["length", "name", "prototype"]);
  assert.deepEqual(Object.getOwnPropertyNames(Point.prototype), ["constructor"]);
});

test("an error thrown by a codec says where, and keeps its cause", () => {
  const cause = new RangeError("too far");
  const own = new Serializer().register("point", Point, { encode: () => { throw cause; }, decode: () => { throw cause; } });
  for (const work of [() => own.encode({ a: [new Point(1, 2)] }), () => own.decode('{"a":[{"__type__":"point"}]}')]) {
    assert.throws(work, (error: any) => refused("/a/0", /point \(RangeError: too far\)/)(error) && error.cause === cause);
  }
});

test("undefined", () => {
  assert.deepEqual(encode({ a: undefined, b: [undefined, 1], c: new Map([["k", undefined]]) }), {
    b: [null, 1], c: { __type__: "map", value: [["k", null]] },
  });
  assert.equal(encode(undefined), null);
  assert.deepEqual(encode({ __type__: undefined, a: undefined }), { __type__: "object", value: [] });
});

test("sparse arrays have null in their holes, other properties of arrays are left out", () => {
  assert.deepEqual(encode(Object.assign([1, , 3], { extra: 1 })), [1, null, 3]);
});

test("functions and symbols are refused with their path", () => {
  assert.throws(() => encode({ a: [() => 1] }), refused("/a/0", /convert function/));
  assert.throws(() => encode({ "a/b": { "c~": Symbol("s") } }), refused("/a~1b/c~0", /convert symbol/));
});

test("symbol keys and inherited members are left out", () => {
  assert.deepEqual(encode({ [Symbol("s")]: 1, __proto__: { inherited: 1 } }), {});
});

test("members that are not enumerable are left out, getters are read once", () => {
  let reads = 0;
  const object = Object.defineProperty({ get a() { return ++reads; } }, "hidden", { value: 1 });
  assert.deepEqual(encode(object), { a: 1 });
});

test("a getter that throws throws", () => {
  assert.throws(() => encode({ get a() { throw new Error("mine"); } }), /^Error: mine$/);
});

test("cycles are refused, repetitions are not", () => {
  const cycle: any = { a: {} };
  cycle.a.b = [cycle];
  assert.throws(() => encode(cycle), refused("/a/b/0", /a cycle/));
  const map = new Map();
  map.set("self", map);
  assert.throws(() => encode({ map }), refused("/map/value/0/1", /a cycle/));
  const shared = {};
  assert.deepEqual(encode([shared, { shared }]), [{}, { shared: {} }]);
});

test("deep nesting is refused, not overflowed", () => {
  const deep = (levels: number) => { let value: any = 1; while (levels--) value = [value]; return value; };
  encode(deep(200));
  assert.throws(() => encode(deep(201)), refused("/0".repeat(201), /deeper nesting/));
  assert.throws(() => encode(deep(50_000)), SerializerError);
  const text = (levels: number) => "[".repeat(levels) + '{"__type__":"float","value":"NaN"}' + "]".repeat(levels);
  serializer.decode(text(199));
  assert.throws(() => serializer.decode(text(200)), refused("/0".repeat(200) + "/__type__", /deeper nesting/));
  assert.throws(() => serializer.decode(text(4000)), SerializerError);
});

test("toJSON is honoured as JSON.stringify does, but not before a registered type", () => {
  const object = { toJSON: () => new Date(0) };
  const date = { __type__: "datetime", value: "1970-01-01T00:00:00.000Z" };
  assert.deepEqual(encode({ a: object, b: [object] }), { a: date, b: [date] });
  assert.equal(encode(new URL("https://a.example/")), "https://a.example/");
  const self = Object.defineProperty({ a: 1 }, "toJSON", { value() { return this; } });
  assert.deepEqual(encode(self), { a: 1 });
  assert.deepEqual(encode(Buffer.from([1])), { __type__: "bytes", value: "AQ==" });
  assert.deepEqual(encode({ toJSON: 5 }), { toJSON: 5 });
});

test("what a page did to Date.prototype.toJSON does not matter", () => {
  const before = Object.getOwnPropertyDescriptor(Date.prototype, "toJSON")!;
  const text = serializer.encode([new Date(5)]);
  try {
    (Date.prototype as any).toJSON = undefined;
    assert.equal(serializer.encode([new Date(5)]), text);
    assert.deepEqual(serializer.decode(text), [new Date(5)]);
  } finally {
    Object.defineProperty(Date.prototype, "toJSON", before);
  }
});

test("an invalid Date is refused", () => {
  assert.throws(() => encode([new Date(NaN)]), refused("/0", /datetime \(RangeError: Invalid time value\)/));
});

test("a Date of another realm travels as toJSON says", () => {
  assert.equal(encode(runInNewContext("new Date(0)")), "1970-01-01T00:00:00.000Z");
});

test("instances of unregistered classes are plain objects", () => {
  assert.deepEqual(encode(new Point(1, null)), { x: 1, y: null });
  assert.deepEqual(encode(Object.assign(Object.create(null), { a: 1 })), { a: 1 });
  assert.deepEqual(encode([new Error("x"), /x/, new WeakMap()]), [{}, {}, {}]);
});

test("lone surrogates are refused, in keys too", () => {
  assert.throws(() => encode(["\ud800"]), refused("/0", /a lone surrogate/));
  assert.throws(() => encode({ "\udc00": 1 }), refused("", /a lone surrogate/));
  assert.equal(encode("🎈"), "🎈");
});

test("numbers keep what JSON holds", () => {
  for (const number of [0, 1e21, 1e-7, 5e-324, 0.1 + 0.2, -1.5]) assert.equal(serializer.decode(serializer.encode(number)), number);
  assert.equal(serializer.encode([-0]), "[-0.0]");
  assert.ok(Object.is(serializer.decode("-0.0"), -0));
});

test("dangerous keys are data", () => {
  const text = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"a":{"__type__":"object","value":[["__proto__",{"polluted":1}],["__type__",1]]}}';
  const value: any = serializer.decode(text);
  assert.equal(({} as any).polluted, undefined);
  assert.equal(Object.getPrototypeOf(value), Object.prototype);
  assert.equal(value.polluted, undefined);
  assert.ok(Object.hasOwn(value, "__proto__"));
  assert.deepEqual(JSON.parse(serializer.encode(value)), JSON.parse(text));
});

test("plain answers are not walked", () => {
  const reader = serializer.reader('{"a":1}');
  const tree = {};
  assert.equal(reader(tree), tree);
});

test("a tag spelled with escapes is a tag", () => {
  assert.ok(Number.isNaN(serializer.decode('{"\\u005f_type__":"float","value":"NaN"}')));
});

test("large bytes", () => {
  const bytes = Uint8Array.from({ length: 1_000_000 }, (_, index) => index);
  assert.deepEqual(serializer.decode(serializer.encode(bytes)), bytes);
  assert.deepEqual(encode(new Uint8Array([0, 1, 2, 3]).subarray(1, 3)), { __type__: "bytes", value: "AQI=" });
});

test("text that is no JSON is a SyntaxError", () => {
  assert.throws(() => serializer.decode("{"), SyntaxError);
});
