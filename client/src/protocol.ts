/** Writes Requests and reads Responses of JSON-RPC 2.0. */

import { byCode, RpcError, TransportError } from "./errors.js";

export type Id = string | number | null;

/** How a Request ended: with an error, or else with a result. */
export interface Outcome {
  error?: any;
  result?: unknown;
}

/** Turns values into JSON text and back. `Serializer` is a codec with types, `plainJson` one without. */
export interface Codec {
  /** The `Accept` header: it tells the server which types it may send. */
  readonly accept: string;
  encode(value: unknown): string;
  /** Returns a function that reads a value of the document that was parsed from `text`. */
  reader(text: string): (tree: unknown) => unknown;
}

/** JSON without types. */
export const plainJson: Codec = {
  accept: "application/json",
  encode: (value) => JSON.stringify(value),
  reader: () => (tree) => tree,
};

/** Returns a Request as JSON text; `params` is JSON text already, and a Notification has no id. */
export const writeRequest = (method: string, params: string | undefined, id: number | undefined): string =>
  `{"jsonrpc":"2.0","method":${JSON.stringify(method)}` +
  (params ? `,"params":${params}` : "") +
  (id ? `,"id":${id}}` : "}");

const failure = (message: string): Outcome => ({ error: new TransportError(message) });

const readResponse = (response: any): Outcome => {
  const { jsonrpc, error, result } = response ?? {};
  if (jsonrpc === "2.0") {
    // Many servers send `error: null` beside a result, against the specification.
    if (error == null && result !== undefined) return { result };
    if (result === undefined && Number.isInteger(error?.code) && typeof error.message === "string") {
      const { code, message, data } = error;
      return { error: new (byCode.get(code) ?? RpcError)(message, { code, data }) };
    }
  }
  return failure("Response is not JSON-RPC 2.0");
};

/**
 * Returns a function that finds the outcome of a Request by its id.
 *
 * A Request without a Response ends with the error that has no id, if there is one. A Notification ends
 * with such an error where the error is the whole document.
 */
export const readResponses = (document: unknown): ((id?: number) => Outcome) => {
  const byId = new Map<Id, Outcome>();
  for (const response of [document].flat() as any[]) {
    const id = response?.id ?? null;
    byId.set(id, id !== null && byId.has(id) ? failure(`More than one Response has id ${id}`) : readResponse(response));
  }
  const { error } = byId.get(null) ?? {};
  return (id) => {
    if (!id) return Array.isArray(document) ? {} : { error };
    return byId.get(id) ?? (error ? { error } : failure(`No Response has id ${id}`));
  };
};
