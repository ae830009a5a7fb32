/** Carries values as tagged JSON: what JSON has stays plain, the rest names its type. */

import { builtins } from "./builtins.js";
import { SerializerError } from "./errors.js";
import type { Codec } from "./protocol.js";

/** How a type is written and read: its own members, which may hold further rich values. */
export interface TypeCodec<T = any> {
  encode(value: T): object;
  /** Left out where another class reads the same tag. */
  decode?(members: any, name: string): unknown;
}

/** A class, or a constructor function of old. */
export type Constructor<T = any> = { prototype: T };

const TAG = "__type__";
const MAX_DEPTH = 200;

type Encoder = [name: string, encode: (value: any) => object];
type Refuse = (problem: string, cause?: unknown) => never;

/** Where a walk is, the error that says so by a JSON Pointer, and other people's code run inside it. */
const walk = () => {
  const keys: (string | number)[] = [];
  const refuse: Refuse = (problem, cause) => {
    const path = ["", ...keys].map((key) => `${key}`.replaceAll("~", "~0").replaceAll("/", "~1")).join("/");
    throw new SerializerError(`Cannot carry ${problem} at "${path}"`, { path, cause });
  };
  const run = (name: string, codec: (value: any, name: string) => any, value: unknown): any => {
    try {
      return codec(value, name);
    } catch (cause) {
      refuse(`${name} (${cause})`, cause);
    }
  };
  const inside = <T>(key: string | number, value: unknown, visit: (value: unknown) => T): T => {
    if (keys.push(key) > MAX_DEPTH) refuse("deeper nesting");
    const made = visit(value);
    keys.pop();
    return made;
  };
  return [refuse, run, inside] as const;
};

export class Serializer implements Codec {
  readonly accept = "application/vnd.adjax+json, application/json";
  // By prototype, since `constructor` may be anything in data.
  #encoders = new Map<unknown, Encoder>();
  #decoders = new Map<unknown, (members: any, name: string) => unknown>();

  constructor() {
    for (const [name, decode, constructor, encode] of builtins) {
      this.register(name, constructor ?? class {}, { encode: (value) => ({ value: encode!(value) }), decode: decode! });
    }
  }

  /** Adds a type, or replaces one; an instance is of the nearest registered class. */
  register<T>(name: string, constructor: Constructor<T>, { encode, decode }: TypeCodec<T>): this {
    this.#encoders.set(constructor.prototype, [name, encode]);
    if (decode) this.#decoders.set(name, decode);
    return this;
  }

  /** A value as JSON text. */
  encode(root: unknown): string {
    const [refuse, run, inside] = walk();
    const open: object[] = [];

    const quote = (text: string): string =>
      text.isWellFormed() ? JSON.stringify(text) : refuse("a lone surrogate");

    /** An object's members, after the tag where it has one. */
    const members = (object: any, tag?: string): string => {
      const texts = tag ? [`"${TAG}":${quote(tag)}`] : [];
      for (const key of Object.keys(object)) {
        const text = tag && key === TAG ? undefined : inside(key, object[key], write);
        if (text) texts.push(`${quote(key)}:${text}`);
      }
      return `{${texts}}`;
    };

    const write = (value: any, final?: boolean): string | undefined => {
      const kind = typeof value;
      if (value === undefined) return;
      if (kind === "string") return quote(value);
      if (kind === "bigint") return members({ value: `${value}` }, kind);
      if (kind === "number" && !isFinite(value)) return members({ value: `${value}` }, "float");
      if (value === null || kind === "boolean" || kind === "number") return Object.is(value, -0) ? "-0.0" : `${value}`;
      if (kind !== "object") refuse(kind);

      let type: Encoder | undefined;
      let proto = value;
      while (!type && (proto = Object.getPrototypeOf(proto))) type = this.#encoders.get(proto);
      if (!type && !final && typeof value.toJSON === "function") return write(value.toJSON(), true);
      if (open.includes(value)) refuse("a cycle");
      open.push(value);
      const text = type
        ? members(Object(run(...type, value)), type[0])
        : Array.isArray(value)
          ? `[${Array.from(value, (item, index) => inside(index, item, write) ?? "null")}]`
          : Object.hasOwn(value, TAG)
            ? members({ value: Object.entries(value).filter((pair) => pair[1] !== undefined) }, "object")
            : members(value);
      open.pop();
      return text;
    };

    return write(root) ?? "null";
  }

  /** The value in a JSON text. */
  decode(text: string): unknown {
    return this.reader(text)(JSON.parse(text));
  }

  reader(text: string): (tree: unknown) => unknown {
    // Without a tag nothing is to be done; an escape may spell one.
    return /"__type__"|\\u/.test(text) ? (tree) => this.#revive(tree) : (tree) => tree;
  }

  /** Replaces tagged objects in place, from the inside out. */
  #revive(tree: unknown): unknown {
    const [refuse, run, inside] = walk();
    const visit = (node: any): unknown => {
      if (typeof node !== "object" || !node) return node;
      const tagged = Object.hasOwn(node, TAG);
      const tag = node[TAG];
      const decode = this.#decoders.get(tag);
      // A tag that is no string may be too deep to be written.
      if (tagged && !decode) refuse(`unknown type ${typeof tag === "string" ? JSON.stringify(tag) : typeof tag}`);
      for (const key of Object.keys(node)) {
        // Always a member that exists, so `__proto__` is one like others.
        node[key] = inside(key, node[key], visit);
      }
      if (!tagged) return node;
      const { [TAG]: name, ...own } = node;
      return run(name, decode!, own);
    };
    return visit(tree);
  }
}
