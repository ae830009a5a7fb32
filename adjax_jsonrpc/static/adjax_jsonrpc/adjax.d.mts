/*! adjax-jsonrpc 2.0.0 | MIT licence | built from client/src by "npm run build" */
/** Finds Django's CSRF token in the page. */
interface CsrfOptions {
    /**
     * The token, or a function that finds it; sent to any origin. By default the page is searched, and the token
     * is sent to the page's origin only. `false` sends no token.
     */
    token?: false | string | (() => string | null | undefined | Promise<string | null | undefined>) | undefined;
    /** Django's `CSRF_COOKIE_NAME`. */
    cookieName?: string | undefined;
    /** The request header that Django's `CSRF_HEADER_NAME` stands for. */
    headerName?: string | undefined;
}
/** Turns values into JSON text and back. `Serializer` is a codec with types, `plainJson` one without. */
interface Codec {
    /** The `Accept` header: it tells the server which types it may send. */
    readonly accept: string;
    encode(value: unknown): string;
    /** Returns a function that reads a value of the document that was parsed from `text`. */
    reader(text: string): (tree: unknown) => unknown;
}
/** Decides whether and when a call is sent again. The client asks only for calls that may run twice. */
interface RetryOptions {
    /** Further attempts: 2 by default. */
    limit?: number;
    /**
     * Milliseconds before the first further attempt: 300 by default. The delay doubles with each attempt. A
     * random time of at most the same length is added.
     */
    delay?: number;
    /** The longest delay in milliseconds, also where the server asks for more: 30,000 by default. */
    maxDelay?: number;
}
/** Returns the milliseconds until the next attempt; undefined ends the call. */
type Retry = (error: any, attempt: number) => number | undefined;
/** Returns a Retry that doubles its delay, or waits as long as the server asks. */
declare const backoff: ({ limit, delay, maxDelay }?: RetryOptions) => Retry;
/** The part of a fetch `Response` that the client uses. */
interface TransportResponse {
    readonly status: number;
    readonly headers: {
        get(name: string): string | null;
    };
    text(): Promise<string>;
}
/** `fetch`, or a function that behaves like it. */
type Transport = (url: string, init: RequestInit) => Promise<TransportResponse>;
/** The options of one call: the last argument of `call` and `with`. */
interface CallOptions {
    /** Ends this call only. The HTTP request is aborted when no call waits for it any more. */
    signal?: AbortSignal | undefined;
    /** Milliseconds until the call ends, with its retries. */
    timeout?: number | undefined;
    /** `false` sends the call in a request of its own: a slow call does not delay the others. */
    batch?: boolean | undefined;
    /** The header `Idempotency-Key`. The call has a request of its own, and may be retried. */
    idempotencyKey?: string | undefined;
    /** Further headers. The call has a request of its own. */
    headers?: HeadersInit | undefined;
}
/** The options of `rpc.batch`, for each of its calls. */
type BatchOptions = Pick<CallOptions, "signal" | "timeout" | "headers">;
interface MethodTraits {
    /** The method changes nothing: identical calls of one tick share a Request. Implies `idempotent`. */
    readonly?: boolean;
    /** The method may run twice: a call that failed on its way is sent again. */
    idempotent?: boolean;
}
/** An HTTP request, as hooks receive it. */
interface RequestContext {
    readonly url: string;
    /** `onRequest` may change the headers. */
    readonly headers: Headers;
    readonly body: string;
    /** The method of each call, in order. */
    readonly methods: readonly string[];
}
interface ClientOptions {
    /**
     * The limits of a request: `maxSize` calls (100) and `maxBytes` bytes (2,500,000). With `wait`, calls
     * are collected for that many milliseconds instead of one tick.
     * `false` sends each call in a request of its own.
     */
    batch?: false | {
        maxSize?: number | undefined;
        maxBytes?: number | undefined;
        wait?: number | undefined;
    };
    /** Milliseconds until a call ends. By default a call has no timeout. */
    timeout?: number;
    /** Headers of every request. */
    headers?: HeadersInit;
    /** The option of `fetch`: `"same-origin"` by default. */
    credentials?: RequestCredentials;
    /** Django's CSRF token, a function that finds it, the names to search for, or `false` for none. */
    csrf?: CsrfOptions | CsrfOptions["token"];
    /** The traits of methods by full name: `{"shop.stock": {readonly: true}}`. */
    methods?: Record<string, MethodTraits>;
    /** Decides when an idempotent call, or a call with an idempotency key, is sent again: see `backoff`. */
    retry?: Retry;
    /** Replaces `fetch`. */
    transport?: Transport;
    /** Reads and writes values. */
    types?: Codec;
    /** Called before each HTTP request. An error that the hook throws ends the calls. */
    onRequest?(context: RequestContext): void | Promise<void>;
    /** Called after each HTTP response that is JSON or empty. An error that the hook throws ends the calls. */
    onResponse?(context: RequestContext, response: TransportResponse): void | Promise<void>;
    /** Called for each call or Notification that failed and is not sent again. */
    onError?(error: Error, method: string): void;
}
/** A method, as generated declarations describe it. */
interface Method<Args extends readonly unknown[] = any[], Params = any, Result = any> {
    /** Params by position. */
    args: Args;
    /** Params by name. */
    params: Params;
    result: Result;
}
/** Any method with any params: the type of a client without declarations. */
type UntypedApi = any;
type ArgsOf<M> = M extends {
    args: infer A extends readonly unknown[];
} ? A : M extends (...args: infer A) => unknown ? A : never;
type ParamsOf<M> = M extends {
    params: infer P;
} ? P : Record<string, unknown>;
type ResultOf<M> = M extends {
    result: infer R;
} ? R : M extends (...args: never[]) => infer R ? Awaited<R> : never;
/** A method of the client: params by position, or by name with `with`. */
interface Call<M> {
    (...args: ArgsOf<M>): Promise<ResultOf<M>>;
    with(params: ParamsOf<M>, options?: CallOptions): Promise<ResultOf<M>>;
}
type AnyMethod = Method | ((...args: never[]) => unknown);
/** The methods whose names go on behind that of `M`: `desk.v2.quote` behind `desk.v2`. */
type Below<M> = M extends AnyMethod ? Omit<M, keyof Method> : M;
/** A method of the client, or an object of methods, or both. */
type Member<M> = M extends AnyMethod ? keyof Below<M> extends never ? Call<M> : Call<M> & Members<Below<M>> : Members<M>;
type Members<Api> = {
    readonly [Name in keyof Api]: Member<Api[Name]>;
};
/** The names of the methods in `Api`, which itself is behind `Prefix`. */
type Names<Api, Prefix extends string> = IsAny<Api> extends true ? `${Prefix}${string}` : {
    [Name in keyof Api & string]: (Api[Name] extends AnyMethod ? `${Prefix}${Name}` : never) | (keyof Below<Api[Name]> extends never ? never : Names<Below<Api[Name]>, `${Prefix}${Name}.`>);
}[keyof Api & string];
/** `"shop.stock" | "shop.create_order" | …` */
type MethodName<Api> = {
    [App in keyof Api & string]: Names<Api[App], `${App}.`>;
}[keyof Api & string];
type MethodOf<Api, Name> = Name extends keyof Api ? Api[Name] : Name extends `${infer First}.${infer Rest}` ? First extends keyof Api ? MethodOf<Api[First], Rest> : never : never;
/** Params may be left out where each parameter has a default. */
type Rest<P, Options> = {} extends P ? [params?: P, options?: Options] : [params: P, options?: Options];
type Either<M> = ParamsOf<M> | ArgsOf<M>;
interface TypedCore<Api> {
    /** Calls a method by name or by position, and returns its result. */
    call<Name extends MethodName<Api>>(name: Name, ...rest: Rest<Either<MethodOf<Api, Name>>, CallOptions>): Promise<ResultOf<MethodOf<Api, Name>>>;
    /** Calls a method of the server itself, such as `rpc.discover`. */
    call(name: `rpc.${string}`, params?: readonly unknown[] | object, options?: CallOptions): Promise<any>;
    /** Sends a Notification, which has no result. `onError` receives its error. */
    notify<Name extends MethodName<Api>>(name: Name, ...rest: Rest<Either<MethodOf<Api, Name>>, CallOptions>): void;
}
interface UntypedCore {
    call(name: string, params?: readonly unknown[] | object, options?: CallOptions): Promise<any>;
    notify(name: string, params?: readonly unknown[] | object, options?: CallOptions): void;
}
type IsAny<T> = 0 extends 1 & T ? true : false;
/** The methods of the server, with `call` and `notify`. */
type Batch<Api = UntypedApi> = IsAny<Api> extends true ? UntypedCore & {
    [app: string]: any;
} : TypedCore<Api> & {
    readonly [App in keyof Api]: Members<Api[App]>;
};
type Client<Api = UntypedApi, Types = Codec | undefined> = Batch<Api> & {
    /** The serializer, which registers types. */
    readonly types: Types;
    /** Runs a function. The calls that the function makes in one tick share a request with no other call. */
    batch<Result>(work: (batch: Batch<Api>) => Result, options?: BatchOptions): Promise<Awaited<Result>>;
};
/** How a type is encoded and decoded: as members, which may hold values of other types. */
interface TypeCodec<T = any> {
    encode(value: T): object;
    /** May be left out where another class decodes the tag. */
    decode?(members: any, name: string): unknown;
}
/** A class or a constructor function. */
type Constructor<T = any> = {
    prototype: T;
};
declare class Serializer implements Codec {
    #private;
    readonly accept = "application/vnd.adjax+json, application/json";
    constructor();
    /** Adds or replaces a type. An instance of a subclass has the type of its nearest registered class. */
    register<T>(name: string, constructor: Constructor<T>, { encode, decode }: TypeCodec<T>): this;
    /** Returns a value as JSON text. */
    encode(root: unknown): string;
    /** Returns the value of a JSON text. */
    decode(text: string): unknown;
    reader(text: string): (tree: unknown) => unknown;
}
/** The base class of the client's errors. `method` is the method of the call that failed. */
declare class AdjaxError extends Error {
    readonly method?: string;
    constructor(message: string, fields?: object);
    get name(): string;
}
/** One entry of the `errors` list of an Invalid params error. */
interface ParamError {
    /** JSON Pointer into `params`. */
    readonly path: string;
    readonly message: string;
    readonly keyword?: string;
}
/** An error object of the server. Each code of the wire contract has a subclass. */
declare class RpcError extends AdjaxError {
    readonly code: number;
    readonly data?: any;
    get name(): string;
    /** The parameter errors that the server reported; empty where the server reported none. */
    get errors(): readonly ParamError[];
    /** Returns the messages for one parameter and for the values in it: `at("/items/0")`. */
    at(path: string): string[];
}
/** The request failed, or its HTTP response holds no JSON-RPC Response. */
declare class TransportError extends AdjaxError {
    /** The HTTP status; undefined where no HTTP response arrived. */
    readonly status?: number;
    /** The first 500 characters of the HTTP response. */
    readonly body?: string;
    /** True where the browser has no network. */
    readonly offline?: boolean;
    readonly response?: {
        readonly headers: {
            get(name: string): string | null;
        };
    };
    get name(): string;
}
declare class TimeoutError extends AdjaxError {
    get name(): string;
}
declare class AbortError extends AdjaxError {
    get name(): string;
}
/** A value can't be encoded or decoded. `path` is a JSON Pointer to the value. */
declare class SerializerError extends AdjaxError {
    readonly path: string;
    get name(): string;
}
declare const ParseError: typeof RpcError;
declare const InvalidRequestError: typeof RpcError;
declare const MethodNotFoundError: typeof RpcError;
declare const InvalidParamsError: typeof RpcError;
declare const InternalError: typeof RpcError;
declare const AuthenticationRequiredError: typeof RpcError;
declare const PermissionDeniedError: typeof RpcError;
declare const CsrfError: typeof RpcError;
declare const NotFoundError: typeof RpcError;
declare const LimitExceededError: typeof RpcError;
declare const RateLimitedError: typeof RpcError;
declare const CallInProgressError: typeof RpcError;
declare const ServerTimeoutError: typeof RpcError;
declare const RolledBackError: typeof RpcError;
declare const AnswerNotStoredError: typeof RpcError;
/** Returns a client of the endpoint at `url`: `rpc.<app>.<function>(...)`. */
declare const createClient: <Api = UntypedApi>(url: string, options?: ClientOptions & {
    types?: Serializer;
}) => Client<Api, Serializer>;
export { AbortError, AdjaxError, AnswerNotStoredError, AuthenticationRequiredError, Batch, BatchOptions, Call, CallInProgressError, CallOptions, Client, ClientOptions, Codec, Constructor, CsrfError, CsrfOptions, InternalError, InvalidParamsError, InvalidRequestError, LimitExceededError, Method, MethodName, MethodNotFoundError, MethodTraits, NotFoundError, ParamError, ParseError, PermissionDeniedError, RateLimitedError, RequestContext, Retry, RetryOptions, RolledBackError, RpcError, Serializer, SerializerError, ServerTimeoutError, TimeoutError, Transport, TransportError, TransportResponse, TypeCodec, UntypedApi, backoff, createClient };
