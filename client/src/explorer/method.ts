/** The page of one method: its documentation, its form, and the outcome of a call. */

import { add, button, el, prose } from "./dom.js";
import type { Field } from "./field.js";
import { createForm, paramsField, showErrors } from "./form.js";
import { JsonError, parseJson, stepsOf, write, type Json } from "./json.js";
import { tree } from "./result.js";
import type { Method, Schemas } from "./schema.js";
import { describe, type Planned, type Server } from "./server.js";
import { LANGUAGES } from "./snippets.js";

export interface Actions {
  addToBatch(call: Planned): void;
  remember(call: Planned, outcome: string): void;
  failed(error: any): void;
}

export class MethodPage {
  readonly element: HTMLElement;
  private readonly field: Field;
  private readonly raw = el("textarea", { class: "code", rows: 8, spellcheck: "false", "aria-label": "params as JSON", input: () => this.fromRaw() });
  private readonly rawError = el("p", { class: "error", role: "alert", hidden: true });
  private readonly outcome = el("section", { class: "outcome", "aria-live": "polite", "aria-label": "outcome" });
  private readonly snippet = el("pre", { class: "code", tabindex: 0, "aria-label": "snippet" });
  private readonly senders: HTMLButtonElement[];
  private language = "curl";

  constructor(
    private readonly method: Method,
    schemas: Schemas,
    private readonly server: Server,
    private readonly actions: Actions,
  ) {
    this.field = paramsField(createForm(schemas, () => this.fromForm()), method);
    this.field.element.classList.add("params");
    this.senders = [
      button("Call", () => void this.call(false), { class: "primary" }),
      button("Notify", () => void this.call(true)),
      button("Add to batch", () => this.actions.addToBatch(this.planned(false))),
    ];
    this.element = el("article", { class: "method" },
      el("header", {},
        el("h1", { tabindex: -1 }, method.name),
        el("p", { class: "badges" }, ...this.badges()),
        method.summary && el("div", {}, ...prose(method.summary)),
        method.description && el("div", {}, ...prose(method.description))),
      el("div", { class: "columns" },
        el("section", { "aria-label": "params" }, el("h2", {}, "Params"), this.field.element),
        el("section", { "aria-label": "raw params" }, el("h2", {}, "JSON"), this.raw, this.rawError)),
      this.examples(),
      el("p", { class: "actions" }, ...this.senders),
      this.outcome,
      this.documentation(schemas),
      this.copies());
    const [example] = method.examples ?? [];
    if (example) this.setParams(this.paramsOf(example));
    else this.fromForm();
  }

  setParams(params: Json): void {
    this.field.write(params);
    this.raw.value = write(params);
    this.checked();
  }

  setText(text: string): void {
    this.raw.value = text;
    this.fromRaw();
  }

  private badges(): HTMLElement[] {
    const traits = { deprecated: this.method.deprecated, readonly: this.method["x-readonly"], idempotent: this.method["x-idempotent"] };
    return Object.entries(traits).filter(([, has]) => has).map(([name]) => el("span", { class: `badge ${name}` }, name));
  }

  private paramsOf(example: { params: { name: string; value: Json }[] }): Json {
    return this.method.paramStructure === "by-position" || this.method["x-rest"]
      ? example.params.map((each) => each.value)
      : Object.fromEntries(example.params.map(({ name, value }) => [name, value]));
  }

  private examples(): HTMLElement | null {
    const { examples = [] } = this.method;
    if (examples.length < 2) return null;
    return el("p", { class: "actions" }, "Examples: ", ...examples.map((example, at) =>
      button(example.name ?? `${at + 1}`, () => this.setParams(this.paramsOf(example)), { class: "quiet" })));
  }

  private documentation(schemas: Schemas): HTMLElement {
    const { result, errors = [] } = this.method;
    return el("details", { class: "more" }, el("summary", {}, "Result, errors and schemas"),
      result && el("p", {}, "Result: ", el("code", {}, schemas.name(result.schema)), result.description && ` – ${result.description}`),
      errors.length ? el("ul", {}, ...errors.map(({ code, message }) => el("li", {}, el("code", {}, String(code)), ` ${message}`))) : null,
      el("pre", { class: "code", tabindex: 0, "aria-label": "schemas" }, write({ params: this.method.params as any, result: result?.schema ?? true })));
  }

