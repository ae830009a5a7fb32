/** JSON-RPC 2.0: how a Request is written and how Responses find their calls. */

import { byCode, RpcError, TransportError } from "./errors.js";

export type Id = string | number | null;

/** What one Response says: a result, or the error its call ends with. */
export type Outcome = { result: unknown; error?: never } | { error: unknown; result?: never };

/** Turns values into JSON text and back; `Serializer` adds types, `plainJson` does not. */
export interface Codec {
  /** The `Accept` header, by which the server knows what may be sent. */
  readonly accept: string;
  encode(value: unknown): string;
  /** The function that reads one value out of a document parsed from `text`. */
  reader(text: string): (tree: unknown) => unknown;
}

/** JSON as it is, for pages that need no types. */
export const plainJson: Codec = {
  accept: "application/json",
  encode: (value) => JSON.stringify(value),
  reader: () => (tree) => tree,
};

/** One Request as JSON text, from params that are JSON text already; no id in a Notification. */
export const writeRequest = (method: string, params: string | undefined, id: number | undefined): string =>
  `{"jsonrpc":"2.0","method":${JSON.stringify(method)}` +
  (params ? `,"params":${params}` : "") +
  (id ? `,"id":${id}}` : "}");

const unusable = (what: string): Outcome => ({ error: new TransportError(what) });

const readResponse = (response: any): Outcome => {
  const { jsonrpc, error, result } = response ?? {};
  if (jsonrpc === "2.0") {
    // `error: null` beside a result is against the specification, common, and harmless.
    if (error == null && result !== undefined) return { result };
    if (result === undefined && Number.isInteger(error?.code) && typeof error.message === "string") {
      const { code, message, data } = error;
      return { error: new (byCode.get(code) ?? RpcError)(message, { code, data }) };
    }
  }
  return unusable("Answer is not JSON-RPC 2.0");
};

/** Outcomes by id; what names no call, such as the refusal of a whole batch, is under null. */
export const readResponses = (document: unknown): Map<Id, Outcome> => {
  const byId = new Map<Id, Outcome>();
  for (const response of [document].flat() as any[]) {
    const id = response?.id ?? null;
    byId.set(id, id !== null && byId.has(id) ? unusable(`More than one Response has id ${id}`) : readResponse(response));
  }
  return byId;
};

/** The outcome of the call with this id, whatever the server answered. */
export const outcomeOf = (id: number, byId: Map<Id, Outcome>): Outcome => {
  const found = byId.get(id) ?? byId.get(null);
  return found && (found.error || byId.has(id)) ? found : unusable(`No Response has id ${id}`);
};
