/** Decides whether and when a call is sent again. The client asks only for calls that may run twice. */

import { TransportError } from "./errors.js";

export interface RetryOptions {
  /** Further attempts: 2 by default. */
  limit?: number;
  /**
   * Milliseconds before the first further attempt: 300 by default. The delay doubles with each attempt. A
   * random time of at most the same length is added.
   */
  delay?: number;
  /** The longest delay in milliseconds, also where the server asks for more: 30,000 by default. */
  maxDelay?: number;
}

/** Returns the milliseconds until the next attempt; undefined ends the call. */
export type Retry = (error: any, attempt: number) => number | undefined;

/** Returns a Retry that doubles its delay, or waits as long as the server asks. */
export const backoff =
  ({ limit = 2, delay = 300, maxDelay = 30_000 }: RetryOptions = {}): Retry =>
  (error, attempt) => {
    // Without a status no HTTP response arrived. A status of 502 or above comes from a proxy.
    const isLost = error instanceof TransportError && (!(error.status! < 502) || error.status === 429);
    // -32006 and -32007 have `retryAfter`. Errors of an application may have it, too.
    if (attempt >= limit || !(isLost || error.data?.retryAfter)) return undefined;
    const retryAfter = error.response?.headers.get("Retry-After") ?? error.data?.retryAfter;
    // The header holds seconds or a date; `data` may hold any JSON value.
    const requested = typeof retryAfter === "object" ? NaN : retryAfter >= 0 ? retryAfter * 1000 : Date.parse(retryAfter) - Date.now();
    return Math.min(requested >= 0 ? requested : delay * 2 ** attempt * (1 + Math.random()), maxDelay);
  };
