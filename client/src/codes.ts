/** A class for each error code of the gateway, section 4 of the wire contract. */

import { byCode, RpcError } from "./errors.js";

const kind = (code: number, name: string): typeof RpcError => {
  const Kind = class extends RpcError {
    override get name(): string {
      return name;
    }
  };
  byCode.set(code, Kind);
  return Kind;
};

export const ParseError = kind(-32700, "ParseError");
export const InvalidRequestError = kind(-32600, "InvalidRequestError");
export const MethodNotFoundError = kind(-32601, "MethodNotFoundError");
export const InvalidParamsError = kind(-32602, "InvalidParamsError");
export const InternalError = kind(-32603, "InternalError");
export const AuthenticationRequiredError = kind(-32001, "AuthenticationRequiredError");
export const PermissionDeniedError = kind(-32002, "PermissionDeniedError");
export const CsrfError = kind(-32003, "CsrfError");
export const NotFoundError = kind(-32004, "NotFoundError");
export const LimitExceededError = kind(-32005, "LimitExceededError");
export const RateLimitedError = kind(-32006, "RateLimitedError");
export const CallInProgressError = kind(-32007, "CallInProgressError");
export const ServerTimeoutError = kind(-32008, "ServerTimeoutError");
export const RolledBackError = kind(-32009, "RolledBackError");
