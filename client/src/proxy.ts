/** Makes `rpc.app.method(...)` out of a caller. A method of `rpc.app.v2.method(...)` has a dot in its name. */

import { createCaller } from "./client.js";
import type { BatchOptions, CallOptions, ClientOptions } from "./options.js";
import type { Codec } from "./protocol.js";

/**
 * Returns a proxy that makes its members when they are read first.
 *
 * A name that promises, frameworks, test tools or browsers look for has no member: `await` must not take
 * the proxy for a promise. `rpc.call` reaches a method of such a name.
 */
const lazyMembers = <T>(members: object, make: (name: string) => T): any =>
  new Proxy(members as Record<string, T>, {
    get: (target, name: string) =>
      name in target || !/^(?!(then|toJSON|nodeType|asymmetricMatch)$)[a-z]\w*$/i.test(String(name))
        ? target[name]
        : (target[name] = make(name)),
  });

export const createProxy = (url: string, options: ClientOptions & { types: Codec }): any => {
  const openQueue = createCaller(url, options);

  const open = (batchOptions: BatchOptions): any => {
    const { call, notify } = openQueue(batchOptions);

    /** Returns a function that calls a method, and has the methods below its name as members. */
    const method = (name: string): any => {
      const byPosition = (...args: unknown[]) => {
        // A parameter that is left out at the end takes the default of the Python function.
        args.length = args.findLastIndex((arg) => arg !== undefined) + 1;
        return call(name, args.length ? args : undefined, {}, byPosition);
      };
      const byName = (params: object, callOptions?: CallOptions) => call(name, params, callOptions, byName);
      return lazyMembers(Object.assign(byPosition, { with: byName }), (member) => method(`${name}.${member}`));
    };

    return lazyMembers({ call, notify }, (app) => lazyMembers({}, (name) => method(`${app}.${name}`)));
  };

  return Object.assign(open({}), {
    types: options.types,
    batch: async (work: (batch: any) => unknown, batchOptions: BatchOptions = {}) => work(open(batchOptions)),
  });
};
