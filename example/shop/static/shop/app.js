// The shop's page. Its calls go through one client; the panels below the shelf show them.

import { createClient, RpcError } from "../adjax_jsonrpc/adjax.mjs";

const { rpc: url, csrfCookie, csrfHeader } = document.body.dataset;
const $ = (id) => document.getElementById(id);

// ── the client, and the page's half of shop/types.py ──

class Money {
  constructor(cents, currency) {
    this.cents = cents;
    this.currency = currency;
  }
  toString() {
    return new Intl.NumberFormat("en", { style: "currency", currency: this.currency }).format(this.cents / 100);
  }
}

const rpc = createClient(url, { csrf: { cookieName: csrfCookie, headerName: csrfHeader } });
const encodeMoney = ({ cents, currency }) => ({ cents, currency });
const decodeMoney = ({ cents, currency }) => new Money(cents, currency);
rpc.types.register("money", Money, { encode: encodeMoney, decode: decodeMoney });

// The same for pages that were written for adjax 1.2.
const { ADJAX, adjax } = window;
ADJAX.serializer.register("money", Money, new adjax.Type(encodeMoney, decodeMoney));
ADJAX.register((xhr) => xhr.setRequestHeader("X-Page-Api", "ADJAX"));

const { shop } = rpc;

// ── small things to make elements with ──

const element = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
};

const picture = (name) => {
  const SVG = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "picture");
  svg.setAttribute("viewBox", "0 0 160 120");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#${document.getElementById(name) ? name : "A1"}`);
  svg.append(use);
  return svg;
};

const day = (date) => date.toLocaleDateString("en", { weekday: "short", day: "numeric", month: "short" });

const say = (text, kind = "") => {
  $("message").textContent = text;
  $("message").className = `message ${kind}`;
};

/** Runs what a click asks for; what the server refuses is told in words. */
const act = (work) => async (event) => {
  event?.preventDefault();
  try {
    await work(event);
  } catch (error) {
    say(inWords(error), "bad");
    if (error.code === -32001) $("username").focus();
  }
};

const inWords = (error) => {
  if (!(error instanceof RpcError)) return `No answer: ${error.message}`;
  if (error.code === -32001) return "Please sign in first, then order.";
  if (error.code === 1001) return `${error.message}: ${error.data.available} left.`;
  return error.message;
};

// ── the shelf ──

let articles = [];
let staff = false;
const basket = new Map();

const showShelf = () => {
  const cards = articles.map((article) => {
    const { sku, name, note, price, stock, wishes } = article;
    const level = stock === 0 ? "none" : stock < 5 ? "few" : "";
    const left = stock === 0 ? (wishes ? `Sold out, ${wishes} hoping` : "Sold out") : stock < 5 ? `Only ${stock} left` : `${stock} in stock`;
    const actions = element("div", { class: "actions" }, element("span", { class: `stock ${level}` }, left));
    if (staff) actions.append(element("button", { class: "small", "aria-label": `Restock ${name}`, click: act(() => restock(sku)) }, "+5"));
    actions.append(
      stock
        ? element("button", { "aria-label": `Add ${name} to the basket`, click: act(() => put(article, 1)) }, "Add")
        : element("button", { "aria-label": `Wish for ${name}`, click: act(() => wish(sku)) }, "♡ Wish"),
    );
    return element(
      "li",
      { class: "product", "data-sku": sku },
      picture(sku),
      element(
        "div",
        { class: "about" },
        element("h3", {}, name, element("span", { class: "price" }, `${price}`)),
        element("p", { class: "quiet" }, note),
      ),
      actions,
    );
  });
  $("products").replaceChildren(...(cards.length ? cards : [element("li", { class: "none-found" }, "Nothing like that on the shelf.")]));
};

const refresh = async () => {
  articles = await shop.products();
  showShelf();
};

const wish = async (sku) => {
  await shop.wish(sku);
  await refresh();
};

const restock = async (sku) => {
  await shop.restock(sku, 5);
  await refresh();
};

$("search").addEventListener("submit", (event) => event.preventDefault());
$("search-text").addEventListener(
  "input",
  act(async ({ target }) => {
    const text = target.value;
    const found = text ? await shop.search(text, 12) : await shop.products();
    if (target.value !== text) return; // somebody types faster than we look
    articles = found;
    showShelf();
  }),
);

