// node run.mjs <scenario> <arguments as JSON>: prints what it returned
import * as adjax from "../../../adjax_jsonrpc/static/adjax_jsonrpc/adjax.mjs";
import * as scenarios from "./static/client_project/scenarios.mjs";

const [name, given] = process.argv.slice(2);
console.log(JSON.stringify(await scenarios.run(adjax, name, JSON.parse(given))));
process.exit(); // whatever is left pending
