/** Collects calls into batches, sends them, and settles each with its own answer. */

import { type CsrfOptions, csrfToken, isSameOrigin, renewToken } from "./csrf.js";
import { AbortError, adopt, TimeoutError } from "./errors.js";
import type { CallOptions, ClientOptions, MethodTraits, RequestContext } from "./options.js";
import { type Codec, type Id, type Outcome, outcomeOf, readResponses, writeRequest } from "./protocol.js";
import { send } from "./transport.js";

/** Somebody who waits for an answer; a Notification has one who only hears of trouble. */
type Waiter = (outcome: Outcome) => void;

/** One Request; it has several waiters when identical reads were made in one tick. */
interface Entry {
  readonly lane: Lane;
  readonly method: string;
  readonly text: string;
  /** Absent for a Notification. */
  readonly id: number | undefined;
  readonly waiters: Set<Waiter>;
  readonly repeatable: unknown;
  retries: number;
  refreshed?: boolean;
  /** Called when its last waiter may have gone. */
  abandon?(): void;
}

/** Calls that travel together, with the options they share; keys keep identical reads together. */
export interface Lane {
  readonly options: CallOptions;
  readonly entries: Map<unknown, Entry>;
}

export type Params = readonly unknown[] | object;

const bytes = (text: string): number => new TextEncoder().encode(text).length;