// ── the basket ──

const put = async (article, quantity) => {
  say("");
  const wanted = (basket.get(article.sku)?.quantity ?? 0) + quantity;
  if (wanted > 0) basket.set(article.sku, { article, quantity: wanted });
  else basket.delete(article.sku);
  await showBasket();
};

const items = () => [...basket.values()].map(({ article, quantity }) => ({ sku: article.sku, quantity }));

const showBasket = async () => {
  $("basket-empty").hidden = basket.size > 0;
  $("order").hidden = basket.size === 0;
  $("lines").replaceChildren(
    ...[...basket.values()].map(({ article, quantity }) =>
      element(
        "li",
        {},
        element("span", {}, article.name),
        element(
          "span",
          { class: "amount" },
          element("button", { type: "button", class: "small", "aria-label": `One ${article.name} less`, click: act(() => put(article, -1)) }, "−"),
          element("span", {}, `${quantity}`),
          element("button", { type: "button", class: "small", "aria-label": `One ${article.name} more`, click: act(() => put(article, 1)) }, "+"),
        ),
      ),
    ),
  );
  if (!basket.size) return;
  const express = $("express").checked;
  // Two questions, one POST.
  const [total, arrives] = await Promise.all([
    shop.quote.with({ items: items(), express }),
    shop.delivery(new Date(), express),
  ]);
  $("total").textContent = total;
  $("arrives").textContent = day(arrives);
};

$("express").addEventListener("change", act(showBasket));

$("order").addEventListener(
  "submit",
  act(async () => {
    const order = await shop.create_order.with({ items: items(), express: $("express").checked });
    basket.clear();
    await showBasket();
    say(`Thank you. Order ${order.number} over ${order.total} arrives on ${day(order.delivery)}.`, "good");
    await Promise.all([refresh(), showOrders()]);
  }),
);

// ── who is there ──

const showOrders = async () => {
  const orders = await shop.orders();
  const rows = orders.slice(0, 4).map((order) =>
    element(
      "li",
      {},
      element("span", {}, `Order ${order.number}`, element("span", { class: "quiet" }, `${order.status}, ${day(order.delivery)}`)),
      element("b", {}, `${order.total}`),
    ),
  );
  $("orders").replaceChildren(...(rows.length ? rows : [element("li", { class: "quiet" }, "No orders yet.")]));
};

const showSession = async (session) => {
  staff = session.staff;
  $("account-title").textContent = session.customer ? `Signed in as ${session.customer}` : "Sign in";
  $("login").hidden = Boolean(session.customer);
  $("customer").hidden = !session.customer;
  showShelf();
  if (session.customer) await showOrders();
};

$("login").addEventListener(
  "submit",
  act(async () => {
    await showSession(await shop.login($("username").value, $("password").value));
    say("");
  }),
);

$("logout").addEventListener("click", act(async () => showSession(await shop.logout())));

// ── values, with the type they have in JavaScript ──

const LONGEST = 120;

/** An element that shows a value, after the name it goes by. */
const show = (value, name = "") => {
  if (value === null) return typed("null", "null", "", name);
  if (value instanceof Date) return typed(value.toISOString(), "Date", "rich", name);
  if (value instanceof Money) return typed(`${value}`, "Money", "rich", name);
  if (value instanceof RpcError) {
    const made = typed(value.message, `RpcError ${value.code}`, "error", name);
    if (value.data) made.append(members(value.data, "data", "Object"));
    return made;
  }
  if (value instanceof Error) return typed(value.message, value.name, "error", name);
  if (typeof value === "string") {
    return typed(JSON.stringify(value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value), "string", "", name);
  }
  if (typeof value !== "object") return typed(`${value}`, typeof value, "", name);
  if (Array.isArray(value)) return members(value, name, `Array of ${value.length}`);
  return members(value, name, isPlain(value) ? "Object" : value.constructor.name);
};

const label = (name) => (name === "" ? "" : element("span", { class: "name" }, `${name}: `));

const typed = (text, type, kind, name) =>
  element("span", { class: "value" }, label(name), text, element("span", { class: `type ${kind}` }, type));

