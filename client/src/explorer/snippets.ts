/** A call as a snippet: for curl, JavaScript, TypeScript and Python. */

import { isObject, type Json, tagOf } from "./json.js";

export interface Snippet {
  readonly url: string;
  readonly method: string;
  /** The params as JSON text, and parsed. */
  readonly text: string;
  readonly params: Json;
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

const body = ({ method, text }: Snippet): string =>
  `{"jsonrpc":"2.0","method":${JSON.stringify(method)},"params":${text},"id":1}`;

/** Returns JSON text on one line. Digits stay as they are. */
export const compact = (text: string): string =>
  text.replace(/"(?:[^"\\]|\\.)*"|\s+/g, (found) => (found.startsWith('"') ? found : ""));

/** Returns a JavaScript expression for a wire form: tags become values. */
export const expression = (value: Json, indent = ""): string => {
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const items = value.map((each) => expression(each, inner));
    const line = `[${items.join(", ")}]`;
    return line.length < 80 ? line : `[\n${items.map((each) => inner + each).join(",\n")},\n${indent}]`;
  }
  if (!isObject(value)) return JSON.stringify(value);
  const tag = tagOf(value);
  const text = JSON.stringify(value.value ?? null);
  if (tag === "datetime") return `new Date(${text})`;
  if (tag === "set") return `new Set(${expression(value.value ?? [], indent)})`;
  if (tag === "map") return `new Map(${expression(value.value ?? [], indent)})`;
  if (tag === "object") return `Object.fromEntries(${expression(value.value ?? [], indent)})`;
  if (tag === "bigint" && typeof value.value === "string") return `${value.value}n`;
  if (tag === "bytes") return `Uint8Array.from(atob(${text}), (each) => each.charCodeAt(0))`;
  if (tag === "float") return String(value.value);
  if (tag && typeof value.value === "string") return text;
  const members = Object.entries(value).map(([name, each]) =>
    `${/^[a-z_$][\w$]*$/i.test(name) ? name : JSON.stringify(name)}: ${expression(each, inner)}`);
  const line = `{ ${members.join(", ")} }`;
  if (!members.length) return "{}";
  return line.length < 80 ? line : `{\n${members.map((each) => inner + each).join(",\n")},\n${indent}}`;
};

const call = ({ method, params }: Snippet): string => {
  const path = method.split(".").map((name) => (/^[a-z_$][\w$]*$/i.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`)).join("");
  if (Array.isArray(params)) return `rpc${path}(${params.map((each) => expression(each)).join(", ")})`;
  if (isObject(params) && !Object.keys(params).length) return `rpc${path}()`;
  return `rpc${path}.with(${expression(params)})`;
};

const python = (value: Json, indent = ""): string => {
  const inner = `${indent}    `;
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value !== "object") return JSON.stringify(value);
  const parts = Array.isArray(value)
    ? value.map((each) => python(each, inner))
    : Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}: ${python(each, inner)}`);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  const line = `${open}${parts.join(", ")}${close}`;
  return line.length < 80 ? line : `${open}\n${parts.map((each) => inner + each).join(",\n")},\n${indent}${close}`;
};

/** The languages, and how each writes a call. */
export const LANGUAGES: Record<string, (snippet: Snippet) => string> = {
  curl: (snippet) => `curl -H 'Content-Type: application/json' \\\n  -d ${quoted(compact(body(snippet)))} \\\n  ${quoted(snippet.url)}`,
  JavaScript: (snippet) =>
    `import { createClient } from "adjax-jsonrpc";\n\nconst rpc = createClient(${JSON.stringify(snippet.url)});\nconst result = await ${call(snippet)};`,
  TypeScript: (snippet) =>
    `import { createClient } from "adjax-jsonrpc";\nimport type { Api } from "./api";\n\nconst rpc = createClient<Api>(${JSON.stringify(snippet.url)});\nconst result = await ${call(snippet)};`,
  Python: ({ url, method, params }) =>
    `import json\nfrom urllib.request import Request, urlopen\n\nbody = ${python({ jsonrpc: "2.0", method, params, id: 1 })}\n` +
    `request = Request(\n    ${JSON.stringify(url)},\n    json.dumps(body).encode(),\n    {"Content-Type": "application/json"},\n)\n` +
    `with urlopen(request) as response:\n    print(json.load(response))`,
};
