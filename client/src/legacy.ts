/**
 * The API of adjax 1.2 on top of the client: `ADJAX.apps.<app>.<function>(...)`.
 *
 * This module is only for pages made for adjax 1.2. It is kept for all of 2.x, and goes in 3.0.
 */

import type { Client } from "./api.js";
import { cookie } from "./csrf.js";
import { AdjaxError } from "./errors.js";
import { createClient } from "./index.js";
import type { MethodTraits } from "./options.js";
import { Serializer } from "./serializer.js";

export { AdjaxError as Error, Serializer };

/** The two functions of a type. */
export class Type<T = any> {
  readonly encode: (value: T) => object;
  readonly decode: (members: any, name?: string) => T;

  constructor(encode: (value: T) => object, decode: (members: any) => T) {
    this.encode = encode;
    // adjax 1.2 passed the members with their tag.
    this.decode = (members, name) => decode(name ? { __type__: name, ...members } : members);
  }
}

export const utils = {
  cookie,
  /** `[[a, b], [1, 2]]` → `[[a, 1], [b, 2]]`, with the length of the first array. */
  zip: (arrays: any[][]): any[][] => arrays[0]!.map((_, index) => arrays.map((array) => array[index])),
  /** `[[a, 1], [b, 2]]` → `{a: 1, b: 2}` */
  obj: (pairs: [string, any][]): Record<string, any> => Object.fromEntries(pairs),
};

/** A function, as `interface.js` describes it. */
export interface View extends MethodTraits {
  args: string[];
  defaults?: Record<string, unknown>;
  url: string;
}

export interface InterfaceOptions {
  url?: string;
  csrf?: { cookieName?: string; headerName?: string };
  maxBatchSize?: number | null;
}

/** The part of an XMLHttpRequest that functions passed to `register` call. */
export interface RequestHeaders {
  setRequestHeader(name: string, value: unknown): void;
}

export class Interface {
  readonly serializer = new Serializer();
  readonly pipeline: ((request: RequestHeaders) => void)[] = [];
  readonly apps: Record<string, Record<string, any>> = {};
  readonly client: Client;

  constructor(
    readonly data: any,
    readonly views: Record<string, Record<string, View>>,
    readonly type = "__type__",
    { url, csrf, maxBatchSize }: InterfaceOptions = {},
  ) {
    const methods: Record<string, View> = {};
    for (const [app, functions] of Object.entries(views)) {
      this.apps[app] = {};
      for (const [name, view] of Object.entries(functions)) {
        url ??= view.url;
        methods[`${app}.${name}`] = view;
        // A name with dots is reached member by member, or as a whole.
        const steps = name.split(".");
        const last = steps.pop()!;
        const scope: any = steps.reduce((members: any, step) => (members[step] ??= {}), this.apps[app]);
        this.apps[app][name] = scope[last] = Object.assign(this.getView(app, name), scope[last]);
      }
    }
    this.client = createClient(url ?? "", {
      types: this.serializer,
      csrf,
      batch: { maxSize: maxBatchSize ?? undefined },
      methods,
      onRequest: ({ headers }) => {
        const setRequestHeader = (name: string, value: unknown): void => {
          // A token that the page did not find must not replace the token that the client found.
          if (value != null) headers.set(name, `${value}`);
        };
        for (const prepare of this.pipeline) prepare({ setRequestHeader });
      },
    });
  }

  /** Adds a function that sets headers of each request. */
  register(prepare: (request: RequestHeaders) => void): void {
    this.pipeline.push(prepare);
  }

  /** Returns the function that calls a view: `(args…, [update], [callback])`. */
  getView(app: string, name: string): (...args: any[]) => Promise<any> {
    if (!Object.hasOwn(this.views, app)) throw new AdjaxError(`App '${app}' does not exist`);
    if (!Object.hasOwn(this.views[app]!, name)) {
      throw new AdjaxError(`View '${name}' does not exist in app '${app}'`);
    }
    const { args } = this.views[app]![name]!;

    return (...values) => {
      const last = (): any => (typeof values.at(-1) === "function" ? values.pop() : undefined);
      const callback = last();
      const update = last();
      const data = utils.obj(args.map((arg, index) => [arg, values[index]]));
      update?.(data);
      const promise = this.client.call(`${app}.${name}`, data);
      if (!callback) return promise;
      return promise.then((result) => {
        // On a promise of its own: an error of the callback does not reject the call.
        void Promise.resolve(result).then(callback);
        return result;
      });
    };
  }
}
