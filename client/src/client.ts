/** Makes calls and Notifications. A call ends with its Response, its abort or its timeout. */

import { AbortError, errorOfCall, TimeoutError } from "./errors.js";
import { announcedMaxSize, splitIntoBatches } from "./limits.js";
import type { CallOptions, ClientOptions, MethodTraits } from "./options.js";
import { post } from "./post.js";
import { type Codec, writeRequest } from "./protocol.js";
import { createQueue, type Entry, type Waiter } from "./queue.js";
import { settle } from "./settle.js";

export type Params = readonly unknown[] | object;

/** Returns a function that opens a queue: calls and Notifications that share requests and options. */
export const createCaller = (url: string, options: ClientOptions & { types: Codec }) => {
  const { batch } = options;
  let { wait, maxBytes = 2_500_000, maxSize = 100 } = batch || {};
  let lastId = 0;

  const send = (entries: Entry[]): void => {
    splitIntoBatches(entries, maxSize, maxBytes).forEach(sendBatch);
  };

  const sendBatch = async (entries: Entry[]): Promise<void> => {
    const reply = await post(entries, url, options);
    const announced = announcedMaxSize(reply.outcomeOf());
    // A batch of one can't be divided, whatever the server announces.
    if (entries.length > 1 && entries.length > announced) {
      maxSize = announced;
      send(entries);
    } else entries.forEach((entry) => settle(entry, reply));
  };

  /** Calls `onError` in a microtask: an error that the hook throws is uncaught, and the call still ends. */
  const report = (error: any, method: string): void => {
    if (error) queueMicrotask(() => options.onError?.(error, method));
  };

  return (queueOptions: CallOptions) => {
    const sharedQueue = createQueue(queueOptions, wait, send);

    /** Queues a Request, or a Notification without an id; identical reads share the entry. */
    const enqueue = (method: string, params: Params | undefined, callOptions: CallOptions, waiter: Waiter, id?: number) => {
      const { headers, idempotencyKey } = callOptions;
      const { readonly, idempotent }: MethodTraits = options.methods?.[method] ?? {};
      const paramsText = params && options.types.encode(params);
      const isAlone = (callOptions.batch ?? batch) === false || headers || idempotencyKey;
      const queue = isAlone ? createQueue({ ...queueOptions, ...callOptions }, wait, send) : sharedQueue;
      let retries = 0;
      const entry = queue.add(
        {
          method,
          text: writeRequest(method, paramsText, id),
          id,
          waiters: new Set(),
          queue,
          retryDelay: (error) =>
            readonly || idempotent || idempotencyKey ? options.retry?.(error, retries++) : undefined,
        },
        readonly && id ? method + paramsText : undefined,
      );
      entry.waiters.add(waiter);
      return entry;
    };

    const notify = (method: string, params?: Params, callOptions: CallOptions = {}): void => {
      enqueue(method, params, callOptions, (error) => report(error, method));
    };

    /** The stack of an error begins with the caller of `entryPoint`, the function that the user called. */
    const call = (
      method: string,
      params?: Params,
      callOptions: CallOptions = {},
      entryPoint?: Function,
    ): Promise<any> => {
      const callSite = new Error();
      (Error as { captureStackTrace?(error: Error, below: Function): void }).captureStackTrace?.(callSite, entryPoint ?? call);

      return new Promise((resolve, reject) => {
        const { signal, timeout = options.timeout } = { ...queueOptions, ...callOptions };
        let entry: Entry | undefined;
        let timer: ReturnType<typeof setTimeout> | undefined;

        const end: Waiter = (error, result) => {
          clearTimeout(timer);
          signal?.removeEventListener("abort", abort);
          entry?.waiters.delete(end);
          if (!error) return resolve(result);
          error = errorOfCall(error, method, callSite);
          reject(error);
          report(error, method);
          // The HTTP request goes on while another call waits for it.
          entry?.abort?.();
        };
        const abort = (): void => end(new AbortError(`${method} was aborted`, { cause: signal!.reason }));
        const expire = (): void => end(new TimeoutError(`${method} took longer than ${timeout} ms`));

        if (signal?.aborted) return abort();
        try {
          entry = enqueue(method, params, callOptions, end, ++lastId);
        } catch (error) {
          return end(error);
        }
        signal?.addEventListener("abort", abort);
        // A timer of 2 ** 31 milliseconds or more fires at once.
        if (timeout! < 2 ** 31) timer = setTimeout(expire, timeout);
      });
    };

    return { call, notify };
  };
};
