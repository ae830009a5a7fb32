/**
 * Every error the client raises, as one tree.
 *
 *     Error
 *     └── AdjaxError
 *         ├── RpcError                         the server answered with an error
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
 *         │   └── RolledBackError              -32009
 *         ├── TransportError                   no JSON-RPC answer arrived
 *         ├── TimeoutError                     the call's own time ran out
 *         ├── AbortError                       the call's signal was aborted
 *         └── SerializerError                  a value that cannot be sent or read
 */

/** What all of this library's errors are; `method` names the call that failed. */
export class AdjaxError extends Error {
  declare readonly method?: string;

  // One shape of constructor for the whole tree, so that an error which concerns
  // several calls can be made anew for each of them, with that caller's stack.
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

/** The server's own error object; codes of section 4 of the wire contract have a subclass. */
export class RpcError extends AdjaxError {
  declare readonly code: number;
  declare readonly data?: any;

  override get name(): string {
    return "RpcError";
  }

  /** All parameter errors the server reported; empty where it reported none. */
  get errors(): readonly ParamError[] {
    const errors: unknown = this.data?.errors;
    return Array.isArray(errors) ? errors : [];
  }

  /** Messages for one parameter, and for what is inside it: `at("/items/0")`. */
  at(path: string): string[] {
    return this.errors
      .filter((error) => typeof error?.path === "string" && (error.path + "/").startsWith(path + "/"))
      .map((error) => error.message);
  }
}

/** Classes by code, which `codes.ts` fills; a page that imports none of them pays for none. */
export const byCode = new Map<number, typeof RpcError>();

/** The request failed on its way, or what came back is no JSON-RPC answer. */
export class TransportError extends AdjaxError {
  /** HTTP status; undefined when no answer arrived. */
  declare readonly status?: number;
  /** The first 500 characters of an answer that could not be used. */
  declare readonly body?: string;
  /** True when the browser knows that it has no network. */
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

/** A value that cannot be encoded or decoded; `path` is a JSON Pointer to it. */
export class SerializerError extends AdjaxError {
  declare readonly path: string;

  override get name(): string {
    return "SerializerError";
  }
}

/** The error as this caller gets it: an object of its own, with the stack of the call. */
export const adopt = (error: any, method: string, origin: Error): unknown => {
  if (!(error instanceof AdjaxError)) return error;
  const own: any = Object.assign(new (error.constructor as typeof AdjaxError)(error.message), error, { method });
  own.stack = origin.stack?.replace(/^(Error\n)?/, () => `${own}\n`);
  return own;
};
