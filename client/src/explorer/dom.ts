/** Creates elements. Text is always text: nothing is parsed as HTML. */

export type Child = Node | string | null | undefined | false;

type Attributes = Record<string, string | number | boolean | undefined | ((event: any) => void)>;

/** Returns an element. An attribute that is a function is a listener: `{click: send}`. */
export const el = <Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Name] => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(key, value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== undefined && value !== false) made.setAttribute(key, String(value));
  }
  add(made, ...children);
  return made;
};

/** Appends children; `null`, `undefined` and `false` are left out. */
export const add = (parent: ParentNode, ...children: Child[]): void =>
  parent.append(...children.filter((child) => child || child === "") as (Node | string)[]);

export const button = (text: string, click: () => void, attributes: Attributes = {}): HTMLButtonElement =>
  el("button", { type: "button", click, ...attributes }, text);

let last = 0;

/** Returns an id that no other element has. */
export const newId = (): string => `e${++last}`;

/** Returns the text of a docstring as elements: paragraphs, and code between backticks. */
export const prose = (text: string): Child[] =>
  text.split(/\n\s*\n/).map((paragraph) =>
    el("p", {}, ...paragraph.split(/(`+)(.+?)\1/).map((part, at) =>
      at % 3 === 2 ? el("code", {}, part) : at % 3 === 0 ? part : null)));
