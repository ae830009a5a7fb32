/** The client without types: plain JSON, in the smallest bundle. */

import type { Client, UntypedApi } from "./api.js";
import type { ClientOptions } from "./options.js";
import { type Codec, plainJson } from "./protocol.js";
import { createProxy } from "./proxy.js";

export type { Batch, Call, Client, Method, MethodName, UntypedApi } from "./api.js";
export type { BatchOptions, CallOptions, ClientOptions, MethodTraits, RequestContext } from "./options.js";
export type { CsrfOptions } from "./csrf.js";
export type { Codec } from "./protocol.js";
export type { Transport, TransportResponse } from "./transport.js";
export { AbortError, AdjaxError, RpcError, TimeoutError, TransportError, type ParamError } from "./errors.js";

/** Returns a client of the endpoint at `url`. The option `types` adds types. */
export const createClient = <Api = UntypedApi, Types extends Codec = Codec>(
  url: string,
  options: ClientOptions & { types?: Types } = {},
): Client<Api, Types> => createProxy(url, { types: plainJson, ...options });
