/** The types of the wire contract: the form of each tag, and the classes that have one. */

type Members = { value: any };

/** name, constructor, encode, decode */
export type Builtin = [name: string, decode?: ((members: Members) => unknown) | undefined, constructor?: any, encode?: (value: any) => unknown];

const fail = (): never => {
  throw new TypeError("bad value");
};

const DAY = /\d{4}-\d\d-\d\d/.source;
const CLOCK = /([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)?/.source;

/** Strings of one form; a day in them must exist. */
const text = (form: string, convert: (value: string) => unknown = (value) => value) => {
  const pattern = new RegExp(`^(${form})$`);
  return ({ value }: Members): unknown =>
    typeof value === "string" &&
    pattern.test(value) &&
    (!form.startsWith(DAY) || new Date(value.slice(0, 10)).getUTCDate() === +value.slice(8, 10))
      ? convert(value)
      : fail();
};

const list = ({ value }: Members): any[] => (Array.isArray(value) ? value : fail());

const pairs = (members: Members): [any, any][] =>
  list(members).every((pair) => Array.isArray(pair) && pair.length === 2) ? members.value : fail();

const base64 = (bytes: Uint8Array): string => {
  let binary = "";
  // A function takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 9999) binary += String.fromCharCode(...bytes.subarray(at, at + 9999));
  return btoa(binary);
};

export const builtins: Builtin[] = [
  ["date", text(DAY)],
  ["time", text(CLOCK)],
  ["duration", text(/-?P(?=.)(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d{1,6})?S)?)?/.source)],
  ["decimal", text(/-?\d+(\.\d+)?(E[+-]?\d+)?/.source)],
  ["uuid", text(/[\da-fA-F]{8}(-[\da-fA-F]{4}){3}-[\da-fA-F]{12}/.source)],
  ["bigint", text(/-?\d{1,4300}/.source, BigInt)],
  ["float", text("NaN|-?Infinity", Number)],
  ["datetime", text(`${DAY}T${CLOCK}`, (value) => new Date(value)), Date, (date: Date) => date.toISOString()],
  ["bytes", text("[^]*", (value) => Uint8Array.from(atob(value), (char) => char.charCodeAt(0))), Uint8Array, base64],
  ["bytes", undefined, ArrayBuffer, (buffer: ArrayBuffer) => base64(new Uint8Array(buffer))],
  ["set", (members) => new Set(list(members)), Set, (set: Set<unknown>) => [...set]],
  ["map", (members) => new Map(pairs(members)), Map, (map: Map<unknown, unknown>) => [...map]],
  // A pair becomes a member by definition, not by assignment: `__proto__` is a key like others.
  ["object", (members) => pairs(members).every(([key]) => typeof key === "string") ? Object.fromEntries(members.value) : fail()],
];
