/** The separate imports: value classes and Temporal. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Temporal } from "temporal-polyfill";
import { Serializer } from "../src/index.js";
import { registerTemporal } from "../src/temporal.js";
import { Decimal, Duration, LocalDate, LocalTime, registerValues, Uuid } from "../src/values.js";

const tag = (name: string, value: string) => ({ __type__: name, value });

test("value classes there and back", () => {
  const types = registerValues(new Serializer());
  for (const [name, value] of Object.entries({
    date: new LocalDate("2026-11-22"),
    time: new LocalTime("09:30:00.123456"),
    duration: new Duration("-P1DT2H"),
    decimal: new Decimal("1.10"),
    uuid: new Uuid("f81d4fae-7dec-11d0-a765-00a0c91e6bf6"),
  })) {
    const text = types.encode(value);
    assert.deepEqual(JSON.parse(text), tag(name, value.value));
    const back: any = types.decode(text);
    assert.equal(back.constructor, value.constructor);
    assert.ok(back.equals(value));
    assert.equal(`${back}`, value.value);
    assert.equal(JSON.stringify(back), `"${value.value}"`);
  }
});

test("value classes refuse what they cannot be", () => {
  for (const make of [
    () => new LocalDate("2026-02-30"), () => new LocalDate("x"), () => new LocalTime("24:00:00"), () => new Duration("PT"),
    () => new Decimal("1,5"), () => new Decimal(""), () => new Uuid("x"),
  ]) assert.throws(make, RangeError);
  const types = registerValues(new Serializer());
  assert.throws(() => types.decode(JSON.stringify([tag("date", "2026-02-30")])), { name: "SerializerError", path: "/0" });
  assert.throws(() => types.decode('[{"__type__":"uuid"}]'), { name: "SerializerError", path: "/0" });
});

test("what value classes can do", () => {
  const day = new LocalDate("2026-11-22");
  assert.deepEqual([day.year, day.month, day.day], [2026, 11, 22]);
  assert.deepEqual(day.toDate(), new Date(2026, 10, 22));
  assert.ok(LocalDate.from(new Date(2026, 10, 22, 23, 59)).equals(day));
  assert.ok(!day.equals("2026-11-22"));
  assert.equal(new Duration("P1DT2H3M4.5S").milliseconds, 93_784_500);
  assert.equal(new Duration("-PT0.001S").milliseconds, -1);
  assert.equal(Duration.ofMilliseconds(-1500).value, "-PT1.5S");
  assert.equal(Duration.ofMilliseconds(0).value, "PT0S");
  assert.equal(new Decimal("1.10").toNumber(), 1.1);
  assert.equal(Uuid.random().value.length, 36);
});

test("Temporal there and back", () => {
  const types = registerTemporal(new Serializer(), Temporal as any);
  for (const [name, value, wire] of [
    ["datetime", Temporal.Instant.from("2026-11-22T09:30:00.123456Z"), "2026-11-22T09:30:00.123456Z"],
    ["datetime", Temporal.PlainDateTime.from("2026-11-22T09:30:00"), "2026-11-22T09:30:00.000000"],
    ["date", Temporal.PlainDate.from("2026-11-22"), "2026-11-22"],
    ["time", Temporal.PlainTime.from("09:30:00.123456"), "09:30:00.123456"],
    ["duration", Temporal.Duration.from("-P1DT2H"), "-P1DT2H"],
    ["duration", Temporal.Duration.from("PT0.000001S"), "PT0.000001S"],
  ] as const) {
    const text = types.encode(value);
    assert.deepEqual(JSON.parse(text), tag(name, wire));
    const back: any = types.decode(text);
    assert.equal(back.constructor, value.constructor);
    assert.equal(back.toString(), value.toString());
  }
});

test("Temporal: other ways in", () => {
  const types = registerTemporal(new Serializer(), Temporal as any);
  assert.deepEqual(JSON.parse(types.encode(Temporal.ZonedDateTime.from("2026-11-22T09:30:00+05:45[Asia/Kathmandu]"))), tag("datetime", "2026-11-22T09:30:00.000000+05:45"));
  assert.deepEqual(JSON.parse(types.encode(new Date(0))), tag("datetime", "1970-01-01T00:00:00.000Z"));
  assert.deepEqual(JSON.parse(types.encode(Temporal.Duration.from("P2W"))), tag("duration", "P14D"));
  assert.throws(() => types.encode(Temporal.Duration.from("P1M")), { name: "SerializerError" });
  const read = types.decode(JSON.stringify(tag("datetime", "2026-11-22T09:30:00+05:45")));
  assert.ok(read instanceof Temporal.Instant);
});
