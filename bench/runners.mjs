/**
 * Measures warm starts through package runners: `node bench/runners.mjs [BASE] [ROUNDS]`. A start by itself, behind another
 * checkout (BASE), and behind this one take turns within each round: time until the server is ready, and CPU of all processes.
 */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from './measure.mjs';
import { killAll, start, stop } from './processes.mjs';
import { describeRun } from './report.mjs';
import { startHive, untilSettled } from './rows/hive.mjs';

const [base = '', rounds = '9'] = process.argv.slice(2);
const ROUNDS = Number(rounds);
/** Of the kernel's counters of CPU time. */
const TICK_MS = 10;
const HELLO = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'bench', version: '1' } },
};
const COMMANDS = {
  npx: ['npx', '-y', '@modelcontextprotocol/server-everything@2026.8.31', 'stdio'],
  uvx: ['uvx', 'mcp-server-time@2026.10.19'],
};
const ROOTS = { ...(base && { base }), this: join(import.meta.dirname, '..') };
/** No packages of its own: a runner would take them. */
const FOLDER = mkdtempSync(join(tmpdir(), 'hive-bench-'));
const endings = [];
try {
  const lines = [];
  for (const [runner, command] of Object.entries(COMMANDS))
    if (isThere(runner)) lines.push(...(await measureRunner(runner, command)));
  report(describeRun({}), lines);
} finally {
  for (const end of endings.toReversed()) await end();
  killAll();
  rmSync(FOLDER, { recursive: true });
}

function isThere(program) {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function measureRunner(runner, command) {
  await (await alone(command)).end();
  /** @type {Record<string, () => Promise<{ pid: number | undefined, end: () => Promise<void> }>>} */
  const ways = { alone: () => alone(command) };
  for (const [name, root] of Object.entries(ROOTS)) {
    const [program = '', ...args] = command;
    const hive = await startHive(
      { servers: { it: { command: program, args } } },
      (end) => endings.push(end),
      root,
    );
    const failed = await untilSettled(hive.url);
    await hive.stop();
    // Earlier versions pass no certificates on, which uvx may need.
    if (failed.size > 0) process.stderr.write(`${runner} ${name}: ${[...failed.values()][0]}\n`);
    if (failed.size > 0) continue;
    ways[name] = () => behind(hive);
  }
  const names = Object.keys(ways);
  /** @type {{ name: string, ms: number[], cpu: number[] }[]} */
  const rows = names.map((name) => ({ name, ms: [], cpu: [] }));
  for (let round = 0; round < ROUNDS; round++)
    for (const row of round % 2 === 0 ? rows : rows.toReversed()) {
      const { ms, cpu } = await timed(ways[row.name]);
      row.ms.push(ms);
      row.cpu.push(cpu);
    }
  const compared = rows.at(-2) ?? rows[0];
  return rows.map((row) => rowOf(`${runner} ${row.name}`, row, compared));
}

/** @param start resolves once the server is ready, with its first process and what ends it */
async function timed(start) {
  const began = performance.now();
  const { pid, end } = await start();
  const [ms, cpu] = [performance.now() - began, cpuMs(pid)];
  await end();
  return { ms, cpu };
}

/** CPU of a process, of all below it, and of those that they have waited for. */
function cpuMs(pid) {
  const fields = read(`/proc/${pid}/stat`).split(') ')[1]?.split(' ') ?? [];
  const own = fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) * TICK_MS, 0);
  const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    read(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean),
  );
  return children.reduce((sum, child) => sum + cpuMs(child), own);
}

/** A process may have ended. */
function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** A client that starts the server itself. */
async function alone(command) {
  const started = start(command, { cwd: FOLDER, stdin: 'pipe' });
  const { pid, child, over } = started;
  child.stdin?.write(`${JSON.stringify(HELLO)}\n`);
  await Promise.race([once(child.stdout ?? child, 'data'), over]);
  if (child.exitCode !== null) throw new Error(started.output);
  const end = async () => {
    process.kill(-Number(pid), 'SIGTERM');
    await over;
  };
  return { pid, end };
}

async function behind(hive) {
  const again = await hive.again();
  const ready = () => /^\S+ +ready/m.test(again.output);
  while (!ready()) await once(again.child.stdout, 'data');
  return { pid: again.pid, end: () => stop(again) };
}

function rowOf(what, { ms, cpu }, compared) {
  const range = (values) => `${Math.round(Math.min(...values))}–${Math.round(Math.max(...values))}`;
  const ratio = (mine, theirs) => median(mine.map((value, round) => value / theirs[round])).toFixed(2);
  return [
    what,
    `${Math.round(median(ms))} (${range(ms)})`,
    ratio(ms, compared.ms),
    `${Math.round(median(cpu))} (${range(cpu)})`,
    ratio(cpu, compared.cpu),
  ];
}

function report(about, rows) {
  const line = (parts) => `| ${parts.join(' | ')} |`;
  const text = [
    `# Warm starts by package runners: ${about.date.slice(0, 16).replace('T', ' ')} UTC, commit ${about.commit}\n`,
    `${about.machine}, load ${about.load}; Node ${about.node}; ${ROUNDS} rounds, in turn; medians (min–max).`,
    `Ratios are medians of those per round, to ${base ? 'the other checkout' : 'a start by itself'}.\n`,
    line(['start', 'ms until ready', 'ratio', 'CPU until then, ms', 'ratio']),
    line(['---', '--:', '--:', '--:', '--:']),
    ...rows.map(line),
  ].join('\n');
  process.stdout.write(`${text}\n`);
}
