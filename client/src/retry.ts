/** Decides whether and when a call that may be repeated is sent again. */

import { TransportError } from "./errors.js";

export interface RetryOptions {
  /** Further attempts: 2 unless told. */
  limit?: number;
  /** Milliseconds before the first, doubled for each next: 300. */
  delay?: number;
  /** The longest wait, `Retry-After` included: 30,000. */
  maxDelay?: number;
}

/** Milliseconds to wait before the next attempt; undefined ends the call. */
export type Retry = (error: any, attempt: number) => number | undefined;

/** Waits longer each time, or as long as the server asks. */
export const backoff =
  ({ limit = 2, delay = 300, maxDelay = 30_000 }: RetryOptions = {}): Retry =>
  (error, attempt) => {
    const lost = error instanceof TransportError && [undefined, 429, 502, 503, 504].includes(error.status);
    if (attempt >= limit || !(lost || error.code === -32006)) return undefined;
    const header = error.response?.headers.get("Retry-After") ?? error.data?.retryAfter;
    // The header holds seconds or a date.
    const asked = header >= 0 ? header * 1000 : Date.parse(header) - Date.now();
    const wait = asked >= 0 ? asked : delay * 2 ** attempt * (0.5 + Math.random() / 2);
    return Math.min(wait, maxDelay);
  };
