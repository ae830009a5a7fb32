/** Fields of values with parts: lists, tuples, objects, sets and maps. */

import { button, el } from "./dom.js";
import { type Field, type Form, grouped } from "./field.js";
import { isObject, type Json, type JsonObject, TAG } from "./json.js";
import type { Schema } from "./schema.js";


/** A field for a list: its items can be added, removed and moved. */
export const listField = (form: Form, label: string, schema: Schema, depth: number): Field => {
  const { minItems = 0, maxItems = Infinity } = schema;
  const items: { field: Field; row: HTMLElement }[] = [];
  const rows = el("ol", { class: "rows" });
  const adder = button("Add", () => (append(), form.changed()), { class: "quiet", "aria-label": `add an item to ${label || "the list"}` });
  const { element, showError } = grouped(label, rows, adder);

  const append = (): Field => {
    const field = form.make(schema.items ?? true, "", depth + 1);
    const row: HTMLElement = el("li", {}, field.element, el("span", { class: "tools" },
      button("↑", () => move(-1), { class: "quiet", "aria-label": "move up" }),
      button("✕", remove, { class: "quiet", "aria-label": "remove" })));
    const item = { field, row };
    function move(by: number): void {
      const at = items.indexOf(item);
      if (at + by < 0) return;
      items.splice(at, 1);
      items.splice(at + by, 0, item);
      rows.insertBefore(row, rows.children[at + by]!);
      form.changed();
    }
    function remove(): void {
      items.splice(items.indexOf(item), 1);
      row.remove();
      adder.disabled = false;
      adder.focus();
      form.changed();
    }
    items.push(item);
    rows.append(row);
    adder.disabled = items.length >= maxItems;
    return field;
  };
  const clear = (): void => {
    items.length = 0;
    rows.replaceChildren();
    adder.disabled = false;
  };

  for (let count = 0; count < Math.min(minItems, 3); count++) append();
  return {
    element,
    showError,
    child: (step) => items[Number(step)]?.field,
    read: () => items.map(({ field }) => field.read() ?? null),
    write: (value) => {
      if (!Array.isArray(value)) return false;
      clear();
      return value.map((each) => append().write(each)).every(Boolean);
    },
  };
};

/** A field for a list of fixed types. */
export const tupleField = (form: Form, label: string, schemas: Schema[], depth: number): Field => {
  const fields = schemas.map((schema, at) => form.make(schema, `${at + 1}`, depth + 1));
  return {
    ...grouped(label, ...fields.map((field) => field.element)),
    child: (step) => fields[Number(step)],
    read: () => fields.map((field) => field.read() ?? null),
    write: (value) => Array.isArray(value) && value.length === fields.length
      && fields.map((field, at) => field.write(value[at]!)).every(Boolean),
  };
};

/** A member that may be left out: a checkbox says whether it is sent. */
class Member {
  readonly element: HTMLElement;
  private field: Field | undefined;
  private readonly box = el("input", { type: "checkbox", change: () => (this.show(this.box.checked), this.form.changed()) });
  private readonly place = el("div", { class: "place" });

  constructor(
    private readonly form: Form,
    readonly name: string,
    private readonly schema: Schema,
    private readonly required: boolean,
    note: string,
    private readonly depth: number,
  ) {
    this.box.setAttribute("aria-label", `send ${name}`);
    const head = required ? null : el("label", { class: "send" }, this.box, ` ${name}`);
    const type = form.schemas.name(schema);
    this.element = el("div", { class: required ? "member" : "optional member" }, head, el("span", { class: "type" }, type), this.place, note && el("p", { class: "note" }, note));
    if (required) this.show(true);
  }

  show(shown: boolean): void {
    this.box.checked = shown;
    if (shown && !this.field) {
      this.field = this.form.make(this.schema, this.name, this.depth + 1);
      const { default: preset } = this.form.schemas.resolve(this.schema);
      if (preset !== undefined) this.field.write(preset);
      this.place.replaceChildren(this.field.element);
    }
    this.place.hidden = !shown;
  }

  get shown(): Field | undefined {
    return this.place.hidden ? undefined : this.field;
  }

  read(): Json | undefined {
    return this.shown?.read();
  }

  write(value: Json | undefined): boolean {
    if (value === undefined) return this.required ? true : (this.show(false), true);
    this.show(true);
    return this.field!.write(value);
  }
}

