/** Collects the calls of one tick, so that they are sent together. */

import type { CallOptions } from "./options.js";

/** Receives the outcome of an entry: an error, or else a result. */
export type Waiter = (error: unknown, result?: unknown) => void;

/** A Request or a Notification on its way to the server. */
export interface Entry {
  readonly method: string;
  /** The Request as JSON text. */
  readonly text: string;
  /** Undefined for a Notification. */
  readonly id: number | undefined;
  /** One for each call that waits for the outcome. Identical reads share an entry. */
  readonly waiters: Set<Waiter>;
  /** The queue of the entry, also when the entry is sent again. */
  readonly queue: Queue;
  /** Returns the milliseconds until the entry is sent again; undefined ends it. */
  retryDelay(error: unknown): number | undefined;
  /** Whether the entry was queued again for a new CSRF token. */
  hasNewToken?: boolean;
  /** Aborts the HTTP request, unless a call still waits for another entry of it. */
  abort?(): unknown;
}

/** Entries that are sent together, and the options they share. */
export interface Queue {
  readonly options: CallOptions;
  /** Queues an entry and returns it, or returns the entry that is queued under the same key. */
  add(entry: Entry, key?: unknown): Entry;
}

/** Returns a queue that calls `send` at the end of the tick, or `wait` milliseconds after its first entry. */
export const createQueue = (
  options: CallOptions,
  wait: number | undefined,
  send: (entries: Entry[]) => void,
): Queue => {
  const entries = new Map<unknown, Entry>();

  const flush = (): void => {
    globalThis.removeEventListener?.("pagehide", flush);
    const queued = [...entries.values()];
    // First, since a function that `send` calls may queue another entry.
    entries.clear();
    send(queued);
  };

  const add = (entry: Entry, key: unknown = entry): Entry => {
    if (!entries.size) {
      if (wait) {
        setTimeout(flush, wait);
        globalThis.addEventListener?.("pagehide", flush);
      } else queueMicrotask(flush);
    }
    if (!entries.has(key)) entries.set(key, entry);
    return entries.get(key)!;
  };

  return { options, add };
};
