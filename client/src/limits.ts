/** Divides entries into batches that keep to the limits of one request. */

import type { Outcome } from "./protocol.js";
import type { Entry } from "./queue.js";

export const byteLength = (text: string): number => new TextEncoder().encode(text).length;

/** Returns batches of at most `maxSize` entries and `maxBytes` bytes, without entries that no call waits for. */
export const splitIntoBatches = (entries: Entry[], maxSize: number, maxBytes: number): Entry[][] => {
  const batches: Entry[][] = [];
  let batch: Entry[] | undefined;
  let size = 0;
  for (const entry of entries) {
    if (!entry.waiters.size) continue;
    // The comma or bracket that follows is one byte.
    const length = byteLength(entry.text) + 1;
    size += length;
    if (!batch || batch.length >= maxSize || size > maxBytes) {
      batches.push((batch = []));
      size = length;
    }
    batch.push(entry);
  }
  return batches;
};

/** Returns the batch size that the server announced when it refused a batch; Infinity for any other outcome. */
export const announcedMaxSize = ({ error }: Outcome): number => {
  const { limit, maximum } = (error?.code === -32005 && error.data) || {};
  return limit === "batch_size" && Number.isInteger(maximum) ? maximum : Infinity;
};
