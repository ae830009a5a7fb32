/** A subclass of RpcError for each error code of the wire contract. */

import { byCode, RpcError } from "./errors.js";

const errorClass = (code: number, name: string): typeof RpcError => {
  const Subclass = class extends RpcError {
    override get name(): string {
      return name;
    }
  };
  byCode.set(code, Subclass);
  return Subclass;
};

export const ParseError = errorClass(-32700, "ParseError");
export const InvalidRequestError = errorClass(-32600, "InvalidRequestError");
export const MethodNotFoundError = errorClass(-32601, "MethodNotFoundError");
export const InvalidParamsError = errorClass(-32602, "InvalidParamsError");
export const InternalError = errorClass(-32603, "InternalError");
export const AuthenticationRequiredError = errorClass(-32001, "AuthenticationRequiredError");
export const PermissionDeniedError = errorClass(-32002, "PermissionDeniedError");
export const CsrfError = errorClass(-32003, "CsrfError");
export const NotFoundError = errorClass(-32004, "NotFoundError");
export const LimitExceededError = errorClass(-32005, "LimitExceededError");
export const RateLimitedError = errorClass(-32006, "RateLimitedError");
export const CallInProgressError = errorClass(-32007, "CallInProgressError");
export const ServerTimeoutError = errorClass(-32008, "ServerTimeoutError");
export const RolledBackError = errorClass(-32009, "RolledBackError");
export const AnswerNotStoredError = errorClass(-32011, "AnswerNotStoredError");
