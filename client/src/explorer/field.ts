/** What all fields of a form have in common. */

import { add, el, newId } from "./dom.js";
import type { Child } from "./dom.js";
import type { Json } from "./json.js";
import type { Schema, Schemas } from "./schema.js";

/** A part of a form: it edits one JSON value. */
export interface Field {
  readonly element: HTMLElement;
  /** Returns the value. `undefined`: nothing is typed. */
  read(): Json | undefined;
  /** Shows a value. Returns `false` if the field can't. */
  write(value: Json): boolean;
  /** Returns the field of a member or an item. */
  child?(step: string): Field | undefined;
  /** Shows an error beside the field, or none. */
  showError(message?: string): void;
}

/** What fields need of the form. */
export interface Form {
  readonly schemas: Schemas;
  readonly changed: () => void;
  readonly make: (schema: Schema, label: string, depth: number) => Field;
}

/** Returns a paragraph for errors, and the function that shows one. */
export const errorLine = (control?: HTMLElement) => {
  const line = el("p", { class: "error", id: newId(), hidden: true });
  return {
    line,
    showError: (message?: string) => {
      line.textContent = message ?? "";
      line.hidden = !message;
      if (!control) return;
      control.toggleAttribute("aria-invalid", Boolean(message));
      if (message) control.setAttribute("aria-describedby", line.id);
      else control.removeAttribute("aria-describedby");
    },
  };
};

/** Returns a label with a control below it, and its error. */
export const labelled = (label: string, control: HTMLElement, ...others: Child[]) => {
  control.id ||= newId();
  const { line, showError } = errorLine(control);
  const element = el("div", { class: "field" });
  add(element, label && el("label", { for: control.id }, label), control, ...others, line);
  if (!label) control.setAttribute("aria-label", "value");
  return { element, showError };
};

/** Returns a group of fields with a legend, and its error. */
export const grouped = (label: string, ...children: Child[]) => {
  const { line, showError } = errorLine();
  const element = el("fieldset", { class: "group" }, label && el("legend", {}, label), line, ...children);
  return { element, showError };
};
