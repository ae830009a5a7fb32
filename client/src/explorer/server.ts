/** Sends calls with the client, and keeps what went over the wire. */

import { createClient, RpcError } from "../core.js";
import { type Codec, plainJson } from "../protocol.js";
import type { Transport } from "../transport.js";

/** What one POST was: what was sent, and what came back. */
export interface Exchange {
  sent: string;
  received: string;
  status: number;
  milliseconds: number;
  bytes: number;
}

/** JSON text that is sent as it is. */
export class Text {
  constructor(readonly text: string) {}
}

const asItIs: Codec = {
  accept: "application/vnd.adjax+json",
  encode: (value) => (value instanceof Text ? value.text : JSON.stringify(value)),
  reader: () => (tree) => tree,
};

export interface Config {
  readonly url: string;
  readonly title: string;
  readonly user: string | null;
  readonly loginUrl: string | null;
  readonly csrf: { cookieName: string; headerName: string };
}

/** One call of a batch, or a Notification. */
export interface Planned {
  method: string;
  text: string;
  isNotification: boolean;
}

export type Outcome = { result: any } | { error: any };

export class Server {
  token = "";
  last: Exchange | undefined;

  constructor(readonly config: Config) {}

  private client(types: Codec = asItIs) {
    const transport: Transport = async (url, init) => {
      const started = performance.now();
      const exchange: Exchange = { sent: String(init.body), received: "", status: 0, milliseconds: 0, bytes: 0 };
      this.last = exchange;
      const response = await fetch(url, init);
      const received = await response.text();
      Object.assign(exchange, {
        received,
        status: response.status,
        milliseconds: performance.now() - started,
        bytes: new TextEncoder().encode(received).length,
      });
      return { status: response.status, headers: response.headers, text: async () => received };
    };
    const headers: Record<string, string> = this.token ? { Authorization: this.token } : {};
    return createClient(this.config.url, { types, csrf: this.config.csrf, headers, transport, batch: { maxSize: Infinity, maxBytes: Infinity } });
  }

  /** Returns the document of the methods that the caller may call. */
  discover(): Promise<any> {
    // Callers who decode tags get the members "__type__" of schemas in an escaped form.
    return this.client(plainJson).call("rpc.discover");
  }

  /** Makes the calls in one POST. Returns the outcome of each call; Notifications have none. */
  async send(plan: readonly Planned[]): Promise<(Outcome | undefined)[]> {
    this.last = undefined;
    return this.client().batch((batch) => Promise.all(plan.map(({ method, text, isNotification }) => {
      if (isNotification) {
        batch.notify(method, new Text(text));
        return undefined;
      }
      return batch.call(method, new Text(text)).then((result: any) => ({ result }), (error: any) => ({ error }));
    })));
  }
}

/** Returns what an error says, with its code. */
export const describe = (error: any): string =>
  error instanceof RpcError ? `${error.message} (${error.code})` : String(error?.message ?? error);
