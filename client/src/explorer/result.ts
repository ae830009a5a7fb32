/** Shows JSON as a tree with types. */

import { add, el } from "./dom.js";
import { isObject, type Json, TAG, tagOf } from "./json.js";

const scalar = (value: Json, type: string): HTMLElement =>
  el("span", { class: `value ${type}` }, typeof value === "string" ? JSON.stringify(value) : String(value));

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;

/** Returns the tree of a value. Large parts are closed at first. */
export const tree = (value: Json, depth = 0): HTMLElement => {
  const tag = tagOf(value);
  if (isObject(value) && tag) {
    const { [TAG]: _, ...members } = value;
    const only = Object.keys(members).length === 1 && "value" in members ? members.value! : members;
    const chip = el("span", { class: "chip" }, tag);
    if (typeof only !== "object" || only === null) return el("span", {}, chip, " ", scalar(only, "string"));
    return branch(only, depth, chip);
  }
  if (typeof value === "object" && value !== null) return branch(value, depth);
  return scalar(value, value === null ? "null" : typeof value);
};

const branch = (value: Json[] | { [name: string]: Json }, depth: number, chip?: HTMLElement): HTMLElement => {
  const isArray = Array.isArray(value);
  const entries: [string, Json][] = isArray ? value.map((each, at) => [String(at), each]) : Object.entries(value);
  const what = isArray ? count(entries.length, "item") : count(entries.length, "member");
  if (!entries.length) return el("span", {}, chip, chip ? " " : null, el("span", { class: "value" }, isArray ? "[ ]" : "{ }"));
  const list = el("dl", { class: "tree" });
  const fill = (): void => {
    if (list.childElementCount) return;
    for (const [name, each] of entries) add(list, el("div", {}, el("dt", {}, name), el("dd", {}, tree(each, depth + 1))));
  };
  const details = el("details", { toggle: fill }, el("summary", {}, chip, chip ? " " : null, what), list);
  if (depth < 2 || entries.length <= 3) {
    fill();
    details.open = true;
  }
  return details;
};
