/**
 * The errors of the client.
 *
 *     Error
 *     └── AdjaxError
 *         ├── RpcError                         the server returned an error
 *         │   ├── ParseError                   -32700
 *         │   ├── InvalidRequestError          -32600
 *         │   ├── MethodNotFoundError          -32601
 *         │   ├── InvalidParamsError           -32602
 *         │   ├── InternalError                -32603
 *         │   ├── AuthenticationRequiredError  -32001
 *         │   ├── PermissionDeniedError        -32002
 *         │   ├── CsrfError                    -32003
 *         │   ├── NotFoundError                -32004
 *         │   ├── LimitExceededError           -32005
 *         │   ├── RateLimitedError             -32006
 *         │   ├── CallInProgressError          -32007
 *         │   ├── ServerTimeoutError           -32008
 *         │   ├── RolledBackError              -32009
 *         │   └── AnswerNotStoredError         -32011
 *         ├── TransportError                   no JSON-RPC Response arrived
 *         ├── TimeoutError                     the call's timeout passed
 *         ├── AbortError                       the call's signal was aborted
 *         └── SerializerError                  a value can't be encoded or decoded
 */

/** The base class of the client's errors. `method` is the method of the call that failed. */
export class AdjaxError extends Error {
  declare readonly method?: string;

  // All subclasses share this signature: `errorOfCall` copies an error of any class.
  constructor(message: string, fields?: object) {
    super(message);
    Object.assign(this, fields);
  }

  override get name(): string {
    return "AdjaxError";
  }
}

/** One entry of the `errors` list of an Invalid params error. */
export interface ParamError {
  /** JSON Pointer into `params`. */
  readonly path: string;
  readonly message: string;
  readonly keyword?: string;
}

/** An error object of the server. Each code of the wire contract has a subclass. */
export class RpcError extends AdjaxError {
  declare readonly code: number;
  declare readonly data?: any;

  override get name(): string {
    return "RpcError";
  }

  /** The parameter errors that the server reported; empty where the server reported none. */
  get errors(): readonly ParamError[] {
    const errors: unknown = this.data?.errors;
    return Array.isArray(errors) ? errors : [];
  }

  /** Returns the messages for one parameter and for the values in it: `at("/items/0")`. */
  at(path: string): string[] {
    return this.errors
      .filter((error) => typeof error?.path === "string" && (error.path + "/").startsWith(path + "/"))
      .map((error) => error.message);
  }
}

/** Subclasses of RpcError by code. `codes.ts` fills the map, so that a bundle without that module is smaller. */
export const byCode = new Map<number, typeof RpcError>();

/** The request failed, or its HTTP response holds no JSON-RPC Response. */
export class TransportError extends AdjaxError {
  /** The HTTP status; undefined where no HTTP response arrived. */
  declare readonly status?: number;
  /** The first 500 characters of the HTTP response. */
  declare readonly body?: string;
  /** True where the browser has no network. */
  declare readonly offline?: boolean;
  declare readonly response?: { readonly headers: { get(name: string): string | null } };

  override get name(): string {
    return "TransportError";
  }
}

export class TimeoutError extends AdjaxError {
  override get name(): string {
    return "TimeoutError";
  }
}

export class AbortError extends AdjaxError {
  override get name(): string {
    return "AbortError";
  }
}

/** A value can't be encoded or decoded. `path` is a JSON Pointer to the value. */
export class SerializerError extends AdjaxError {
  declare readonly path: string;

  override get name(): string {
    return "SerializerError";
  }
}

/** Returns a copy of an error for one call, with the call's method and the stack of `callSite`. */
export const errorOfCall = (error: any, method: string, callSite: Error): unknown => {
  if (!(error instanceof AdjaxError)) return error;
  const own: any = Object.assign(new (error.constructor as typeof AdjaxError)(error.message), error, { method });
  own.stack = callSite.stack?.replace(/^(Error\n)?/, () => `${own}\n`);
  return own;
};
