/** Ends an entry after its request: the entry is sent again, or its waiters receive the outcome. */

import type { Reply } from "./post.js";
import type { Entry } from "./queue.js";

export const settle = async (entry: Entry, reply: Reply): Promise<void> => {
  const { queue, waiters } = entry;
  let { error, result } = reply.outcomeOf(entry.id);

  try {
    if (error) {
      // The server checks the token before it runs a call: the call has not run.
      if (error.code === -32003 && !entry.hasNewToken && (entry.hasNewToken = await reply.hasNewToken())) {
        return void queue.add(entry);
      }
      const delay = entry.retryDelay(error);
      if (delay! >= 0) return void setTimeout(queue.add, delay, entry);
    }
  } catch (thrown) {
    error = thrown || error;
  }

  for (const waiter of waiters) {
    try {
      // A caller may change its value: callers of one entry need copies.
      waiter(error, error ? undefined : reply.read!(waiters.size > 1 ? structuredClone(result) : result));
    } catch (thrown) {
      waiter(thrown);
    }
  }
};
