/** The form of a method's params, made from their schemas. */

import { listField, objectField, taggedListField, tupleField, unionField } from "./collections.js";
import type { Field, Form } from "./field.js";
import type { Json, JsonObject } from "./json.js";
import { isObject } from "./json.js";
import { booleanField, choiceField, fixedField, jsonField, numberField, tagField, textField } from "./scalars.js";
import { type Method, type Schema, type Schemas, TEXT_TAGS } from "./schema.js";

const DEEPEST = 12;

/** Returns a function that makes fields. `changed` is called after each change of the user. */
export const createForm = (schemas: Schemas, changed: () => void): Form => {
  const make = (schema: Schema, label: string, depth: number): Field => {
    const branches = schemas.branches(schema);
    // Recursive types have no end: deep inside, values are written as JSON.
    if (depth > DEEPEST) return jsonField(form, label);
    if (branches.length > 1) return unionField(form, label, branches, depth);
    const resolved = schemas.resolve(branches[0] ?? schema);
    const tag = schemas.tagOf(resolved);
    if (tag === "set" || tag === "map" || tag === "object") return taggedListField(form, label, tag, resolved, depth);
    if (tag && (TEXT_TAGS.includes(tag) || tag === "float")) return tagField(form, label, tag);
    if (typeof resolved === "boolean") return jsonField(form, label);
    if ("const" in resolved) return fixedField(label, resolved.const);
    if (resolved.enum) return choiceField(form, label, resolved.enum);
    switch (resolved.type ?? (resolved.properties && "object")) {
      case "null":
        return fixedField(label, null);
      case "boolean":
        return booleanField(form, label);
      case "integer":
        return numberField(form, label, takesBigints(schema));
      case "number":
        return numberField(form, label, false);
      case "string":
        return resolved.contentEncoding ? tagField(form, label, "bytes") : textField(form, label, resolved);
      case "array":
        return Array.isArray(resolved.items)
          ? tupleField(form, label, resolved.items, depth)
          : listField(form, label, resolved, depth);
      case "object":
        return objectField(form, label, resolved, depth);
      default:
        return jsonField(form, label);
    }
  };
  const takesBigints = (schema: Schema): boolean => JSON.stringify(schemas.resolve(schema)).includes("tag.bigint");
  const form: Form = { schemas, changed, make };
  return form;
};

/** A field for all params: an object by name, or an array where a method takes none by name. */
export const paramsField = (form: Form, method: Method): Field => {
  const rest: Schema | undefined = method["x-rest"];
  const others: Schema | undefined = method["x-others"];
  const byPosition = method.paramStructure === "by-position" || Boolean(rest);
  const object = objectField(form, "", {
    type: "object",
    properties: Object.fromEntries(method.params.map(({ name, schema, description, summary }) => [
      name, { ...(typeof schema === "object" ? schema : {}), description: description ?? summary },
    ])),
    required: method.params.filter((each) => each.required).map((each) => each.name),
    additionalProperties: others ?? false,
  }, 0);
  if (!byPosition) return object;
  const names = method.params.map((each) => each.name);
  const more = rest ? listField(form, "further params", { items: rest }, 0) : undefined;
  if (more) object.element.append(more.element);
  return {
    ...object,
    child: (step) => (Number(step) < names.length ? object.child!(names[Number(step)]!) : more?.child!(String(Number(step) - names.length))),
    read: () => {
      const members = object.read() as JsonObject;
      const given: (Json | undefined)[] = names.map((name) => members[name]);
      const further = (more?.read() ?? []) as Json[];
      while (!further.length && given.length && given.at(-1) === undefined) given.pop();
      return [...given.map((value) => value ?? null), ...further];
    },
    write: (value) => {
      if (isObject(value)) return !rest && object.write(value);
      if (!Array.isArray(value)) return false;
      const known = Object.fromEntries(names.slice(0, value.length).map((name, at) => [name, value[at]!]));
      const further = value.slice(names.length);
      return object.write(known) && (more ? more.write(further) : !further.length);
    },
  };
};

/** Shows errors at the fields that their paths lead to. Returns the messages without a field. */
export const showErrors = (root: Field, errors: readonly { path: string; message: string }[], steps: (path: string) => string[]): string[] => {
  const left: string[] = [];
  for (const { path, message } of errors) {
    let field: Field | undefined = root;
    let exact = true;
    for (const step of steps(path)) {
      const next: Field | undefined = field.child?.(step);
      if (!next) {
        exact = false;
        break;
      }
      field = next;
    }
    if (field === root) left.push(path ? `${path}: ${message}` : message);
    else field.showError(exact ? message : `${path}: ${message}`);
  }
  return left;
};
