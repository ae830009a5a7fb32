// 100 calls of one method of a Django server, asked for in different ways.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { createTRPCClient, httpBatchLink, httpLink } from "@trpc/client";
import { createClient } from "../../adjax_jsonrpc/static/adjax_jsonrpc/adjax.mjs";
import { compare, print, smoke } from "./rounds.mjs";

const CALLS = 100;
const root = fileURLToPath(new URL("../..", import.meta.url));

const freePort = async () => {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  return port;
};

const answers = (port) =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => resolve(true)).on("error", () => resolve(false)).on("connect", () => socket.destroy());
  });

/** Runs the server for as long as the work takes. */
const serving = async (work) => {
  const port = await freePort();
  const command = ["-m", "gunicorn", "bench.client.server", "--bind", `127.0.0.1:${port}`, "--threads", "4", "--log-level", "warning"];
  const server = spawn(process.env.PYTHON ?? "python3", command, { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  const ended = once(server, "exit");
  try {
    for (const deadline = Date.now() + 30_000; !(await answers(port)); ) {
      if (server.exitCode !== null || Date.now() > deadline) throw new Error("the server does not answer");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await work(`http://127.0.0.1:${port}`);
  } finally {
    server.kill();
    await ended;
  }
};

const numbers = Array.from({ length: CALLS }, (_, index) => index);
const all = (call) => Promise.all(numbers.map(call));

const post = async (url, body) => {
  const headers = { "Content-Type": "application/json" };
  return (await fetch(url, { method: "POST", headers, body: JSON.stringify(body) })).json();
};
const request = (id) => ({ jsonrpc: "2.0", method: "shop.add", params: [id, 1], id });

await serving(async (url) => {
  const rpc = createClient(`${url}/rpc/`);
  const alone = createClient(`${url}/rpc/`, { batch: false });
  const trpc = createTRPCClient({ links: [httpBatchLink({ url: `${url}/trpc` })] });
  const trpcAlone = createTRPCClient({ links: [httpLink({ url: `${url}/trpc` })] });
  const contestants = {
    "100 fetches by hand": () => all(async (number) => (await post(`${url}/rpc/`, request(number))).result),
    "adjax-jsonrpc, batch: false": () => all((number) => alone.shop.add(number, 1)),
    "tRPC, httpLink": () => all((number) => trpcAlone.shop.add.mutate([number, 1])),
    "tRPC, httpBatchLink": () => all((number) => trpc.shop.add.mutate([number, 1])),
    "adjax-jsonrpc": () => all((number) => rpc.shop.add(number, 1)),
    "one fetch by hand, a JSON-RPC batch": async () => (await post(`${url}/rpc/`, numbers.map(request))).map(({ result }) => result),
  };
  const wanted = numbers.map((number) => number + 1);
  for (const [name, run] of Object.entries(contestants)) assert.deepEqual(await run(), wanted, name);
  if (smoke) return console.log("calls: every client gets its answers");

  const results = await compare(contestants, { rounds: 21, span: 60 });
  const first = Object.values(results)[0];
  print([
    ["100 calls", "time", "times faster"],
    ...Object.entries(results).map(([name, { ratio }]) => [name, ratio.toFixed(3), (1 / ratio).toFixed(1)]),
  ]);
  console.log(`1 is ${first.milliseconds.toFixed(0)} ms here.`);
});
