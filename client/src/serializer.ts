/** Encodes values as JSON. A value of a type that JSON lacks becomes an object with a tag. */

import { builtins } from "./builtins.js";
import { SerializerError } from "./errors.js";
import type { Codec } from "./protocol.js";

/** How a type is encoded and decoded: as members, which may hold values of other types. */
export interface TypeCodec<T = any> {
  encode(value: T): object;
  /** May be left out where another class decodes the tag. */
  decode?(members: any, name: string): unknown;
}

/** A class or a constructor function. */
export type Constructor<T = any> = { prototype: T };

const TAG = "__type__";
const MAX_DEPTH = 200;

type Encoder = [name: string, encode: (value: any) => object];
type Refuse = (problem: string, cause?: unknown) => never;

/** Returns functions that keep the path to a value, so that an error has it as a JSON Pointer. */
const trackPath = () => {
  const path: (string | number)[] = [];

  const refuse: Refuse = (problem, cause) => {
    const pointer = ["", ...path].map((key) => `${key}`.replaceAll("~", "~0").replaceAll("/", "~1")).join("/");
    throw new SerializerError(`Cannot convert ${problem} at "${pointer}"`, { path: pointer, cause });
  };

  /** Runs a codec. An error of the codec becomes the cause of a SerializerError. */
  const run = (name: string, codec: (value: any, name: string) => any, value: unknown): any => {
    try {
      return codec(value, name);
    } catch (cause) {
      refuse(`${name} (${cause})`, cause);
    }
  };

  /** Visits a member of the current value. */
  const inside = <T>(key: string | number, member: unknown, visit: (member: unknown) => T): T => {
    if (path.push(key) > MAX_DEPTH) refuse("deeper nesting");
    const visited = visit(member);
    path.pop();
    return visited;
  };

  return [refuse, run, inside] as const;
};

export class Serializer implements Codec {
  readonly accept = "application/vnd.adjax+json, application/json";
  // By prototype, since data may have a member `constructor`.
  #encoders = new Map<unknown, Encoder>();
  #decoders = new Map<unknown, (members: any, name: string) => unknown>();

  constructor() {
    for (const [name, decode, constructor, encode] of builtins) {
      this.register(name, constructor ?? class {}, { encode: (value) => ({ value: encode!(value) }), decode: decode! });
    }
  }

  /** Adds or replaces a type. An instance of a subclass has the type of its nearest registered class. */
  register<T>(name: string, constructor: Constructor<T>, { encode, decode }: TypeCodec<T>): this {
    this.#encoders.set(constructor.prototype, [name, encode]);
    if (decode) this.#decoders.set(name, decode);
    return this;
  }

  /** Returns a value as JSON text. */
  encode(root: unknown): string {
    const [refuse, run, inside] = trackPath();
    const ancestors = new Set<object>();

    const quote = (text: string): string =>
      text.isWellFormed() ? JSON.stringify(text) : refuse("a lone surrogate");

    /** Returns an object with the tag, if there is one, and its members. */
    const writeMembers = (object: any, tag?: string): string => {
      const texts = tag ? [`${quote(TAG)}:${quote(tag)}`] : [];
      for (const key of Object.keys(object)) {
        const text = tag && key === TAG ? undefined : inside(key, object[key], write);
        if (text) texts.push(`${quote(key)}:${text}`);
      }
      return `{${texts}}`;
    };

    const write = (value: any, isFromToJSON?: boolean): string | undefined => {
      const kind = typeof value;
      if (value === undefined) return;
      if (kind === "string") return quote(value);
      if (kind === "bigint") return writeMembers({ value: `${value}` }, kind);
      if (kind === "number" && !isFinite(value)) return writeMembers({ value: `${value}` }, "float");
      if (value === null || kind === "boolean" || kind === "number") return Object.is(value, -0) ? "-0.0" : `${value}`;
      if (kind !== "object") refuse(kind);

      let type: Encoder | undefined;
      let proto = value;
      while (!type && (proto = Object.getPrototypeOf(proto))) type = this.#encoders.get(proto);
      if (!type && !isFromToJSON && typeof value.toJSON === "function") return write(value.toJSON(), true);
      if (ancestors.has(value)) refuse("a cycle");
      ancestors.add(value);
      const text = type
        ? writeMembers(Object(run(...type, value)), type[0])
        : Array.isArray(value)
          ? `[${Array.from(value, (item, index) => inside(index, item, write) ?? "null")}]`
          : Object.hasOwn(value, TAG)
            ? writeMembers({ value: Object.entries(value).filter((pair) => pair[1] !== undefined) }, "object")
            : writeMembers(value);
      ancestors.delete(value);
      return text;
    };

    return write(root) ?? "null";
  }

  /** Returns the value of a JSON text. */
  decode(text: string): unknown {
    return this.reader(text)(JSON.parse(text));
  }

  reader(text: string): (tree: unknown) => unknown {
    // A text without a tag needs no work. An escape may spell a tag.
    if (!/"__type__"|\\u/.test(text)) return (tree) => tree;
    return (tree) => {
      const [refuse, run, inside] = trackPath();

      /** Replaces tagged objects in place, from the inside out. */
      const revive = (node: any): unknown => {
        if (typeof node !== "object" || !node) return node;
        const isTagged = Object.hasOwn(node, TAG);
        const tag = node[TAG];
        const decode = this.#decoders.get(tag);
        // A tag that is no string may be too deep to be written.
        if (isTagged && !decode) refuse(`unknown type ${typeof tag === "string" ? JSON.stringify(tag) : typeof tag}`);
        for (const key of Object.keys(node)) {
          // An assignment to an own member `__proto__` does not change the prototype.
          node[key] = inside(key, node[key], revive);
        }
        if (!isTagged) return node;
        const { [TAG]: name, ...members } = node;
        return run(name, decode!, members);
      };

      return revive(tree);
    };
  }
}
