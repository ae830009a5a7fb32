/** The options of a client, a batch, a call and a method. This module has types only. */

import type { CsrfOptions } from "./csrf.js";
import type { Codec } from "./protocol.js";
import type { Retry } from "./retry.js";
import type { Transport, TransportResponse } from "./transport.js";

/** The options of one call: the last argument of `call` and `with`. */
export interface CallOptions {
  /** Ends this call only. The HTTP request is aborted when no call waits for it any more. */
  signal?: AbortSignal | undefined;
  /** Milliseconds until the call ends, with its retries. */
  timeout?: number | undefined;
  /** `false` sends the call in a request of its own: a slow call does not delay the others. */
  batch?: boolean | undefined;
  /** The header `Idempotency-Key`. The call has a request of its own, and may be retried. */
  idempotencyKey?: string | undefined;
  /** Further headers. The call has a request of its own. */
  headers?: HeadersInit | undefined;
}

/** The options of `rpc.batch`, for each of its calls. */
export type BatchOptions = Pick<CallOptions, "signal" | "timeout" | "headers">;

export interface MethodTraits {
  /** The method changes nothing: identical calls of one tick share a Request. Implies `idempotent`. */
  readonly?: boolean;
  /** The method may run twice: a call that failed on its way is sent again. */
  idempotent?: boolean;
}

/** An HTTP request, as hooks receive it. */
export interface RequestContext {
  readonly url: string;
  /** `onRequest` may change the headers. */
  readonly headers: Headers;
  readonly body: string;
  /** The method of each call, in order. */
  readonly methods: readonly string[];
}

export interface ClientOptions {
  /**
   * The limits of a request: `maxSize` calls (100) and `maxBytes` bytes (2,500,000). With `wait`, calls
   * are collected for that many milliseconds instead of one tick.
   * `false` sends each call in a request of its own.
   */
  batch?: false | { maxSize?: number | undefined; maxBytes?: number | undefined; wait?: number | undefined };
  /** Milliseconds until a call ends. By default a call has no timeout. */
  timeout?: number;
  /** Headers of every request. */
  headers?: HeadersInit;
  /** The option of `fetch`: `"same-origin"` by default. */
  credentials?: RequestCredentials;
  /** Django's CSRF token, a function that finds it, the names to search for, or `false` for none. */
  csrf?: CsrfOptions | CsrfOptions["token"];
  /** The traits of methods by full name: `{"shop.stock": {readonly: true}}`. */
  methods?: Record<string, MethodTraits>;
  /** Decides when an idempotent call, or a call with an idempotency key, is sent again: see `backoff`. */
  retry?: Retry;
  /** Replaces `fetch`. */
  transport?: Transport;
  /** Reads and writes values. */
  types?: Codec;
  /** Called before each HTTP request. An error that the hook throws ends the calls. */
  onRequest?(context: RequestContext): void | Promise<void>;
  /** Called after each HTTP response that is JSON or empty. An error that the hook throws ends the calls. */
  onResponse?(context: RequestContext, response: TransportResponse): void | Promise<void>;
  /** Called for each call or Notification that failed and is not sent again. */
  onError?(error: Error, method: string): void;
}
