/** The tagged types of the wire contract: how each tag is decoded, and how its class is encoded. */

type Members = { value: any };

/** A tag without a constructor has no class: the serializer encodes its values by itself, or never. */
export type Builtin = [
  name: string,
  decode?: ((members: Members) => unknown) | undefined,
  constructor?: any,
  encode?: (value: any) => unknown,
];

const refuse = (): never => {
  throw "bad value";
};

/** Returns a decoder for strings that match a pattern. */
const fromString =
  (pattern: RegExp, convert: (value: string) => unknown = (value) => value) =>
  ({ value }: Members): unknown =>
    typeof value === "string" && pattern.test(value) ? convert(value) : refuse();

/** Refuses a day that does not exist: a Date would turn 30 February into 2 March. */
const existingDay = (value: string): string =>
  new Date(value.slice(0, 10)).getUTCDate() === +value.slice(8, 10) ? value : refuse();

/** Returns the list of a tag, whose items all pass the test. */
const listOf = ({ value }: Members, test = (_item: any): boolean => true): any[] =>
  Array.isArray(value) && value.every(test) ? value : refuse();

const isPair = (item: unknown): boolean => Array.isArray(item) && item.length === 2;

const base64 = (bytes: Uint8Array | ArrayBuffer): string => {
  let binary = "";
  for (const byte of new Uint8Array(bytes)) binary += String.fromCharCode(byte);
  return btoa(binary);
};

export const builtins: Builtin[] = [
  ["date", fromString(/^\d{4}-\d\d-\d\d$/, existingDay)],
  ["time", fromString(/^([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)?$/)],
  [
    "datetime",
    fromString(
      /^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)?$/,
      (value) => new Date(existingDay(value)),
    ),
    Date,
    (date: Date) => date.toISOString(),
  ],
  ["duration", fromString(/^-?P(?!T?$)(\d+D)?(T(?!$)(\d+H)?(\d+M)?(\d+(\.\d{1,6})?S)?)?$/)],
  ["decimal", fromString(/^-?\d+(\.\d+)?(E[+-]?\d+)?$/)],
  ["uuid", fromString(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/)],
  // The server refuses a longer integer, too.
  ["bigint", fromString(/^-?\d{1,4300}$/, BigInt)],
  ["float", fromString(/^(NaN|-?Infinity)$/, Number)],
  [
    "bytes",
    fromString(/^/, (value) => {
      const binary = atob(value);
      return new Uint8Array(binary.length).map((_, index) => binary.charCodeAt(index));
    }),
    Uint8Array,
    base64,
  ],
  ["bytes", undefined, ArrayBuffer, base64],
  ["set", (members) => new Set(listOf(members)), Set, (set: Set<unknown>) => [...set]],
  ["map", (members) => new Map(listOf(members, isPair)), Map, (map: Map<unknown, unknown>) => [...map]],
  // Object.fromEntries defines members, where an assignment to `__proto__` would change the prototype.
  ["object", (members) => Object.fromEntries(listOf(members, (item) => isPair(item) && typeof item[0] === "string"))],
];
