/** Value classes for tags that are decoded to strings otherwise. Imported from `adjax-jsonrpc/values`. */

import type { Serializer } from "./serializer.js";

/** A string with a class. */
abstract class Value {
  readonly value: string;

  constructor(value: string) {
    this.value = value;
  }

  equals(other: unknown): boolean {
    return other instanceof Value && other.constructor === this.constructor && other.value === this.value;
  }

  toString(): string {
    return this.value;
  }

  toJSON(): string {
    return this.value;
  }
}

const checked = (value: string, form: RegExp, what: string): string => {
  if (!form.test(value)) throw new RangeError(`${JSON.stringify(value)} is no ${what}`);
  return value;
};

/** Python's `date`: a day without a time zone, `2026-11-22`. */
export class LocalDate extends Value {
  declare private readonly brand: "date";

  constructor(value: string) {
    super(checked(value, /^\d{4}-\d\d-\d\d$/, "date"));
    if (new Date(value).getUTCDate() !== this.day) checked(value, /^$/, "date");
  }

  get year(): number {
    return +this.value.slice(0, 4);
  }

  get month(): number {
    return +this.value.slice(5, 7);
  }

  get day(): number {
    return +this.value.slice(8);
  }

  /** Returns the start of the day in the local time zone. */
  toDate(): Date {
    return new Date(`${this.value}T00:00`);
  }

  /** Returns the day of a Date in the local time zone. */
  static from(date: Date): LocalDate {
    const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
    return new LocalDate(local.toISOString().slice(0, 10));
  }
}

/** Python's `time`: a time of day, `09:30:00.123456`. */
export class LocalTime extends Value {
  declare private readonly brand: "time";

  constructor(value: string) {
    super(checked(value, /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)?$/, "time"));
  }
}

/** Python's `timedelta`: a duration to the microsecond, `P1DT2H`. */
export class Duration extends Value {
  declare private readonly brand: "duration";

  constructor(value: string) {
    super(checked(value, /^-?P(?!T?$)(\d+D)?(T(?!$)(\d+H)?(\d+M)?(\d+(\.\d{1,6})?S)?)?$/, "duration"));
  }

  /** The duration in milliseconds, rounded to the precision of a number. */
  get milliseconds(): number {
    const parts = /^(-?)P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?$/.exec(this.value)!;
    const [, sign, days = 0, hours = 0, minutes = 0, seconds = 0] = parts;
    const total = ((+days * 24 + +hours) * 60 + +minutes) * 60_000 + Math.round(+seconds * 1e6) / 1000;
    return sign ? -total : total;
  }

  static ofMilliseconds(milliseconds: number): Duration {
    const seconds = (Math.abs(milliseconds) / 1000).toFixed(6).replace(/\.?0+$/, "");
    return new Duration(`${milliseconds < 0 ? "-" : ""}PT${seconds}S`);
  }
}

/** Python's `Decimal`: a number with all its digits, `1.10`. The class has no arithmetic. */
export class Decimal extends Value {
  declare private readonly brand: "decimal";

  constructor(value: string) {
    super(checked(value, /^-?\d+(\.\d+)?(E[+-]?\d+)?$/, "decimal"));
  }

  /** Returns the nearest number, which may have fewer digits. */
  toNumber(): number {
    return Number(this.value);
  }
}

/** Python's `UUID`. */
export class Uuid extends Value {
  declare private readonly brand: "uuid";

  constructor(value: string) {
    super(checked(value.toLowerCase(), /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/, "UUID"));
  }

  static random(): Uuid {
    return new Uuid(crypto.randomUUID());
  }
}

/** Registers these classes for dates, times, durations, decimals and UUIDs, and returns `types`. */
export const registerValues = <S extends Serializer>(types: S): S => {
  const classes = { date: LocalDate, time: LocalTime, duration: Duration, decimal: Decimal, uuid: Uuid };
  for (const [name, Class] of Object.entries(classes)) {
    types.register<Value>(name, Class, { encode: ({ value }) => ({ value }), decode: ({ value }) => new Class(value) });
  }
  return types;
};
