/** The types of the wire contract: the form of each tag, and the classes that have one. */

type Members = { value: any };

/** What has no constructor is written by the serializer itself, or arrives only. */
export type Builtin = [
  name: string,
  decode?: ((members: Members) => unknown) | undefined,
  constructor?: any,
  encode?: (value: any) => unknown,
];

const fail = (): never => {
  throw "bad value";
};

/** A string of one form. */
const text =
  (form: RegExp, convert: (value: string) => unknown = (value) => value) =>
  ({ value }: Members): unknown =>
    typeof value === "string" && form.test(value) ? convert(value) : fail();

/** Only a day that exists: a Date takes the 30th of February for the 2nd of March. */
const realDay = (value: string): string =>
  new Date(value.slice(0, 10)).getUTCDate() === +value.slice(8, 10) ? value : fail();

const list = ({ value }: Members, test = (_item: any): boolean => true): any[] =>
  Array.isArray(value) && value.every(test) ? value : fail();

const isPair = (item: unknown): boolean => Array.isArray(item) && item.length === 2;

const base64 = (bytes: Uint8Array | ArrayBuffer): string => {
  let binary = "";
  for (const byte of new Uint8Array(bytes)) binary += String.fromCharCode(byte);
  return btoa(binary);
};

export const builtins: Builtin[] = [
  ["date", text(/^\d{4}-\d\d-\d\d$/, realDay)],
  ["time", text(/^([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)?$/)],
  [
    "datetime",
    text(
      /^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)?$/,
      (value) => new Date(realDay(value)),
    ),
    Date,
    (date: Date) => date.toISOString(),
  ],
  ["duration", text(/^-?P(?!T?$)(\d+D)?(T(?!$)(\d+H)?(\d+M)?(\d+(\.\d{1,6})?S)?)?$/)],
  ["decimal", text(/^-?\d+(\.\d+)?(E[+-]?\d+)?$/)],
  ["uuid", text(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/)],
  // Longer ones are refused by the server too.
  ["bigint", text(/^-?\d{1,4300}$/, BigInt)],
  ["float", text(/^(NaN|-?Infinity)$/, Number)],
  [
    "bytes",
    text(/^/, (value) => {
      const binary = atob(value);
      return new Uint8Array(binary.length).map((_, index) => binary.charCodeAt(index));
    }),
    Uint8Array,
    base64,
  ],
  ["bytes", undefined, ArrayBuffer, base64],
  ["set", (members) => new Set(list(members)), Set, (set: Set<unknown>) => [...set]],
  ["map", (members) => new Map(list(members, isPair)), Map, (map: Map<unknown, unknown>) => [...map]],
  // A pair becomes a member by definition, not by assignment: `__proto__` is a key like others.
  ["object", (members) => Object.fromEntries(list(members, (item) => isPair(item) && typeof item[0] === "string"))],
];
