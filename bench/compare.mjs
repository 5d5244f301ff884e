/**
 * Compares another checkout of Hive with this one: `node bench/compare.mjs BASE [ROUNDS]`. Measures the start of the gateway, of
 * commands and of `up`, and `tools/list`. The two take turns within each round; written to results/.
 */
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSessions } from './mcp.mjs';
import { median, startClient } from './measure.mjs';
import { killAll, run } from './processes.mjs';
import { describeRun } from './report.mjs';
import { SERVER } from './rows/direct.mjs';
import { container, programme, startHive, untilSettled } from './rows/hive.mjs';

const [base, rounds = '9'] = process.argv.slice(2);
if (base === undefined) throw new Error('usage: node bench/compare.mjs BASE [ROUNDS]');
const ROUNDS = Number(rounds);
const ROOTS = [base, join(import.meta.dirname, '..')];
const SERVERS = 10;
const CELL_MS = 500;
const WARM_UP_MS = 1_500;
const LIST = '{"jsonrpc":"2.0","id":$ID,"method":"tools/list","params":{}}';

const native = { command: process.execPath, args: [SERVER] };
const stdio = container({ command: 'node /server.mjs', network: 'none' });
const listed = Object.fromEntries(Array.from({ length: SERVERS }, (_, index) => [`n${index}`, native]));

/** Figures by row: one list of values for each checkout. */
const figures = new Map();
const endings = [];
try {
  await measureLists();
  await takeTurns(gatewayAnswers);
  await measureCommands();
  for (const count of [1, 5]) await measureUp(count);
  report(describeRun({}));
} finally {
  for (const end of endings.toReversed()) await end();
  killAll();
}

function add(what, index, value) {
  if (!figures.has(what)) figures.set(what, [[], []]);
  figures.get(what)[index].push(value);
}

/** Calls `measureOne(root, index)` for both checkouts in each round; every second round begins with the other one. */
async function takeTurns(measureOne) {
  for (let round = 0; round < ROUNDS; round++)
    for (const index of round % 2 === 0 ? [0, 1] : [1, 0]) await measureOne(ROOTS[index], index);
}

async function timed(action) {
  const began = performance.now();
  await action();
  return performance.now() - began;
}

async function measureLists() {
  const targets = [];
  for (const root of ROOTS) {
    const { url, pid } = await startHive({ servers: listed }, (end) => endings.push(end), root);
    await untilSettled(url);
    const sessions = await openSessions(url, 16);
    targets.push({ kind: 'http', port: Number(new URL(url).port), path: '/mcp', pid, sessions, body: LIST });
  }
  const client = startClient();
  const cell = (target, clients, ms) => client.run({ target, size: 0, clients, ms });
  for (const target of targets) for (const clients of [1, 16]) await cell(target, clients, WARM_UP_MS);
  await takeTurns(async (_, index) => {
    const one = await cell(targets[index], 1, CELL_MS);
    const many = await cell(targets[index], 16, CELL_MS);
    add(`tools/list of ${SERVERS} servers, 1 client: p50, µs`, index, one.p50 * 1000);
    add('… 16 clients: µs per call', index, 1e6 / many.rate);
    add('… 16 clients: CPU of the gateway, µs per call', index, many.cpu);
  });
  client.close();
}

async function gatewayAnswers(root, index) {
  const ends = [];
  const hive = await startHive({ servers: { native } }, (end) => ends.push(end), root);
  await (await fetch(new URL('/health', hive.url))).json();
  add('gateway answers, 1 native server: ms', index, performance.now() - hive.began);
  for (const end of ends) await end();
}

async function measureCommands() {
  const files = [];
  for (const root of ROOTS) {
    const hive = await startHive({ servers: { native } }, (end) => endings.push(end), root);
    await untilSettled(hive.url);
    files.push(hive);
  }
  await takeTurns(async (root, index) => {
    const env = { ...process.env, ...files[index].env };
    for (const args of [['--help'], ['ps', '-c', files[index].file], ['plan', '-c', files[index].file]]) {
      const command = [process.execPath, programme(root), ...args];
      add(`hive ${args[0]}: ms`, index, await timed(() => run(command, { env })));
    }
  });
}

/** `hive up` of stopped containers, until all are ready. */
async function measureUp(count) {
  const servers = Object.fromEntries(Array.from({ length: count }, (_, index) => [`c${index}`, stdio]));
  const stacks = [];
  for (const root of ROOTS) {
    const hive = await startHive({ servers }, (end) => endings.push(end), root);
    await untilSettled(hive.url);
    await hive.stop();
    stacks.push(hive);
  }
  await takeTurns(async (_, index) => {
    const again = await stacks[index].again();
    const ready = () => again.output.match(/^\S+ +ready/gm)?.length ?? 0;
    while (ready() < count) await once(again.child.stdout, 'data');
    add(
      `hive up of ${count} stopped container${count > 1 ? 's' : ''}: ms`,
      index,
      performance.now() - again.began,
    );
    await again.stop();
  });
}

function report(about) {
  const line = (parts) => `| ${parts.join(' | ')} |`;
  const rows = [...figures].map(([what, [before, after]]) => {
    const ratios = after.map((value, round) => value / before[round]);
    const range = `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`;
    return line([
      what,
      Math.round(median(before)),
      Math.round(median(after)),
      median(ratios).toFixed(2),
      range,
    ]);
  });
  const text = [
    `# ${about.date.slice(0, 16).replace('T', ' ')} UTC: ${about.commit} compared with another checkout\n`,
    `${about.machine}; Node ${about.node}; ${ROUNDS} rounds, in turn; medians. Smaller is better.\n`,
    line(['what', 'base', 'this', 'ratio', 'min–max']),
    line(['---', '--:', '--:', '--:', '--:']),
    ...rows,
  ].join('\n');
  process.stdout.write(`${text}\n`);
  const folder = join(import.meta.dirname, 'results');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `compare-${about.date.slice(0, 10)}-${about.commit}.md`), `${text}\n`);
}
