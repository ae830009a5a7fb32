/** Starts the explorer with the configuration that is in its page. */

import { App } from "./app.js";

const config = JSON.parse(document.getElementById("adjax-explorer-config")!.textContent!);
new App(config, document.getElementById("adjax-explorer")!);
