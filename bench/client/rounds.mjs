// Times contestants in interleaved rounds; a figure is the median over rounds of ratios within one round.

export const smoke = process.argv.includes("--smoke");

const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/** Milliseconds of one run, from as many runs as fit into `span`. */
const time = async (run, span) => {
  globalThis.gc?.();
  const start = performance.now();
  let runs = 0;
  let now;
  do {
    await run();
    runs++;
  } while ((now = performance.now()) - start < span);
  return (now - start) / runs;
};

/** `contestants` are functions by name, the first of which is the measure. Returns ratios to it, and milliseconds. */
export const compare = async (contestants, { rounds, span = 0 }) => {
  const names = Object.keys(contestants);
  const times = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = smoke ? 0 : -2; round < (smoke ? 1 : rounds); round++) {
    for (let index = 0; index < names.length; index++) {
      const name = names[(index + round + 2) % names.length];
      const taken = await time(contestants[name], smoke ? 0 : span);
      if (round >= 0) times[name].push(taken); // the rounds before warm up
    }
  }
  const first = times[names[0]];
  return Object.fromEntries(
    names.map((name) => [
      name,
      { ratio: median(times[name].map((taken, round) => taken / first[round])), milliseconds: median(times[name]) },
    ]),
  );
};

/** A table in Markdown; every row after the heading has its label first. */
export const print = (rows) => {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row) => `| ${row.map((cell, column) => (column ? cell.padStart(widths[column]) : cell.padEnd(widths[0]))).join(" | ")} |`;
  const rule = `|${widths.map((width, column) => (column ? `${"-".repeat(width + 1)}:` : "-".repeat(width + 2))).join("|")}|`;
  const [head, ...body] = rows.map(line);
  console.log([head, rule, ...body, ""].join("\n"));
};
