/*! adjax-jsonrpc 2.0.0 | MIT licence | built from client/src by "npm run build" */
/** Finds Django's CSRF token in the page. */
interface CsrfOptions {
    /** The token, or a function that finds it. By default the page is searched; `false` sends no token. */
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
/** Decides whether and when a call that may be repeated is sent again. */
interface RetryOptions {
    /** Further attempts: 2 unless told. */
    limit?: number;
    /** Milliseconds before the first: 300 to 600; doubled for each next. */
    delay?: number;
    /** The longest wait, `Retry-After` included: 30,000. */
    maxDelay?: number;
}
/** Milliseconds to wait before the next attempt; undefined ends the call. */
type Retry = (error: any, attempt: number) => number | undefined;
/** Waits longer each time, or as long as the server asks. */
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
/** The last argument of a call. */
interface CallOptions {
    /** Ends this call only; its batch goes on while anybody waits for it. */
    signal?: AbortSignal | undefined;
    /** Milliseconds, retries included. */
    timeout?: number | undefined;
    /** `false`: a request of its own, so that a slow call does not hold back others. */
    batch?: boolean | undefined;
    /** Sent as `Idempotency-Key`, in a request of its own; permits retries. */
    idempotencyKey?: string | undefined;
    /** Further headers, in a request of its own. */
    headers?: HeadersInit | undefined;
}
/** What `rpc.batch` can be told: it holds for each of its calls. */
type BatchOptions = Pick<CallOptions, "signal" | "timeout" | "headers">;
interface MethodTraits {
    /** Identical calls in one tick are asked once; implies `idempotent`. */
    readonly?: boolean;
    /** May be sent again when no answer came. */
    idempotent?: boolean;
}
/** One POST, as the hooks see it. */
interface RequestContext {
    readonly url: string;
    /** May be changed by `onRequest`. */
    readonly headers: Headers;
    readonly body: string;
    /** The methods it calls, in order. */
    readonly methods: readonly string[];
}
interface ClientOptions {
    /**
     * `false` sends each call at once. `maxSize` (100) calls and `maxBytes` (2,500,000) bound
     * a request; `wait` milliseconds collect calls instead of one tick.
     */
    batch?: false | {
        maxSize?: number | undefined;
        maxBytes?: number | undefined;
        wait?: number | undefined;
    };
    /** Milliseconds for each call; none by default. */
    timeout?: number;
    /** Headers for every request. */
    headers?: HeadersInit;
    /** As for `fetch`: `"same-origin"` by default. */
    credentials?: RequestCredentials;
    /** Django's CSRF token, a function that finds it, where to look for it, or `false`. */
    csrf?: CsrfOptions | CsrfOptions["token"];
    /** By full name: `{"shop.stock": {readonly: true}}`. */
    methods?: Record<string, MethodTraits>;
    /** When a call that is idempotent or keyed may be sent again: see `backoff`. */
    retry?: Retry;
    /** Instead of `fetch`. */
    transport?: Transport;
    /** Reads and writes the values. */
    types?: Codec;
    /** Before each POST; an error it throws ends the calls. */
    onRequest?(context: RequestContext): void | Promise<void>;
    /** After each answer, whatever it says. */
    onResponse?(context: RequestContext, response: TransportResponse): void | Promise<void>;
    /** For each call or notification that failed for good. */
    onError?(error: Error, method: string): void;
}
/** One method, as generated declarations describe it. */
interface Method<Args extends readonly unknown[] = any[], Params = any, Result = any> {
    /** By position. */
    args: Args;
    /** By name. */
    params: Params;
    result: Result;
}
/** Anything goes: what `createClient(url)` without declarations has. */
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
/** A method of the client. */
interface Call<M> {
    (...args: ArgsOf<M>): Promise<ResultOf<M>>;
    with(params: ParamsOf<M>, options?: CallOptions): Promise<ResultOf<M>>;
}
/** `"shop.stock" | "shop.create_order" | …` */
type MethodName<Api> = {
    [App in keyof Api & string]: `${App}.${keyof Api[App] & string}`;
}[keyof Api & string];
type MethodOf<Api, Name> = Name extends `${infer App}.${infer Fn}` ? App extends keyof Api ? Fn extends keyof Api[App] ? Api[App][Fn] : never : never : never;
/** No params needed where every one may be left out. */
type Rest<P, Options> = {} extends P ? [params?: P, options?: Options] : [params: P, options?: Options];
type Either<M> = ParamsOf<M> | ArgsOf<M>;
interface TypedCore<Api> {
    /** By name or by position; returns the result. */
    call<Name extends MethodName<Api>>(name: Name, ...rest: Rest<Either<MethodOf<Api, Name>>, CallOptions>): Promise<ResultOf<MethodOf<Api, Name>>>;
    /** The server's own methods. */
    call(name: `rpc.${string}`, params?: readonly unknown[] | object, options?: CallOptions): Promise<any>;
    /** Never answered; what fails is told to `onError`. */
    notify<Name extends MethodName<Api>>(name: Name, ...rest: Rest<Either<MethodOf<Api, Name>>, CallOptions>): void;
}
interface UntypedCore {
    call(name: string, params?: readonly unknown[] | object, options?: CallOptions): Promise<any>;
    notify(name: string, params?: readonly unknown[] | object, options?: CallOptions): void;
}
type IsAny<T> = 0 extends 1 & T ? true : false;
/** The methods, and `call` and `notify`. */
type Batch<Api = UntypedApi> = IsAny<Api> extends true ? UntypedCore & {
    [app: string]: any;
} : TypedCore<Api> & {
    readonly [App in keyof Api]: {
        readonly [Fn in keyof Api[App]]: Call<Api[App][Fn]>;
    };
};
type Client<Api = UntypedApi, Types = Codec | undefined> = Batch<Api> & {
    /** The serializer, where types are registered. */
    readonly types: Types;
    /** A batch of its own: the calls the function makes at once travel in one request. */
    batch<Result>(work: (batch: Batch<Api>) => Result, options?: BatchOptions): Promise<Awaited<Result>>;
};
/** How a type is written and read: its own members, which may hold further rich values. */
interface TypeCodec<T = any> {
    encode(value: T): object;
    /** Left out where another class reads the same tag. */
    decode?(members: any, name: string): unknown;
}
/** A class, or a constructor function of old. */
type Constructor<T = any> = {
    prototype: T;
};
declare class Serializer implements Codec {
    #private;
    readonly accept = "application/vnd.adjax+json, application/json";
    constructor();
    /** Adds a type, or replaces one; an instance is of the nearest registered class. */
    register<T>(name: string, constructor: Constructor<T>, { encode, decode }: TypeCodec<T>): this;
    /** A value as JSON text. */
    encode(root: unknown): string;
    /** The value in a JSON text. */
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
/** Returns a client of the endpoint at `url`: `rpc.<app>.<function>(...)`. */
declare const createClient: <Api = UntypedApi>(url: string, options?: ClientOptions & {
    types?: Serializer;
}) => Client<Api, Serializer>;
export { AbortError, AdjaxError, AuthenticationRequiredError, Batch, BatchOptions, Call, CallInProgressError, CallOptions, Client, ClientOptions, Codec, Constructor, CsrfError, CsrfOptions, InternalError, InvalidParamsError, InvalidRequestError, LimitExceededError, Method, MethodName, MethodNotFoundError, MethodTraits, NotFoundError, ParamError, ParseError, PermissionDeniedError, RateLimitedError, RequestContext, Retry, RetryOptions, RolledBackError, RpcError, Serializer, SerializerError, ServerTimeoutError, TimeoutError, Transport, TransportError, TransportResponse, TypeCodec, UntypedApi, backoff, createClient };
