/** The client with every type of the wire contract. */

import type { Client, UntypedApi } from "./api.js";
import type { ClientOptions } from "./options.js";
import { createProxy } from "./proxy.js";
import { backoff } from "./retry.js";
import { Serializer } from "./serializer.js";

export * from "./core.js";
export * from "./codes.js";
export { SerializerError } from "./errors.js";
export { backoff, type Retry, type RetryOptions } from "./retry.js";
export { type Constructor, Serializer, type TypeCodec } from "./serializer.js";

/** Returns a client of the endpoint at `url`: `rpc.<app>.<function>(...)`. */
export const createClient = <Api = UntypedApi>(
  url: string,
  options: ClientOptions & { types?: Serializer } = {},
): Client<Api, Serializer> =>
  createProxy(url, { types: new Serializer(), retry: backoff(), ...options });
