/** Sends one batch in one HTTP request and reads the Responses. */

import { type CsrfOptions, findToken, isForeign, rememberToken } from "./csrf.js";
import { byteLength } from "./limits.js";
import type { ClientOptions, RequestContext } from "./options.js";
import { type Codec, type Outcome, readResponses } from "./protocol.js";
import type { Entry } from "./queue.js";
import { fetchJson } from "./transport.js";

/** What a request ended with: Responses, or the error that took their place. */
export interface Reply {
  /** The outcome of the Request with this id; without an id, of a Notification. */
  outcomeOf(id?: number): Outcome;
  /** Turns a result into the value for one call. Present where a result is. */
  read?(result: unknown): unknown;
  /** Whether the page now has another CSRF token than the request. */
  hasNewToken(): Promise<boolean>;
}

/** Returns a reply for every batch: an error of the request is the outcome of each entry. */
export const post = async (batch: Entry[], url: string, options: ClientOptions & { types: Codec }): Promise<Reply> => {
  const csrf: CsrfOptions = typeof options.csrf === "object" ? options.csrf : { token: options.csrf };
  const controller = new AbortController();
  for (const entry of batch) {
    entry.abort = () => batch.some((other) => other.waiters.size) || controller.abort();
  }

  let token: unknown;
  let comparison: Promise<boolean> | undefined;
  // A function that finds the token may be slow: all entries share one comparison.
  const hasNewToken = () => (comparison ??= findToken(url, csrf).then((current) => current !== token, () => false));

  try {
    token = await findToken(url, csrf);
    const { headerName = "X-CSRFToken" } = csrf;
    const { idempotencyKey, headers: batchHeaders } = batch[0]!.queue.options;
    const headers = new Headers(options.headers);
    const set = (value: any, name: string) => value && headers.set(name, value);
    set("application/json", "Content-Type");
    set(options.types.accept, "Accept");
    set(token, headerName);
    set(idempotencyKey, "Idempotency-Key");
    new Headers(batchHeaders).forEach(set);

    const texts = batch.map((entry) => entry.text);
    const body = batch[1] ? `[${texts}]` : texts[0]!;
    const context: RequestContext = { url, headers, body, methods: batch.map((entry) => entry.method) };
    await options.onRequest?.(context);
    const [response, text, document] = await fetchJson(options.transport ?? fetch, url, {
      method: "POST",
      headers,
      body,
      credentials: options.credentials,
      // A redirect would carry the body and the token to a URL that the page does not name.
      redirect: "manual",
      // A Notification must outlive its page. Browsers refuse to keep more than 64 KiB alive.
      keepalive: batch.some((entry) => !entry.id) && byteLength(body) < 60_000,
      signal: controller.signal,
    } as RequestInit);
    if (token !== false && !isForeign(url)) rememberToken(response.headers.get(headerName));
    await options.onResponse?.(context, response);
    return { outcomeOf: readResponses(document), read: options.types.reader(text), hasNewToken };
  } catch (error) {
    // A hook may throw `undefined`: then each call has no Response.
    return { outcomeOf: error ? () => ({ error }) : readResponses([]), hasNewToken };
  }
};
