/** The batch composer: calls in order, sent in one POST. */

import { button, el } from "./dom.js";
import { tree } from "./result.js";
import { describe, type Outcome, type Planned, type Server } from "./server.js";
import { compact } from "./snippets.js";

export class Batch {
  readonly element = el("section", { id: "batch", "aria-labelledby": "batch-title" });
  private readonly plan: Planned[] = [];
  private readonly list = el("ol", { class: "plan" });
  private readonly body = el("pre", { class: "code", tabindex: 0, "aria-label": "the body of the request" });
  private readonly report = el("div", { class: "responses", "aria-live": "polite" });
  private readonly sender = button("Send the batch", () => void this.send());
  private dragged = -1;

  constructor(
    private readonly server: Server,
    private readonly edit: (call: Planned) => void,
    private readonly counted: (count: number) => void,
    private readonly failed: (error: any) => void,
  ) {
    this.element.append(
      el("h1", { id: "batch-title", tabindex: -1 }, "Batch"),
      el("p", { class: "note" }, "These calls go in one request, in this order. Drag a call, or use the arrows, to move it."),
      this.list,
      el("p", { class: "actions" }, this.sender, button("Empty", () => (this.plan.splice(0), this.show()), { class: "quiet" })),
      el("h2", {}, "On the wire"),
      this.body,
      this.report,
    );
    this.show();
  }

  add(call: Planned): void {
    this.plan.push(call);
    this.show();
  }

  private move(from: number, to: number): void {
    if (to < 0 || to >= this.plan.length || from < 0) return;
    this.plan.splice(to, 0, ...this.plan.splice(from, 1));
    this.show();
  }

  private show(): void {
    this.list.replaceChildren(...this.plan.map((call, at) => this.row(call, at)));
    if (!this.plan.length) this.list.append(el("li", { class: "note" }, "No calls yet: open a method and choose “Add to batch”."));
    const requests = this.plan.map(({ method, text, isNotification }, at) =>
      `{"jsonrpc":"2.0","method":${JSON.stringify(method)},"params":${compact(text)}${isNotification ? "" : `,"id":${at + 1}`}}`);
    this.body.textContent = requests.length ? `[\n  ${requests.join(",\n  ")}\n]` : "[]";
    this.sender.disabled = !this.plan.length;
    this.counted(this.plan.length);
  }

  private row(call: Planned, at: number): HTMLElement {
    const notification = el("input", { type: "checkbox", change: () => ((call.isNotification = notification.checked), this.show()) });
    notification.checked = call.isNotification;
    const named = (what: string) => ({ class: "quiet", "aria-label": `${what} ${call.method}` });
    return el("li", {
      draggable: "true",
      dragstart: () => (this.dragged = at),
      dragover: (event: DragEvent) => event.preventDefault(),
      drop: (event: DragEvent) => (event.preventDefault(), this.move(this.dragged, at)),
    },
      el("code", {}, `${call.method} ${compact(call.text).slice(0, 90)}`),
      el("label", {}, notification, " Notification"),
      el("span", { class: "tools" },
        button("↑", () => this.move(at, at - 1), named("move up")),
        button("↓", () => this.move(at, at + 1), named("move down")),
        button("Edit", () => (this.plan.splice(at, 1), this.show(), this.edit(call)), named("edit")),
        button("✕", () => (this.plan.splice(at, 1), this.show()), named("remove"))));
  }

  private async send(): Promise<void> {
    this.sender.disabled = true;
    const sent = [...this.plan];
    let outcomes: (Outcome | undefined)[];
    try {
      outcomes = await this.server.send(sent);
    } finally {
      this.sender.disabled = false;
    }
    const { last } = this.server;
    if (last) this.body.textContent = last.sent;
    this.report.replaceChildren(
      el("h2", {}, last ? `Answered in ${last.milliseconds.toFixed(0)} ms, ${last.bytes} bytes, HTTP ${last.status}` : "No answer"),
      ...sent.map((call, at) => {
        const outcome = outcomes[at];
        const state = !outcome ? "Notification: no answer" : "error" in outcome ? describe(outcome.error) : "";
        if (outcome && "error" in outcome) this.failed(outcome.error);
        return el("article", { class: outcome && "error" in outcome ? "response failed" : "response" },
          el("h3", {}, call.method), state && el("p", {}, state),
          outcome && tree("error" in outcome ? (outcome.error.data ?? null) : outcome.result));
      }),
    );
  }
}
