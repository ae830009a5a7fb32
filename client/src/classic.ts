/** The classic script: everything in one global, `adjax`. */

import * as client from "./index.js";
import * as legacy from "./legacy.js";

Object.assign(globalThis, { adjax: { ...client, ...legacy } });
