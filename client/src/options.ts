/** What a client and a call can be told; types only. */

import type { CsrfOptions } from "./csrf.js";
import type { Codec } from "./protocol.js";
import type { Retry } from "./retry.js";
import type { Transport, TransportResponse } from "./transport.js";

/** The last argument of a call. */
export interface CallOptions {
  /** Ends this call only; its batch goes on while anybody waits for it. */
  signal?: AbortSignal | undefined;
  /** Milliseconds, retries included. */
  timeout?: number | undefined;
  /** `false`: a request of its own, so that a slow call does not hold back others. */
  batch?: boolean | undefined;
  /** Sent as `Idempotency-Key`, in a request of its own; permits retries. */
  idempotencyKey?: string | undefined;
  /** Further headers, in a request of its own. */
  headers?: HeadersInit | undefined;
}

/** What `rpc.batch` can be told: it holds for each of its calls. */
export type BatchOptions = Pick<CallOptions, "signal" | "timeout" | "headers">;

export interface MethodTraits {
  /** Identical calls in one tick are asked once; implies `idempotent`. */
  readonly?: boolean;
  /** May be sent again when no answer came. */
  idempotent?: boolean;
}

/** One POST, as the hooks see it. */
export interface RequestContext {
  readonly url: string;
  /** May be changed by `onRequest`. */
  readonly headers: Headers;
  readonly body: string;
  /** The methods it calls, in order. */
  readonly methods: readonly string[];
}

export interface ClientOptions {
  /**
   * `false` sends each call at once. `maxSize` (100) calls and `maxBytes` (2,500,000) bound
   * a request; `wait` milliseconds collect calls instead of one tick.
   */
  batch?: false | { maxSize?: number | undefined; maxBytes?: number | undefined; wait?: number | undefined };
  /** Milliseconds for each call; none by default. */
  timeout?: number;
  /** Headers for every request. */
  headers?: HeadersInit;
  /** As for `fetch`: `"same-origin"` by default. */
  credentials?: RequestCredentials;
  /** Django's CSRF token, a function that finds it, where to look for it, or `false`. */
  csrf?: CsrfOptions | CsrfOptions["token"];
  /** By full name: `{"shop.stock": {readonly: true}}`. */
  methods?: Record<string, MethodTraits>;
  /** When a call that is idempotent or keyed may be sent again: see `backoff`. */
  retry?: Retry;
  /** Instead of `fetch`. */
  transport?: Transport;
  /** Reads and writes the values. */
  types?: Codec;
  /** Before each POST; an error it throws ends the calls. */
  onRequest?(context: RequestContext): void | Promise<void>;
  /** After each answer, whatever it says. */
  onResponse?(context: RequestContext, response: TransportResponse): void | Promise<void>;
  /** For each call or notification that failed for good. */
  onError?(error: Error, method: string): void;
}
