// node client.mjs <url> <name> <connections>: calls by the JavaScript client until told to stop.
//
// Commands on stdin, a line each: "hold <key>" starts a call that waits, "stop" ends all. Events on
// stdout, a line of JSON each: what a held call came to, what was lost, and at the end the counts.
import { createInterface } from "node:readline";

import {
  createClient, InternalError, InvalidParamsError, MethodNotFoundError, RpcError, TransportError,
} from "../../adjax_jsonrpc/static/adjax_jsonrpc/adjax.mjs";

const [url, name, connections] = process.argv.slice(2);
const totals = { good: 0, bad: 0, slow: 0, requests: 0, lost: 0 };
const wrote = [];
const unknown = [];
const mustNotWrite = [];
const wrong = [];
let stopped = false;

const say = (event) => console.log(JSON.stringify(event));
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A call's own expectation: its kind, how to send it, whether what it came to is right, its key. */
const calls = (rpc, key, number) => {
  const at = new Date(Date.UTC(2026, 2, 1, 8, number % 60));
  const big = 2n ** 70n + BigInt(number);
  return [
    { kind: "good", send: () => rpc.soak.write(`${key}a`, number), writes: `${key}a`,
      isRight: ({ value }) => same(value, { key: `${key}a`, square: number * number }) },
    { kind: "good", send: () => rpc.soak.write_later.with({ key: `${key}b`, number }), writes: `${key}b`,
      isRight: ({ value }) => same(value, { key: `${key}b`, square: number * number }) },
    { kind: "good", send: () => rpc.soak.bill([{ sku: "A", qty: 3, price: "1.10" }], at),
      isRight: ({ value }) => value?.total === "3.30" && +value.due === +at + 14 * 86_400_000 },
    { kind: "good", send: () => rpc.soak.echo([big, new Set([number]), new Uint8Array([number % 256])]),
      isRight: ({ value }) =>
        value?.[0] === big && value[1].has(number) && value[2][0] === number % 256 },
    { kind: "slow", send: () => rpc.soak.slow_later(number, 0.05), isRight: ({ value }) => value === number },
    { kind: "bad", send: () => rpc.soak.write_and_fail(`${key}c`), mustNotWrite: `${key}c`,
      isRight: ({ reason }) => reason instanceof InternalError },
    { kind: "bad", send: () => rpc.soak.write(`${key}d`, "one"), mustNotWrite: `${key}d`,
      isRight: ({ reason }) => reason instanceof InvalidParamsError && reason.at("/1").length > 0 },
    { kind: "bad", send: () => rpc.soak.nothing(),
      isRight: ({ reason }) => reason instanceof MethodNotFoundError },
    { kind: "bad", send: () => rpc.soak.refuse(7000),
      isRight: ({ reason }) => reason instanceof RpcError && reason.code === 7000 && reason.data.code === 7000 },
  ].filter((_, index) => (number + index) % 3 !== 0);
};

// Of an answer that the killed worker had begun, the head may have come, with its status.
const isLost = ({ reason }) => reason instanceof TransportError && !(reason.cause instanceof SyntaxError);

const connection = async (index) => {
  const rpc = createClient(`${url}/rpc/`);
  for (let number = 1; !stopped; number++) {
    const sent = calls(rpc, `${name}-${index}-${number}`, number); // of one tick: one request
    const began = Date.now();
    const outcomes = await Promise.allSettled(sent.map(({ send }) => send()));
    totals.requests++;
    if (outcomes.every(isLost)) {
      totals.lost++;
      unknown.push(...sent.flatMap(({ writes }) => writes ?? []));
      say({ event: "lost", began, ended: Date.now(), says: String(outcomes[0].reason) });
    } else {
      outcomes.forEach((outcome, which) => {
        const { kind, isRight, writes } = sent[which];
        if (!isRight(outcome)) wrong.push(`${kind} ${writes}: ${outcome.reason?.stack ?? JSON.stringify(outcome)}`);
        else if (writes) wrote.push(writes);
        totals[kind]++;
      });
    }
    mustNotWrite.push(...sent.flatMap((each) => each.mustNotWrite ?? []));
    await pause(Math.random() * 60);
  }
};

const hold = async (key) => {
  const [outcome] = await Promise.allSettled([createClient(`${url}/rpc/`).soak.hold(key)]);
  const lost = isLost(outcome);
  say({ event: "held", key, lost, value: outcome.value, says: lost ? String(outcome.reason) : String(outcome.reason ?? "") });
};

createInterface({ input: process.stdin }).on("close", () => (stopped = true)).on("line", (line) => {
  if (line === "stop") stopped = true;
  else hold(line.slice("hold ".length));
});
await Promise.all(Array.from({ length: Number(connections) }, (_, index) => connection(index)));
const end = { event: "end", totals, wrote, unknown, mustNotWrite, wrong };
process.stdout.write(`${JSON.stringify(end)}\n`, () => process.exit()); // not before all is written
