/** Makes `rpc.app.method(...)` out of a client, without looking like a promise or a component. */

import { createCaller } from "./client.js";
import type { BatchOptions, CallOptions, ClientOptions } from "./options.js";
import type { Codec } from "./protocol.js";

/**
 * Reads names that are made when they are first asked for. Names that promises, frameworks, test
 * tools and browsers probe for do not exist; `rpc.call` reaches a method that has one.
 */
const names = <T>(known: object, make: (name: string) => T): any =>
  new Proxy(known as Record<string, T>, {
    get: (target, name: string) =>
      name in target || !/^(?!(then|toJSON|nodeType|asymmetricMatch)$)[a-z]\w*$/i.test(String(name))
        ? target[name]
        : (target[name] = make(name)),
  });

/** The client, for whatever types it is given. */
export const connect = (url: string, options: ClientOptions & { types: Codec }): any => {
  const openLane = createCaller(url, options);

  const open = (batchOptions: BatchOptions, more: object): any => {
    const { call, notify } = openLane(batchOptions);
    return names({ call, notify, ...more }, (app) =>
      names({}, (method) => {
        const name = `${app}.${method}`;
        const byPosition = (...args: unknown[]) => {
          // A parameter left out at the end gets the default of the Python function.
          while (args.length && args.at(-1) === undefined) args.pop();
          return call(name, args.length ? args : undefined, undefined, byPosition);
        };
        const byName = (params: object, callOptions?: CallOptions) => call(name, params, callOptions, byName);
        return Object.assign(byPosition, { with: byName });
      }),
    );
  };

  return open({}, {
    types: options.types,
    batch: async (work: (batch: any) => unknown, batchOptions: BatchOptions = {}) => work(open(batchOptions, {})),
  });
};