const isPlain = (value) => [Object.prototype, null].includes(Object.getPrototypeOf(value));

const members = (value, name, title) =>
  element(
    "details",
    { class: "value" },
    element("summary", {}, label(name), title),
    element("ul", {}, ...Object.entries(value).map(([key, each]) => element("li", {}, show(each, key)))),
  );

/** A value as one would write it in a call. */
const written = (value) => {
  if (value instanceof Date) return `new Date("${value.toISOString()}")`;
  if (value instanceof Money) return `new Money(${value.cents}, "${value.currency}")`;
  if (Array.isArray(value)) return `[${value.map(written).join(", ")}]`;
  if (value && typeof value === "object") {
    return `{${Object.entries(value).map(([name, each]) => `${name}: ${written(each)}`).join(", ")}}`;
  }
  return JSON.stringify(value);
};

// ── experiments: what is shown is what is run ──

const experiments = [
  {
    title: "Three calls in one tick",
    code: `await Promise.all([
  rpc.shop.stock("A1"),
  rpc.shop.stock("B1"),
  rpc.shop.search("cup"),
])`,
    run: () => Promise.all([rpc.shop.stock("A1"), rpc.shop.stock("B1"), rpc.shop.search("cup")]),
  },
  {
    title: "A call that fails",
    code: `await rpc.shop.average_rating("A1")
// ratings are []: ZeroDivisionError`,
    run: () => rpc.shop.average_rating("A1"),
  },
  {
    title: "A Date there and back",
    code: `await rpc.shop.delivery(new Date())
// def delivery(request, ordered: datetime)`,
    run: () => rpc.shop.delivery(new Date()),
  },
  {
    title: "A custom class there and back",
    code: `await rpc.shop.discount(new Money(1890, "EUR"), 20)
// def discount(request, price: Money, percent: int)`,
    run: () => rpc.shop.discount(new Money(1890, "EUR"), 20),
  },
  {
    title: "A call through the adjax 1.2 API",
    code: `ADJAX.apps.shop.stock("A1", function (stock) {
  show(stock);
})`,
    run: () => new Promise((resolve, reject) => ADJAX.apps.shop.stock("A1", resolve).catch(reject)),
  },
  {
    title: "Wrong params, all of them told",
    code: `await rpc.shop.quote.with({
  items: [{sku: "A1", quantity: 0}, {sku: 7}],
})`,
    run: () => rpc.shop.quote.with({ items: [{ sku: "A1", quantity: 0 }, { sku: 7 }] }),
  },
];

$("experiments").append(
  ...experiments.map(({ title, code, run }) => {
    const output = element("output", { "aria-label": `Result of: ${title}` });
    const start = async () => {
      const value = await run().catch((error) => error);
      const shown = show(value);
      for (const part of [shown, ...shown.querySelectorAll("details")]) part.open = !part.matches("li li *");
      output.replaceChildren(shown);
    };
    return element(
      "li",
      { class: "experiment" },
      element("header", {}, element("h3", {}, title), element("button", { "aria-label": `Run: ${title}`, click: start }, "Run")),
      element("pre", {}, element("code", {}, code)),
      output,
    );
  }),
);

// ── the wire: what fetch is given for the endpoint, and what it gives ──

const KEPT = 30;
const tally = { calls: 0, posts: 0 };
const send = window.fetch;

window.fetch = async (resource, init) => {
  const isCall = new URL(resource, location.href).pathname === new URL(url, location.href).pathname;
  if (!isCall) return send(resource, init);
  const panel = exchange(init);
  const begun = performance.now();
  try {
    const response = await send(resource, init);
    panel.answered(response.status, await response.clone().text(), performance.now() - begun);
    return response;
  } catch (error) {
    panel.lost(error);
    throw error;
  }
};

const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;
const bytes = (text) => `${new Blob([text]).size.toLocaleString("en")} B`;

