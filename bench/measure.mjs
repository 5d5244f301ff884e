/** Measures the rows in turn: every cell once per round, row after row, so that other load on the machine affects all rows. */
import { fork } from 'node:child_process';
import { join } from 'node:path';

/** Starts one client process for all rows, so that it is equally warm for each. */
export function startClient() {
  const client = fork(join(import.meta.dirname, 'load/load.mjs'));
  return {
    run: (job) =>
      new Promise((resolve, reject) => {
        client.once('message', (/** @type {any} */ { figures, error }) =>
          error ? reject(new Error(error)) : resolve(figures),
        );
        client.send(job);
      }),
    close: () => client.disconnect(),
  };
}

/** Calls needed until V8 has compiled the hot code, however slow the machine is. */
const WARM_UP_CALLS = 15_000;
const WARM_UP_MS = 300;
const WARM_UP_TRIES = 6;

/**
 * `rows` are `{ name, title, target }`; the result is a list of cells `{ row, size, clients, rounds: figures[] }`. A row that
 * fails once is left out from then on, with the reason in its `failure`.
 */
export async function measure(client, rows, options, say) {
  const { sizes, clients, rounds, ms } = options;
  const most = Math.min(16, Math.max(...clients));
  for (const row of rows) await warmUp(client, row, sizes, most);
  const cells = new Map();
  for (let round = 1; round <= rounds; round++) {
    say(`round ${round} of ${rounds}`);
    for (const { row, size, count } of cellsOf(rows, sizes, clients)) {
      const figures = await attempt(client, row, size, count, ms);
      if (figures) cellOf(cells, row, size, count).rounds.push(figures);
    }
  }
  return [...cells.values()];
}

async function warmUp(client, row, sizes, clients) {
  for (const size of sizes) await attempt(client, row, size, clients, WARM_UP_MS);
  for (let calls = 0, tries = 0; calls < WARM_UP_CALLS && tries < WARM_UP_TRIES && !row.failure; tries++) {
    const figures = await attempt(client, row, Math.min(...sizes), clients, WARM_UP_MS);
    calls += figures?.calls ?? 0;
  }
}

const cellsOf = (rows, sizes, clients) =>
  sizes.flatMap((size) => clients.flatMap((count) => rows.map((row) => ({ row, size, count }))));

async function attempt(client, row, size, clients, ms) {
  if (row.failure) return undefined;
  try {
    return await client.run({ target: row.target, size, clients, ms });
  } catch (error) {
    row.failure = `${error.message} (${size} B, ${clients} clients)`;
    return undefined;
  }
}

function cellOf(cells, { name }, size, clients) {
  const key = `${name} ${size} ${clients}`;
  if (!cells.has(key)) cells.set(key, { row: name, size, clients, rounds: [] });
  return cells.get(key);
}

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Medians over rounds; `spread` is half the distance between the best and the worst round, relative to the median rate. */
export function summarise({ row, size, clients, rounds }) {
  const of = (name) => median(rounds.map((figures) => figures[name]));
  const rates = rounds.map(({ rate }) => rate);
  const hasCpu = rounds.every(({ cpu }) => cpu !== undefined && cpu !== null);
  return {
    row,
    size,
    clients,
    p50: of('p50'),
    p90: of('p90'),
    p99: of('p99'),
    rate: of('rate'),
    spread: (Math.max(...rates) - Math.min(...rates)) / 2 / median(rates),
    ...(hasCpu ? { cpu: of('cpu') } : {}),
  };
}

/** Median over rounds of one row's `figure` divided by another's in the same round; undefined if one is missing. */
export function ratio(cells, figure, row, other, size, clients) {
  const find = (name) =>
    cells.find((cell) => cell.row === name && cell.size === size && cell.clients === clients);
  const [mine, theirs] = [find(row), find(other)];
  if (!mine || !theirs) return undefined;
  const count = Math.min(mine.rounds.length, theirs.rounds.length);
  const ratios = mine.rounds
    .slice(0, count)
    .map((round, index) => round[figure] / theirs.rounds[index][figure]);
  return { value: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios) };
}
