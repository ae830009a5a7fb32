/** Reads the schemas of an OpenRPC document. */

import { TAG } from "./json.js";
import type { Json } from "./json.js";

export type Schema = any;

/** A method of the document. */
export interface Method {
  name: string;
  summary?: string;
  description?: string;
  deprecated?: boolean;
  paramStructure?: "by-name" | "by-position" | "either";
  params: Parameter[];
  result?: { schema: Schema; description?: string };
  errors?: { code: number; message: string }[];
  examples?: { name?: string; params: { name: string; value: Json }[] }[];
  [extension: `x-${string}`]: any;
}

export interface Parameter {
  name: string;
  required?: boolean;
  description?: string;
  summary?: string;
  schema: Schema;
}

export interface OpenRpc {
  info: { title: string; version: string };
  methods: Method[];
  components?: { schemas?: Record<string, Schema> };
}

/** The types whose wire form is one string, with or without a tag. */
export const TEXT_TAGS = ["bigint", "bytes", "date", "datetime", "decimal", "duration", "time", "uuid"];

export class Schemas {
  constructor(private readonly definitions: Record<string, Schema> = {}) {}

  /** Follows `$ref`. */
  resolve(schema: Schema): Schema {
    const seen = new Set<Schema>();
    while (schema?.$ref && !seen.has(schema)) {
      seen.add(schema);
      const { $ref, ...others } = schema;
      schema = { ...this.definitions[String($ref).split("/").at(-1)!], ...others };
    }
    if (schema?.allOf?.length === 1) {
      const { allOf, ...others } = schema;
      return { ...this.resolve(allOf[0]), ...others };
    }
    return schema ?? true;
  }

  /** The tag of a schema of tagged values. */
  tagOf(schema: Schema): string | undefined {
    const { const: tag } = this.resolve(schema)?.properties?.[TAG] ?? {};
    return typeof tag === "string" ? tag : undefined;
  }

  /** The branches of a union: nested unions are one, and of two forms of a type one is left. */
  branches(schema: Schema): Schema[] {
    const all: Schema[] = this.flat(schema);
    const tags = new Set(all.map((each) => this.tagOf(each)));
    return all.filter((each) => {
      const { type, contentEncoding, format, pattern } = this.resolve(each);
      if (tags.size === 1) return true;
      const tag = this.tagOf(each);
      // A plain string beside its tag, an array beside a set, and the escaped forms of an object.
      if (type === "string" && (contentEncoding || format || pattern) && TEXT_TAGS.some((text) => tags.has(text))) return false;
      if (type === "array" && this.resolve(each).uniqueItems && tags.has("set")) return false;
      if (tag === "bigint" && all.some((other) => this.resolve(other).type === "integer")) return false;
      const plain = all.map((other) => this.resolve(other)).find((other) => other.type === "object" && !other.properties?.[TAG]?.const);
      if (!plain || plain.maxProperties === 0) return true;
      // Names may stand for keys of another type: then a map says more than an object.
      return tag === "map" ? Boolean(plain.propertyNames) : tag !== "object";
    }).filter((each, _, left) => !(this.resolve(each).maxProperties === 0 && left.some((other) => this.tagOf(other) === "map")));
  }

  private flat(schema: Schema): Schema[] {
    const resolved = this.resolve(schema);
    const branches: Schema[] | undefined = resolved?.anyOf ?? resolved?.oneOf;
    if (Array.isArray(resolved?.type)) return resolved.type.map((type: string) => ({ ...resolved, type }));
    return branches ? branches.flatMap((each) => this.flat(each)) : [schema];
  }

  /** A short name of a type, for labels. */
  name(schema: Schema): string {
    const resolved = this.resolve(schema);
    const tag = this.tagOf(schema);
    const branches = this.branches(schema);
    if (branches.length > 1) return branches.map((each) => this.name(each)).join(" | ");
    if (branches[0] !== schema) return this.name(branches[0]);
    if (tag === "set" || tag === "map") return tag;
    if (tag) return tag;
    if (resolved === true || resolved === false) return "any";
    if ("const" in resolved) return JSON.stringify(resolved.const);
    if (resolved.enum) return resolved.enum.map((value: Json) => JSON.stringify(value)).join(" | ");
    const reference = String(schema.$ref ?? "").split("/").at(-1)!;
    if (reference) return reference;
    if (resolved.type === "array") {
      if (Array.isArray(resolved.items)) return `[${resolved.items.map((each: Schema) => this.name(each)).join(", ")}]`;
      return `${this.name(resolved.items ?? true)}[]`;
    }
    return resolved.title ?? resolved.type ?? "any";
  }

  /** Whether a value has the outer form of a schema: enough to choose a branch. */
  fits(schema: Schema, value: Json | undefined, depth = 3): boolean {
    const resolved = this.resolve(schema);
    if (value === undefined || resolved === false) return false;
    if (resolved === true || !depth) return true;
    if ("const" in resolved) return JSON.stringify(resolved.const) === JSON.stringify(value);
    if (resolved.enum) return resolved.enum.some((each: Json) => JSON.stringify(each) === JSON.stringify(value));
    const branches = this.flat(schema);
    if (branches.length > 1) return branches.some((each) => this.fits(each, value, depth));
    const type = value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
    const wanted = resolved.type ?? (resolved.properties ? "object" : type);
    if (wanted === "integer" ? !Number.isInteger(value) : wanted !== type) return false;
    if (type === "array" && !Array.isArray(resolved.items)) {
      return (value as Json[]).slice(0, 3).every((each) => this.fits(resolved.items ?? true, each, depth - 1));
    }
    if (type !== "object") return true;
    const members = value as Record<string, Json>;
    const { properties = {}, required = [] } = resolved;
    if (!(required as string[]).every((name) => name in members)) return false;
    return Object.entries(members).every(([name, each]) =>
      name in properties ? this.fits(properties[name], each, depth - 1) : resolved.additionalProperties !== false);
  }
}
