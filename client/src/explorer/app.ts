/** The explorer: lists methods, and shows one of them, the batch or the history. */

import { Batch } from "./batch.js";
import { button, el } from "./dom.js";
import { MethodPage } from "./method.js";
import { type Method, type OpenRpc, Schemas } from "./schema.js";
import { type Config, describe, type Planned, Server } from "./server.js";

const AUTHENTICATION_REQUIRED = -32001;
const METHOD_NOT_FOUND = -32601;
const LONGEST_HISTORY = 50;

export class App {
  private readonly server: Server;
  private readonly main = el("main", { id: "main" });
  private readonly nav = el("div", {});
  private readonly status = el("p", { role: "status", class: "status", hidden: true });
  private readonly search = el("input", { type: "search", placeholder: "Search methods", "aria-label": "search methods", input: () => this.list() });
  private readonly batchLink = el("a", { href: "#batch" }, "Batch");
  private readonly history: { planned: Planned; outcome: string; at: Date }[] = [];
  private readonly pages = new Map<string, MethodPage>();
  private readonly batch: Batch;
  private methods: Method[] = [];
  private schemas = new Schemas();

  constructor(private readonly config: Config, root: HTMLElement) {
    this.server = new Server(config);
    this.batch = new Batch(
      this.server,
      (call) => this.open(call),
      (count) => (this.batchLink.textContent = count ? `Batch (${count})` : "Batch"),
      (error) => this.failed(error),
    );
    root.append(
      el("a", { class: "skip", href: "#main", click: (event: Event) => (event.preventDefault(), this.main.querySelector<HTMLElement>("h1")?.focus()) }, "Skip to the method"),
      el("header", { class: "top" }, el("strong", {}, config.title), this.links(), this.account()),
      el("div", { class: "layout" }, el("nav", { class: "side", "aria-label": "methods" }, this.search, this.nav), el("div", { class: "content" }, this.status, this.main)));
    addEventListener("hashchange", () => this.route(true));
    void this.load();
  }

  private links(): HTMLElement {
    const theme = button("Theme", () => {
      const root = document.documentElement;
      const isDark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
      root.dataset.theme = isDark ? "light" : "dark";
    }, { class: "quiet" });
    return el("span", { class: "links" }, this.batchLink, el("a", { href: "#history" }, "History"), theme);
  }

  private account(): HTMLElement {
    const token = el("input", {
      type: "password",
      autocomplete: "off",
      placeholder: "Bearer …",
      "aria-label": "Authorization header",
      title: "Sent as the Authorization header. It is kept in this tab only.",
      change: () => {
        const text = token.value.trim();
        this.server.token = !text || /\s/.test(text) ? text : `Bearer ${text}`;
        void this.load();
      },
    });
    return el("span", { class: "account" }, el("span", {}, this.config.user ? `Logged in as ${this.config.user}` : "Not logged in"),
      el("form", { submit: (event: Event) => event.preventDefault() }, token));
  }

  private async load(): Promise<void> {
    try {
      const document: OpenRpc = await this.server.discover();
      this.methods = document.methods;
      this.schemas = new Schemas(document.components?.schemas);
      this.pages.clear();
      this.say("");
    } catch (error) {
      this.methods = [];
      this.say(`The methods can't be listed: ${describe(error)}`);
    }
    this.list();
    this.route(false);
  }

  private list(): void {
    const wanted = this.search.value.trim().toLowerCase();
    const apps = new Map<string, Method[]>();
    for (const method of this.methods) {
      if (!`${method.name} ${method.summary ?? ""}`.toLowerCase().includes(wanted)) continue;
      const app = method.name.split(".")[0]!;
      apps.set(app, [...(apps.get(app) ?? []), method]);
    }
    const here = decodeURIComponent(location.hash.slice(1));
    this.nav.replaceChildren(...[...apps].map(([app, methods]) => el("section", {}, el("h2", {}, app), el("ul", {}, ...methods.map((method) =>
      el("li", {}, el("a", {
        href: `#${encodeURIComponent(method.name)}`,
        class: method.deprecated ? "deprecated" : "",
        "aria-current": method.name === here ? "page" : undefined,
        title: method.summary,
      }, method.name.slice(app.length + 1))))))));
    if (!apps.size) this.nav.append(el("p", { class: "note" }, this.methods.length ? "No method matches." : "You may call no method."));
  }

  /** Shows what the address names. */
  private route(moveFocus: boolean): void {
    const name = decodeURIComponent(location.hash.slice(1));
    for (const link of this.nav.querySelectorAll("a")) {
      if (decodeURIComponent(link.hash.slice(1)) === name) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    document.title = name ? `${name} · ${this.config.title}` : this.config.title;
    this.main.replaceChildren(this.view(name));
    if (moveFocus) this.main.querySelector<HTMLElement>("h1")?.focus();
  }

  private view(name: string): HTMLElement {
    if (name === "batch") return this.batch.element;
    if (name === "history") return this.showHistory();
    const method = this.methods.find((each) => each.name === name);
    if (method) return this.page(method).element;
    if (name) {
      return el("section", {}, el("h1", { tabindex: -1 }, name),
        el("p", {}, "There is no such method, or you may not call it. It may have been renamed or removed."));
    }
    return el("section", {}, el("h1", { tabindex: -1 }, this.config.title),
      el("p", {}, `${this.methods.length} methods. Choose one to see its documentation and to call it.`));
  }

  private page(method: Method): MethodPage {
    let page = this.pages.get(method.name);
    if (!page) {
      page = new MethodPage(method, this.schemas, this.server, {
        addToBatch: (call) => (this.batch.add(call), this.say(`${call.method} is in the batch.`)),
        remember: (planned, outcome) => {
          this.history.unshift({ planned, outcome, at: new Date() });
          this.history.length = Math.min(this.history.length, LONGEST_HISTORY);
        },
        failed: (error) => this.failed(error),
      });
      this.pages.set(method.name, page);
    }
    return page;
  }

  private open(call: Planned): void {
    const method = this.methods.find((each) => each.name === call.method);
    if (method) this.page(method).setText(call.text);
    location.hash = encodeURIComponent(call.method);
  }

  private showHistory(): HTMLElement {
    const rows = this.history.map(({ planned, outcome, at }) => el("li", {},
      el("span", { class: "note" }, at.toLocaleTimeString()),
      button(`${planned.method} ${planned.text.replace(/\s+/g, " ").slice(0, 80)}`, () => this.open(planned), { class: "quiet" }),
      el("span", {}, outcome)));
    return el("section", {}, el("h1", { tabindex: -1 }, "History"),
      el("p", { class: "note" }, "The calls of this tab. They are forgotten when it is closed."),
      rows.length ? el("ol", { class: "plan" }, ...rows) : el("p", {}, "No calls yet."));
  }

  private failed(error: any): void {
    if (error.code === AUTHENTICATION_REQUIRED) {
      const { loginUrl } = this.config;
      this.say("You are not logged in, or not any more. What you typed is still here. ",
        loginUrl ? el("a", { href: loginUrl, target: "_blank", rel: "noopener" }, "Log in in a new tab") : null,
        loginUrl ? ", then send the call again." : "");
    } else if (error.code === METHOD_NOT_FOUND) {
      this.say("This method is not there any more, or you may not call it any more. Reload the page to list the methods again.");
    }
  }

  private say(...parts: (string | HTMLElement | null)[]): void {
    this.status.replaceChildren(...parts.filter((part) => part !== null));
    this.status.hidden = !this.status.textContent;
  }
}
