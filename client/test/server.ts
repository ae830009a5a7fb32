/** A transport that stands in for the server: it records requests and answers with functions. */

import type { Transport } from "../src/core.js";

export interface Sent {
  url: string;
  init: RequestInit & { body: string; headers: Headers };
  /** The parsed body. */
  body: any;
  methods: string[];
}

export type Methods = Record<string, (...params: any[]) => unknown>;

/** What a method returns to be answered with an error object. */
export class Fault {
  constructor(
    readonly code: number,
    readonly message = "fault",
    readonly data?: unknown,
  ) {}
}

export const reply = (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(status === 204 ? null : typeof body === "string" ? body : JSON.stringify(body), { status, headers });

/** `methods` answers calls; a function answers whole requests. */
export const server = (answer: Methods | ((sent: Sent) => unknown)) => {
  const requests: Sent[] = [];
  const transport: Transport = async (url, init) => {
    const body = JSON.parse(init.body as string);
    const entries = [body].flat();
    const sent: Sent = { url, init: init as Sent["init"], body, methods: entries.map((entry) => entry.method) };
    requests.push(sent);
    if (typeof answer === "function") {
      const made = await answer(sent);
      return made instanceof Response ? made : reply(made);
    }
    const responses = [];
    for (const { method, params = [], id } of entries) {
      const result = await answer[method]?.(...(Array.isArray(params) ? params : [params]));
      if (id === undefined) continue;
      responses.push(
        result instanceof Fault
          ? { jsonrpc: "2.0", id, error: { code: result.code, message: result.message, data: result.data } }
          : { jsonrpc: "2.0", id, result: result ?? null },
      );
    }
    if (!responses.length) return reply("", 204);
    return reply(Array.isArray(body) ? responses : responses[0]);
  };
  return { transport, requests };
};

export const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
