// What node and a page do with the client; each scenario returns what it saw, as JSON.

const numbers = (count) => Array.from({ length: count }, (_, index) => index);

/** How calls ended: `[value]`, or what is to be known of the error. */
const endings = async (calls) =>
  (await Promise.allSettled(calls)).map(({ value, reason }) =>
    reason ? { name: reason.name, method: reason.method, status: reason.status, code: reason.code, body: reason.body } : [value],
  );

/** 1,000 calls in one tick: how many came back as themselves. */
const thousand = async ({ rpc }) => {
  const sent = numbers(1000).map((number) => ({ number, when: new Date(number), big: 2n ** 60n + BigInt(number), all: new Set([number]) }));
  const results = await Promise.all(sent.map((value, index) => (index % 10 ? rpc.probe.echo(value) : rpc.probe.later.with({ value }))));
  return results.filter(
    ({ number, when, big, all }, index) =>
      number === index && when instanceof Date && +when === index && big === sent[index].big && all instanceof Set && all.has(index),
  ).length;
};

/** 1,000 calls, every second of which is aborted once the first answer is there. */
const abortHalf = async ({ adjax, connect }) => {
  const controller = new AbortController();
  const rpc = connect({ onResponse: () => controller.abort() });
  const calls = numbers(1000).map((number) => rpc.probe.echo.with({ value: number }, number % 2 ? { signal: controller.signal } : {}));
  const settled = await Promise.allSettled(calls);
  return {
    right: settled.filter(({ value }, index) => index % 2 === 0 && value === index).length,
    aborted: settled.filter(({ reason }, index) => index % 2 && reason instanceof adjax.AbortError).length,
  };
};

/** 1,000 calls, every second of which is aborted before anything was sent. */
const abortBeforeSending = async ({ rpc }) => {
  const controller = new AbortController();
  const calls = numbers(1000).map((number) => rpc.probe.echo.with({ value: number }, number % 2 ? { signal: controller.signal } : {}));
  controller.abort();
  return (await endings(calls)).filter((ending, index) => (index % 2 ? ending.name === "AbortError" : ending[0] === index)).length;
};

/** All calls of a batch are aborted while the server works on it. */
const abortAll = async ({ rpc, connect, key }) => {
  let signal;
  const other = connect({ transport: (url, init) => fetch(url, { ...init, signal: (signal = init.signal) }) });
  const controller = new AbortController();
  const calls = numbers(10).map(() => other.probe.hold.with({ key }, { signal: controller.signal }));
  const ended = endings(calls);
  await rpc.probe.held(key);
  const before = signal.aborted;
  controller.abort();
  const names = (await ended).map(({ name }) => name);
  await rpc.probe.release(key);
  return { before, after: signal.aborted, names };
};

/** The server's process dies in the middle of a batch, while another call waits. */
const killed = async ({ connect, key, log }) => {
  const sent = [];
  const rpc = connect({ onRequest: ({ methods }) => void sent.push(methods.length) });
  const before = await rpc.probe.echo("before");
  const slow = rpc.call("probe.hold", [key], { batch: false });
  await rpc.probe.held(key);
  const batch = numbers(100).map((number) => (number === 50 ? rpc.probe.die(log) : rpc.probe.echo(number)));
  const [waiting, ...others] = await endings([slow, ...batch]);
  const [after] = await endings([rpc.probe.echo("after")]);
  return { before, waiting, others, after, sent };
};

/** Two calls that count their runs, of which the second may be sent again, and 98 others. */
const proxied = async ({ adjax, connect, key }) => {
  const rpc = connect({ methods: { "probe.run_again": { idempotent: true } }, retry: adjax.backoff({ delay: 1 }) });
  const others = numbers(98).map((number) => rpc.probe.echo(number));
  return endings([rpc.probe.run(`${key} once`), rpc.probe.run_again(`${key} again`), ...others]);
};

const scenarios = { thousand, abortHalf, abortBeforeSending, abortAll, killed, proxied };

/** Runs one scenario; says so when it does not come to its end. */
export const run = async (adjax, name, { url = "", ...given }) => {
  const connect = (options) => adjax.createClient(`${url}/rpc/`, options);
  const late = new Promise((resolve) => setTimeout(resolve, 40_000, "pending"));
  const seen = await Promise.race([scenarios[name]({ adjax, connect, rpc: connect(), ...given }), late]);
  return JSON.parse(JSON.stringify(seen));
};