  private copies(): HTMLElement {
    const tabs = Object.keys(LANGUAGES).map((language) =>
      button(language, () => ((this.language = language), this.showSnippet(), mark()), { class: "quiet", "aria-pressed": language === this.language }));
    const mark = (): void => tabs.forEach((tab) => tab.setAttribute("aria-pressed", String(tab.textContent === this.language)));
    const copy = button("Copy", async () => {
      await navigator.clipboard?.writeText(this.snippet.textContent ?? "").catch(() => undefined);
      copy.textContent = "Copied";
      copy.addEventListener("blur", () => (copy.textContent = "Copy"), { once: true });
    });
    return el("details", { class: "more" }, el("summary", {}, "Copy as code"), el("p", { class: "actions" }, ...tabs, copy), this.snippet);
  }

  private fromForm(): void {
    this.clearErrors();
    try {
      this.raw.value = write(this.field.read() ?? {});
    } catch (error) {
      return this.showRawError(error as Error);
    }
    this.checked();
  }

  private fromRaw(): void {
    this.clearErrors();
    let params: Json;
    try {
      params = parseJson(this.raw.value);
      if (typeof params !== "object" || params === null) throw new JsonError("params are an object or an array", 0);
    } catch (error) {
      return this.showRawError(error as Error);
    }
    const shown = this.field.write(params);
    this.field.element.toggleAttribute("inert", !shown);
    this.checked(shown ? "" : "The form can't show these params. They are sent as they are written here.");
  }

  private showRawError(error: Error): void {
    this.rawError.textContent = error.message;
    this.rawError.hidden = false;
    this.raw.setAttribute("aria-invalid", "true");
    for (const each of this.senders) each.disabled = true;
  }

  private checked(note = ""): void {
    this.rawError.textContent = note;
    this.rawError.hidden = !note;
    this.raw.removeAttribute("aria-invalid");
    if (!note) this.field.element.removeAttribute("inert");
    for (const each of this.senders) each.disabled = false;
    this.showSnippet();
  }

  private showSnippet(): void {
    const url = new URL(this.server.config.url, location.href).href;
    this.snippet.textContent = LANGUAGES[this.language]!({ url, method: this.method.name, text: this.raw.value, params: parseJson(this.raw.value) });
  }

  private clearErrors(): void {
    this.field.showError();
    for (const line of this.field.element.querySelectorAll<HTMLElement>(".error")) line.hidden = true;
    for (const each of this.field.element.querySelectorAll("[aria-invalid]")) each.removeAttribute("aria-invalid");
  }

  private planned(isNotification: boolean): Planned {
    return { method: this.method.name, text: this.raw.value, isNotification };
  }

  private async call(isNotification: boolean): Promise<void> {
    this.clearErrors();
    for (const each of this.senders) each.disabled = true;
    const planned = this.planned(isNotification);
    this.outcome.replaceChildren(el("p", { class: "note" }, "Waiting for the answer …"));
    const [outcome] = await this.server.send([planned]).finally(() => {
      for (const each of this.senders) each.disabled = false;
    });
    const { last } = this.server;
    const figures = last?.status ? `${last.milliseconds.toFixed(0)} ms · ${last.bytes} bytes · HTTP ${last.status}` : "no answer";
    const failed = outcome && "error" in outcome;
    const title = !outcome ? "Notification sent" : failed ? describe(outcome.error) : "Result";
    this.outcome.replaceChildren(
      el("h2", { class: failed ? "failed" : "done" }, title),
      el("p", { class: "note" }, figures));
    if (failed) {
      const { error } = outcome;
      const left = showErrors(this.field, error.errors ?? [], stepsOf);
      for (const message of left) this.outcome.append(el("p", { class: "error" }, message));
      if (error.data !== undefined) this.outcome.append(tree(error.data));
      this.field.element.querySelector<HTMLElement>("[aria-invalid]")?.focus();
      this.actions.failed(error);
    } else if (outcome) {
      this.outcome.append(tree(outcome.result));
    }
    if (last) {
      const wire = el("details", { class: "more" }, el("summary", {}, "On the wire"));
      add(wire, el("pre", { class: "code", tabindex: 0, "aria-label": "request" }, last.sent),
        el("pre", { class: "code", tabindex: 0, "aria-label": "response" }, last.received));
      this.outcome.append(wire);
    }
    this.actions.remember(planned, failed ? describe(outcome.error) : `${last?.milliseconds.toFixed(0)} ms`);
  }
}