/** A field for an object with known members; further members can be added if the schema has them. */
export const objectField = (form: Form, label: string, schema: Schema, depth: number): Field => {
  const { properties = {}, required = [], additionalProperties = true } = schema;
  const fixed: JsonObject = {};
  const members: Member[] = [];
  for (const [name, each] of Object.entries<Schema>(properties)) {
    const resolved = form.schemas.resolve(each);
    if (resolved && "const" in resolved) fixed[name] = resolved.const;
    else if (resolved !== false) members.push(new Member(form, name, each, required.includes(name), resolved.description ?? "", depth));
  }
  const hasOthers = additionalProperties !== false && !(additionalProperties === true && members.length);
  const others = hasOthers ? entriesField(form, "", additionalProperties, depth) : undefined;
  const { element, showError } = grouped(label, ...members.map((member) => member.element), others?.element);
  if (!members.length && !others) element.append(el("p", { class: "note" }, "no members"));
  return {
    element,
    showError,
    child: (step) => members.find((member) => member.name === step)?.shown ?? others?.child!(step),
    read: () => {
      const made: JsonObject = { ...fixed };
      for (const member of members) {
        const value = member.read();
        if (value !== undefined) made[member.name] = value;
      }
      return others ? { ...(others.read() as JsonObject), ...made } : made;
    },
    write: (value) => {
      if (!isObject(value)) return false;
      const rest = { ...value };
      let fits = Object.keys(fixed).every((name) => JSON.stringify(value[name]) === JSON.stringify(fixed[name]));
      for (const name of Object.keys(fixed)) delete rest[name];
      for (const member of members) {
        if (!member.write(value[member.name])) fits = false;
        delete rest[member.name];
      }
      if (others) return others.write(rest) && fits;
      return fits && Object.keys(rest).length === 0;
    },
  };
};

/** A field for the members of an object whose names are not known. */
const entriesField = (form: Form, label: string, schema: Schema, depth: number): Field => {
  const list = listField(form, label, { items: { type: "array", items: [{ type: "string", title: "name" }, schema] } }, depth);
  return {
    ...list,
    child: () => undefined,
    read: () => Object.fromEntries((list.read() as [string, Json][]).map(([name, value]) => [name ?? "", value])),
    write: (value) => isObject(value) && list.write(Object.entries(value)),
  };
};

/** A field for a `set` or `map`: a list inside of a tagged value. */
export const taggedListField = (form: Form, label: string, tag: string, schema: Schema, depth: number): Field => {
  const list = form.make(schema.properties?.value ?? { type: "array" }, `${label} (${tag})`.trim(), depth);
  return {
    ...list,
    child: (step) => (step === "value" ? list : list.child?.(step)),
    read: () => ({ [TAG]: tag, value: list.read() ?? [] }),
    write: (value) => {
      if (Array.isArray(value)) return list.write(value);
      return isObject(value) && value[TAG] === tag && list.write(value.value ?? []);
    },
  };
};

/** A field for a union: a chooser, and the field of the chosen branch. */
export const unionField = (form: Form, label: string, branches: Schema[], depth: number): Field => {
  const fields: (Field | undefined)[] = branches.map(() => undefined);
  const names = branches.map((each) => form.schemas.name(each));
  const place = el("div", { class: "place" });
  const select = el("select", { "aria-label": `${label || "value"}: type`, class: "branch", change: () => (choose(select.selectedIndex), form.changed()) },
    ...names.map((name, at) => el("option", { value: at }, name)));
  const { element, showError } = grouped(label, select, place);
  const choose = (at: number): Field => {
    select.selectedIndex = at;
    const field = (fields[at] ??= form.make(branches[at], "", depth + 1));
    place.replaceChildren(field.element);
    place.hidden = names[at] === "null";
    return field;
  };
  const nothing = names.indexOf("null");
  choose(nothing < 0 ? 0 : nothing);
  const chosen = (): Field => fields[select.selectedIndex]!;
  return {
    element,
    showError,
    child: (step) => chosen().child?.(step),
    read: () => chosen().read(),
    write: (value) => {
      const order = branches.map((_, at) => at).sort((a, b) =>
        Number(form.schemas.fits(branches[b], value)) - Number(form.schemas.fits(branches[a], value)));
      const before = select.selectedIndex;
      for (const at of order) if (choose(at).write(value)) return true;
      choose(before);
      return false;
    },
  };
};

