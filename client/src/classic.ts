/**
 * The classic script, for pages without modules: the client in one global, `adjax`.
 *
 * The exports of `legacy.ts` among them are for pages made for adjax 1.2. They are kept for all of 2.x,
 * and go in 3.0.
 */

import * as client from "./index.js";
import * as legacy from "./legacy.js";

Object.assign(globalThis, { adjax: { ...client, ...legacy } });
