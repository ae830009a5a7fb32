/** The type of a client, made from the declarations of the server's methods. This module has types only. */

import type { BatchOptions, CallOptions } from "./options.js";
import type { Codec } from "./protocol.js";

/** A method, as generated declarations describe it. */
export interface Method<Args extends readonly unknown[] = any[], Params = any, Result = any> {
  /** Params by position. */
  args: Args;
  /** Params by name. */
  params: Params;
  result: Result;
}

/** Any method with any params: the type of a client without declarations. */
export type UntypedApi = any;

type ArgsOf<M> = M extends { args: infer A extends readonly unknown[] }
  ? A
  : M extends (...args: infer A) => unknown
    ? A
    : never;
type ParamsOf<M> = M extends { params: infer P } ? P : Record<string, unknown>;
type ResultOf<M> = M extends { result: infer R } ? R : M extends (...args: never[]) => infer R ? Awaited<R> : never;

/** A method of the client: params by position, or by name with `with`. */
export interface Call<M> {
  (...args: ArgsOf<M>): Promise<ResultOf<M>>;
  with(params: ParamsOf<M>, options?: CallOptions): Promise<ResultOf<M>>;
}

type AnyMethod = Method | ((...args: never[]) => unknown);

/** The methods whose names go on behind that of `M`: `desk.v2.quote` behind `desk.v2`. */
type Below<M> = M extends AnyMethod ? Omit<M, keyof Method> : M;

/** A method of the client, or an object of methods, or both. */
type Member<M> = M extends AnyMethod
  ? keyof Below<M> extends never
    ? Call<M>
    : Call<M> & Members<Below<M>>
  : Members<M>;

type Members<Api> = { readonly [Name in keyof Api]: Member<Api[Name]> };

/** The names of the methods in `Api`, which itself is behind `Prefix`. */
type Names<Api, Prefix extends string> =
  IsAny<Api> extends true
    ? `${Prefix}${string}`
    : {
        [Name in keyof Api & string]:
          | (Api[Name] extends AnyMethod ? `${Prefix}${Name}` : never)
          | (keyof Below<Api[Name]> extends never ? never : Names<Below<Api[Name]>, `${Prefix}${Name}.`>);
      }[keyof Api & string];

/** `"shop.stock" | "shop.create_order" | …` */
export type MethodName<Api> = {
  [App in keyof Api & string]: Names<Api[App], `${App}.`>;
}[keyof Api & string];

type MethodOf<Api, Name> = Name extends keyof Api
  ? Api[Name]
  : Name extends `${infer First}.${infer Rest}`
    ? First extends keyof Api
      ? MethodOf<Api[First], Rest>
      : never
    : never;

/** Params may be left out where each parameter has a default. */
type Rest<P, Options> = {} extends P ? [params?: P, options?: Options] : [params: P, options?: Options];

type Either<M> = ParamsOf<M> | ArgsOf<M>;

interface TypedCore<Api> {
  /** Calls a method by name or by position, and returns its result. */
  call<Name extends MethodName<Api>>(
    name: Name,
    ...rest: Rest<Either<MethodOf<Api, Name>>, CallOptions>
  ): Promise<ResultOf<MethodOf<Api, Name>>>;
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
export type Batch<Api = UntypedApi> =
  IsAny<Api> extends true
    ? UntypedCore & { [app: string]: any }
    : TypedCore<Api> & { readonly [App in keyof Api]: Members<Api[App]> };

export type Client<Api = UntypedApi, Types = Codec | undefined> = Batch<Api> & {
  /** The serializer, which registers types. */
  readonly types: Types;
  /** Runs a function. The calls that the function makes in one tick share a request with no other call. */
  batch<Result>(work: (batch: Batch<Api>) => Result, options?: BatchOptions): Promise<Awaited<Result>>;
};
