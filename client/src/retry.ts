/** Decides whether and when a call that may be repeated is sent again. */

import { TransportError } from "./errors.js";

export interface RetryOptions {
  /** Further attempts: 2 unless told. */
  limit?: number;
  /** Milliseconds before the first: 300 to 600; doubled for each next. */
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
    // No status, no answer; from 502 on a gateway speaks, not the application.
    const lost = error instanceof TransportError && (!(error.status! < 502) || error.status === 429);
    // -32006 and -32007 say when to come again, and so may an application.
    if (attempt >= limit || !(lost || error.data?.retryAfter)) return undefined;
    const told = error.response?.headers.get("Retry-After") ?? error.data?.retryAfter;
    // The header holds seconds or a date; data may hold anything.
    const asked = typeof told === "object" ? NaN : told >= 0 ? told * 1000 : Date.parse(told) - Date.now();
    return Math.min(asked >= 0 ? asked : delay * 2 ** attempt * (1 + Math.random()), maxDelay);
  };
