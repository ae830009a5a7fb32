/** Registers Temporal's classes for dates and times. Imported from `adjax-jsonrpc/temporal`. */

import type { Serializer } from "./serializer.js";

interface Parsing<T> {
  prototype: T;
  from(text: string): T;
}

/** The part of the `Temporal` namespace that is used: of the browser or of a polyfill. */
export interface TemporalNamespace {
  Instant: Parsing<any>;
  ZonedDateTime: { prototype: any };
  PlainDateTime: Parsing<any>;
  PlainDate: Parsing<any>;
  PlainTime: Parsing<any>;
  Duration: Parsing<any>;
}

// Python has microseconds only.
const digits = { fractionalSecondDigits: 6, roundingMode: "trunc" };

/**
 * Registers Temporal's classes and returns `types`.
 *
 * A `datetime` is decoded to `Instant` where it has an offset, else to `PlainDateTime`; `date`, `time` and
 * `duration` to `PlainDate`, `PlainTime` and `Duration`. A `Date` can still be sent.
 */
export const registerTemporal = <S extends Serializer>(types: S, Temporal: TemporalNamespace): S => {
  const text = (value: any): { value: string } => ({ value: value.toString({ ...digits, calendarName: "never" }) });
  types.register("datetime", Temporal.Instant, {
    encode: text,
    decode: ({ value }) => (/(Z|[+-]\d\d:\d\d)$/.test(value) ? Temporal.Instant : Temporal.PlainDateTime).from(value),
  });
  types.register("datetime", Temporal.PlainDateTime, { encode: text });
  types.register("datetime", Temporal.ZonedDateTime, {
    encode: (value) => ({ value: value.toString({ ...digits, timeZoneName: "never", calendarName: "never" }) }),
  });
  types.register("date", Temporal.PlainDate, { encode: text, decode: ({ value }) => Temporal.PlainDate.from(value) });
  types.register("time", Temporal.PlainTime, { encode: text, decode: ({ value }) => Temporal.PlainTime.from(value) });
  types.register("duration", Temporal.Duration, {
    encode(value) {
      if (value.years || value.months) throw new RangeError("years and months have no fixed length");
      // Python's durations have no weeks.
      const days = value.with({ weeks: 0, days: value.days + 7 * value.weeks });
      const cut = days.round({ largestUnit: "day", smallestUnit: "microsecond", roundingMode: "trunc" });
      return { value: cut.toString() };
    },
    decode: ({ value }) => Temporal.Duration.from(value),
  });
  return types;
};
