/** The client without types: JSON as it is, for the smallest page. */

import type { Client, UntypedApi } from "./api.js";
import type { ClientOptions } from "./options.js";
import { type Codec, plainJson } from "./protocol.js";
import { connect } from "./proxy.js";

export type { Batch, Call, Client, Method, MethodName, UntypedApi } from "./api.js";
export type { BatchOptions, CallOptions, ClientOptions, MethodTraits, RequestContext } from "./options.js";
export type { CsrfOptions } from "./csrf.js";
export type { Codec } from "./protocol.js";
export type { Transport, TransportResponse } from "./transport.js";
export { AbortError, AdjaxError, RpcError, TimeoutError, TransportError, type ParamError } from "./errors.js";

/** A client of the endpoint at `url`, with the types it is given. */
export const createClient = <Api = UntypedApi, Types extends Codec = Codec>(
  url: string,
  options: ClientOptions & { types?: Types } = {},
): Client<Api, Types> => connect(url, { types: plainJson, ...options });