export const createCaller = (url: string, options: ClientOptions & { types: Codec }) => {
  const { batch, types } = options;
  let { wait, maxBytes = 2_500_000, maxSize = 100 } = batch || {};
  const csrf: CsrfOptions = typeof options.csrf === "object" ? options.csrf : { token: options.csrf };
  const { headerName = "X-CSRFToken" } = csrf;
  let lastId = 0;

  const readToken = async () => isSameOrigin(url) && csrfToken(csrf);

  const openLane = (laneOptions: CallOptions): Lane => ({ options: laneOptions, entries: new Map() });

  const enqueue = (entry: Entry, key: unknown = entry): void => {
    const { entries } = entry.lane;
    entries.set(key, entry);
    if (entries.size > 1) return;
    const wake = (): void => {
      globalThis.removeEventListener?.("pagehide", wake);
      flush([...entries.values()]);
      entries.clear();
    };
    if (wait) {
      setTimeout(wake, wait);
      globalThis.addEventListener?.("pagehide", wake);
    } else queueMicrotask(wake);
  };

  /** Sends the entries in as many requests as the limits ask for. */
  const flush = (entries: Entry[]): void => {
    let part: Entry[] = [];
    let size = 0;
    for (const entry of entries) {
      if (!entry.waiters.size) continue;
      const length = bytes(entry.text) + 1;
      if (part.length >= maxSize || size + length > maxBytes) {
        void post(part);
        part = [];
        size = 0;
      }
      part.push(entry);
      size += length;
    }
    void post(part);
  };

  const post = async (entries: Entry[]): Promise<void> => {
    if (!entries[0]) return;
    const texts = entries.map((entry) => entry.text);
    const body = entries[1] ? `[${texts}]` : texts[0]!;
    const controller = new AbortController();
    const { headers: laneHeaders, idempotencyKey } = entries[0].lane.options;
    for (const entry of entries) {
      entry.abandon = () => entries.some((other) => other.waiters.size) || controller.abort();
    }
    let token: unknown, whole: any, read: (tree: unknown) => unknown;
    let byId = new Map<Id, Outcome>();
    try {
      const headers = new Headers(options.headers);
      const set = (value: any, name: string) => value && headers.set(name, value);
      set("application/json", "Content-Type");
      set(types.accept, "Accept");
      set((token = await readToken()), headerName);
      set(idempotencyKey, "Idempotency-Key");
      new Headers(laneHeaders).forEach(set);
      const context: RequestContext = { url, headers, body, methods: entries.map((entry) => entry.method) };
      await options.onRequest?.(context);
      const [response, answer, document] = await send(options.transport ?? fetch, url, {
        method: "POST",
        headers,
        body,
        credentials: options.credentials,
        // For what is sent while the page goes away; browsers refuse more than 64 KiB of it.
        keepalive: entries.some((entry) => !entry.id) && bytes(body) < 60_000,
        signal: controller.signal,
      } as RequestInit);
      if (token !== false) renewToken(response.headers.get(headerName));
      await options.onResponse?.(context, response);
      byId = readResponses(document);
      if (!Array.isArray(document)) whole = byId.get(null)?.error;
      read = types.reader(answer);
    } catch (error) {
      byId.set(null, { error: (whole = error) });
    }

    const { limit, maximum } = (whole?.code === -32005 && whole.data) || {};
    if (entries[1] && limit === "batch_size" && Number.isInteger(maximum) && maximum < entries.length) {
      // Zero, too, sends each alone.
      maxSize = maximum;
      return flush(entries);
    }
    const outcomes = entries.map(({ id }) => (id ? outcomeOf(id, byId) : { error: whole }) as any);
    const rotated =
      outcomes.some(({ error }) => error?.code === -32003) && (await readToken().catch(() => token)) !== token;

    entries.forEach((entry, index) => {
      const { waiters } = entry;
      let { error, result } = outcomes[index];
      if (rotated && error?.code === -32003 && !entry.refreshed) {
        entry.refreshed = true;
        return enqueue(entry);
      }
      try {
        const pause = error && entry.repeatable && options.retry?.(error, entry.retries++);
        if (pause >= 0) return void setTimeout(enqueue, pause, entry);
      } catch (thrown) {
        error = thrown;
      }
      for (const waiter of waiters) {
        try {
          // Nobody may see what another caller does to a shared answer.
          waiter(error ? { error } : { result: read(waiters.size > 1 ? structuredClone(result) : result) });
        } catch (error) {
          waiter({ error });
        }
      }
    });
  };

  const start = (
    lane: Lane,
    method: string,
    params: Params | undefined,
    callOptions: CallOptions,
    waiter: Waiter,
    notify?: boolean,
  ): Entry => {
    const { headers, idempotencyKey } = callOptions;
    const text = params && types.encode(params);
    const { readonly, idempotent }: MethodTraits = options.methods?.[method] ?? {};
    const alone = (callOptions.batch ?? batch) === false || headers || idempotencyKey;
    const id = notify ? undefined : ++lastId;
    const key = readonly && !notify ? method + text : {};
    let entry = alone ? undefined : lane.entries.get(key);
    if (!entry) {
      entry = {
        lane: alone ? openLane({ ...lane.options, ...callOptions }) : lane,
        method,
        text: writeRequest(method, text, id),
        id,
        waiters: new Set(),
        repeatable: readonly || idempotent || idempotencyKey,
        retries: 0,
      };
      enqueue(entry, key);
    }
    entry.waiters.add(waiter);
    return entry;
  };

  const report = (error: any, method: string): void => {
    // Off the call's own path: a hook that throws shows up, and leaves no promise pending.
    if (error) queueMicrotask(() => options.onError?.(error, method));
  };

  return (laneOptions: CallOptions) => {
    const lane = openLane(laneOptions);

    const notify = (method: string, params?: Params, callOptions: CallOptions = {}): void => {
      start(lane, method, params, callOptions, ({ error }) => report(error, method), true);
    };

    /** `above` is the function the user called: the stack of an error begins with its caller. */
    const call = (method: string, params?: Params, callOptions: CallOptions = {}, above?: unknown): Promise<any> => {
      const origin = new Error();
      (Error as { captureStackTrace?(error: Error, above: unknown): void }).captureStackTrace?.(origin, above ?? call);
      return new Promise((resolve, reject) => {
        const { signal, timeout = options.timeout } = { ...laneOptions, ...callOptions };
        let entry: Entry | undefined;
        let timer: ReturnType<typeof setTimeout> | undefined;
        const waiter: Waiter = ({ error, result }) => {
          clearTimeout(timer);
          signal?.removeEventListener("abort", abort);
          entry?.waiters.delete(waiter);
          if (!error) return resolve(result);
          reject((error = adopt(error, method, origin)));
          report(error, method);
          entry?.abandon?.();
        };
        const abort = (): void => waiter({ error: new AbortError(`${method} was aborted`, { cause: signal!.reason }) });
        if (signal?.aborted) return abort();
        try {
          entry = start(lane, method, params, callOptions, waiter);
        } catch (error) {
          return waiter({ error });
        }
        signal?.addEventListener("abort", abort);
        // Longer ones would fire at once.
        if (timeout! < 2 ** 31) {
          const late = () => waiter({ error: new TimeoutError(`${method} took longer than ${timeout} ms`) });
          timer = setTimeout(late, timeout);
        }
      });
    };

    return { call, notify };
  };
};
