/** Sends one HTTP request and parses the JSON document of its response. */

import { TransportError } from "./errors.js";

/** The part of a fetch `Response` that the client uses. */
export interface TransportResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}

/** `fetch`, or a function that behaves like it. */
export type Transport = (url: string, init: RequestInit) => Promise<TransportResponse>;

/** Throws a TransportError where no response arrives, a redirect, or none with JSON. A 204 reads as an empty Batch. */
export const fetchJson = async (
  transport: Transport,
  url: string,
  init: RequestInit,
): Promise<[response: TransportResponse, text: string, document: unknown]> => {
  let response: TransportResponse | undefined;
  let text = "";
  let reason = "Response is not JSON";
  try {
    response = await transport(url, init);
    // Browsers hide the status of a redirect: it is 0.
    if (response.status % 300 < 100) reason = "URL redirects";
    else text = await response.text();
    return [response, text, response.status === 204 ? [] : JSON.parse(text)];
  } catch (cause) {
    const status = response?.status;
    throw new TransportError(response ? `${reason} (HTTP ${status})` : `Connection error: ${cause}`, {
      cause,
      status,
      response,
      body: text.slice(0, 500),
      offline: globalThis.navigator?.onLine === false,
    });
  }
};
