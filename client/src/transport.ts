/** Sends one body and brings back the JSON document that answers it, or a TransportError. */

import { TransportError } from "./errors.js";

/** The part of a fetch Response that is used. */
export interface TransportResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}

/** `fetch`, or anything that behaves like it. */
export type Transport = (url: string, init: RequestInit) => Promise<TransportResponse>;

/** The answer, its text, and the document in it; no document for an empty answer. */
export type Reply = [response: TransportResponse, text: string, document: unknown];

export const send = async (transport: Transport, url: string, init: RequestInit): Promise<Reply> => {
  let response: TransportResponse | undefined;
  let text = "";
  try {
    response = await transport(url, init);
    text = await response.text();
    return [response, text, response.status === 204 ? [] : JSON.parse(text)];
  } catch (cause) {
    const status = response?.status;
    throw new TransportError(response ? `Answer is not JSON (HTTP ${status})` : `Connection error: ${cause}`, {
      cause,
      status,
      response,
      body: text.slice(0, 500),
      offline: globalThis.navigator?.onLine === false,
    });
  }
};
