/** JSON values, and the places in them. */

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type JsonObject = { [name: string]: Json };

export const TAG = "__type__";

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Returns the tag of a tagged value. */
export const tagOf = (value: Json | undefined): string | undefined => {
  const tag = isObject(value) ? value[TAG] : undefined;
  return typeof tag === "string" ? tag : undefined;
};

/** JSON text that can't be parsed: `position` is where, in UTF-16 code units. */
export class JsonError extends Error {
  constructor(message: string, readonly position: number) {
    super(message);
  }
}

/** Parses JSON text. Throws a JsonError that names the line and column. */
export const parseJson = (text: string): Json => {
  try {
    return JSON.parse(text);
  } catch {
    const [position, reason] = findError(text);
    const lines = text.slice(0, position).split("\n");
    throw new JsonError(`Line ${lines.length}, column ${lines.at(-1)!.length + 1}: ${reason}`, position);
  }
};

const SCALAR = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y;

/** Returns where text is no JSON, and why. The messages of browsers say the place in different ways, or not at all. */
const findError = (text: string): [position: number, reason: string] => {
  let at = 0;
  const skip = (): void => {
    while (" \t\n\r".includes(text[at] ?? "x")) at++;
  };
  /** Throws what is wrong with the next value, or moves behind it. */
  const value = (): void => {
    skip();
    const open = text[at];
    if (open !== "{" && open !== "[") return scalar("a value is missing");
    const close = open === "{" ? "}" : "]";
    at++;
    skip();
    if (text[at] === close) return void at++;
    for (;;) {
      if (open === "{") {
        skip();
        if (text[at] !== '"') throw [at, "a name in double quotes is missing"];
        scalar("");
        skip();
        if (text[at] !== ":") throw [at, "a colon is missing"];
        at++;
      }
      value();
      skip();
      if (text[at] === close) return void at++;
      if (text[at] !== ",") throw [at, `a comma or ${close} is missing`];
      at++;
    }
  };
  const scalar = (missing: string): void => {
    SCALAR.lastIndex = at;
    const found = SCALAR.exec(text);
    if (!found) throw [at, at < text.length && text[at] === '"' ? "this text has no end, or a character that needs a backslash" : missing];
    at += found[0].length;
  };
  try {
    value();
    skip();
    return [at, "there is more after the end"];
  } catch (found) {
    return Array.isArray(found) ? (found as [number, string]) : [0, "nested too deep"];
  }
};

export const write = (value: Json): string => JSON.stringify(value, null, 2);

/** Returns the steps of a JSON Pointer (RFC 6901). */
export const stepsOf = (pointer: string): string[] =>
  pointer.split("/").slice(1).map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
