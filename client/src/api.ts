/** How a client is typed by the declarations of a server's methods; types only. */

import type { BatchOptions, CallOptions } from "./options.js";
import type { Codec } from "./protocol.js";

/** One method, as generated declarations describe it. */
export interface Method<Args extends readonly unknown[] = any[], Params = any, Result = any> {
  /** By position. */
  args: Args;
  /** By name. */
  params: Params;
  result: Result;
}

/** Anything goes: what `createClient(url)` without declarations has. */
export type UntypedApi = any;

type ArgsOf<M> = M extends { args: infer A extends readonly unknown[] }
  ? A
  : M extends (...args: infer A) => unknown
    ? A
    : never;
type ParamsOf<M> = M extends { params: infer P } ? P : Record<string, unknown>;
type ResultOf<M> = M extends { result: infer R } ? R : M extends (...args: never[]) => infer R ? Awaited<R> : never;

/** A method of the client. */
export interface Call<M> {
  (...args: ArgsOf<M>): Promise<ResultOf<M>>;
  with(params: ParamsOf<M>, options?: CallOptions): Promise<ResultOf<M>>;
}

/** `"shop.stock" | "shop.create_order" | …` */
export type MethodName<Api> = {
  [App in keyof Api & string]: `${App}.${keyof Api[App] & string}`;
}[keyof Api & string];

type MethodOf<Api, Name> = Name extends `${infer App}.${infer Fn}`
  ? App extends keyof Api
    ? Fn extends keyof Api[App]
      ? Api[App][Fn]
      : never
    : never
  : never;

/** No params needed where every one may be left out. */
type Rest<P, Options> = {} extends P ? [params?: P, options?: Options] : [params: P, options?: Options];

type Either<M> = ParamsOf<M> | ArgsOf<M>;

interface TypedCore<Api> {
  /** By name or by position; returns the result. */
  call<Name extends MethodName<Api>>(
    name: Name,
    ...rest: Rest<Either<MethodOf<Api, Name>>, CallOptions>
  ): Promise<ResultOf<MethodOf<Api, Name>>>;
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
export type Batch<Api = UntypedApi> =
  IsAny<Api> extends true
    ? UntypedCore & { [app: string]: any }
    : TypedCore<Api> & { readonly [App in keyof Api]: { readonly [Fn in keyof Api[App]]: Call<Api[App][Fn]> } };

export type Client<Api = UntypedApi, Types = Codec | undefined> = Batch<Api> & {
  /** The serializer, where types are registered. */
  readonly types: Types;
  /** A batch of its own: the calls the function makes at once travel in one request. */
  batch<Result>(work: (batch: Batch<Api>) => Result, options?: BatchOptions): Promise<Awaited<Result>>;
};