const exchange = ({ body, headers: given }) => {
  const headers = new Headers(given);
  const isOld = headers.get("X-Page-Api") === "ADJAX";
  const { serializer } = isOld ? ADJAX : { serializer: rpc.types };
  const read = (tree) => serializer.reader(body)(structuredClone(tree));
  const document = JSON.parse(body);
  const requests = [document].flat();
  for (const request of requests) if (request.method === "shop.login") request.params[1] = "…"; // not for onlookers
  tally.calls += requests.length;
  tally.posts += 1;
  $("tally-calls").textContent = tally.calls;
  $("tally-posts").textContent = tally.posts;

  const status = element("span", { class: "status" }, "…");
  const size = element("span", { class: "end" }, `${bytes(body)} sent`);
  const results = new Map();
  const rows = requests.map(({ method, params, id }) => {
    const args = read(params ?? []);
    const text = Array.isArray(args) ? args.map((each) => written(each)) : [written(args)];
    const result = element("span", {}, id === undefined ? "not answered" : "…");
    results.set(id, result);
    return element("li", {}, element("span", { class: "signature" }, `${method}(${text.join(", ")})`), result);
  });
  const together = requests.length > 1;
  const received = element("div", {}, element("h4", {}, "Response"));
  const token = headers.get(csrfHeader);
  const sent = element(
    "div",
    {},
    element("h4", {}, "Request"),
    element("p", { class: "headers" }, token ? `${csrfHeader}: ${token.slice(0, 6)}…${token.slice(-4)}` : "no CSRF token"),
    json(document),
  );
  const panel = element(
    "li",
    { class: `exchange ${together ? "several" : ""}`, "data-calls": requests.length },
    element(
      "header",
      {},
      element("b", {}, `POST ${tally.posts}`),
      element("span", { class: `chip ${together ? "together" : ""}` }, plural(requests.length, "call")),
      isOld ? element("span", { class: "chip" }, "adjax 1.2 API") : "",
      status,
      size,
    ),
    element("ul", { class: "calls" }, ...rows),
    element("details", { class: "raw" }, element("summary", {}, "JSON there and back"), element("div", { class: "pair" }, sent, received)),
  );
  $("exchanges").prepend(panel);
  while ($("exchanges").children.length > KEPT) $("exchanges").lastChild.remove();

  const finish = (text, isBad) => {
    status.textContent = text;
    status.classList.toggle("bad", isBad);
  };
  return {
    answered(code, text, took) {
      finish(`HTTP ${code}`, code >= 400);
      size.textContent = `${bytes(body)} sent, ${bytes(text)} received, ${Math.round(took)} ms`;
      const answer = text ? JSON.parse(text) : [];
      received.append(text ? json(answer) : element("p", { class: "headers" }, "no body"));
      for (const response of [answer].flat()) {
        const { error, result } = response;
        const value = error ? new RpcError(error.message, error) : serializer.reader(text)(structuredClone(result));
        const places = results.has(response.id) ? [results.get(response.id)] : results.values();
        for (const place of places) place.replaceChildren(show(value));
      }
    },
    lost(error) {
      finish(`${error.message}`, true);
    },
  };
};

const LINE = 52;

/** JSON as text, laid out: what fits stays on one line. */
const layOut = (value, indent = "") => {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const isArray = Array.isArray(value);
  const [open, close] = isArray ? "[]" : "{}";
  const write = (inner) =>
    Object.entries(value).map(([name, each]) => (isArray ? "" : `${JSON.stringify(name)}: `) + layOut(each, inner));
  if (JSON.stringify(value).length < LINE) return `${open}${write(indent).join(", ")}${close}`;
  return `${open}\n${write(`${indent}  `).map((part) => `${indent}  ${part}`).join(",\n")}\n${indent}${close}`;
};

/** The same with colours. */
const json = (value) => {
  const code = element("pre", { class: "json" });
  const token = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d[\d.eE+-]*|true|false|null)/g;
  const laidOut = layOut(value);
  let end = 0;
  for (const found of laidOut.matchAll(token)) {
    code.append(laidOut.slice(end, found.index));
    const kind = found[3] ? "number" : !found[2] ? "string" : found[1] === '"__type__"' ? "tag" : "key";
    code.append(element("span", { class: kind }, found[1] ?? found[3]), found[2] ?? "");
    end = found.index + found[0].length;
  }
  code.append(laidOut.slice(end));
  return code;
};

// ── begin: two questions, one POST ──

const [first, session] = await Promise.all([shop.products(), shop.me()]);
articles = first;
await showSession(session);
document.body.dataset.ready = "";
