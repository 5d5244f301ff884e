/**
 * Measures what a server that writes as fast as it can costs the calls to another server: `node bench/fairness.mjs [--quick]
 * [--base FOLDER] [--rows A;B] [--busy]`. For each kind of output, rounds without and with the flood take turns; written to results/.
 * On a machine with other work: `chrt -r 10 node bench/fairness.mjs --busy` runs before that work, and the flood after the gateway.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { callBody, openSession, post } from './mcp.mjs';
import { startClient } from './measure.mjs';
import { firstLine, killAll, start } from './processes.mjs';
import { describeRun } from './report.mjs';
import { startHive, untilSettled } from './rows/hive.mjs';

const FLOODS = join(import.meta.dirname, '../test/servers/floods.mjs');
const QUIET = join(import.meta.dirname, 'server.mjs');
const STDIO = [
  'stderr',
  'stderr, 100,000 lines/s',
  'stderr, empty lines',
  'noise',
  'noise, empty lines',
  'noise, braces',
  'notifications',
  'a batch on a line',
  'progress',
  'unknown answers',
  'endless line',
  'endless message',
  'long lines',
  'binary',
  'list changes',
  'huge lists',
  'templates',
];
const HTTP = [
  'HTTP, endless body',
  'HTTP, comments',
  'HTTP, notifications',
  'HTTP, progress',
  'HTTP, endless event',
];

const option = (name) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
};
const isQuick = process.argv.includes('--quick');
const isBusy = process.argv.includes('--busy');
const FLOODER = [...(isBusy ? ['chrt', '-r', '5'] : []), process.execPath, FLOODS];
const root = option('--base');
const asked = option('--rows')?.split(';');
const ROUNDS = isQuick ? 1 : 3;
const MS = isQuick ? 500 : 1_500;
/** A flood begins before the measurement and ends after it. */
const LEAD_MS = 200;

const client = startClient();
const ends = [];
const rows = [];
try {
  for (const kind of [...STDIO, ...HTTP]) if (!asked || asked.includes(kind)) rows.push(await row(kind));
  report();
} finally {
  client.close();
  for (const end of ends) await end();
  killAll();
}

async function row(kind) {
  const own = [];
  const hive = await startHive({ servers: await serversFor(kind) }, (end) => own.push(end), root);
  await untilSettled(hive.url);
  const sessions = [await openSession(hive.url)];
  const target = {
    kind: 'http',
    port: Number(new URL(hive.url).port),
    path: '/mcp',
    pid: hive.pid,
    sessions,
    body: callBody('quiet_bytes'),
  };
  const run = () => client.run({ target, size: 100, clients: 1, ms: MS });
  for (let i = 0; i < 3; i++) await run();
  const quiet = [];
  const loud = [];
  for (let round = 0; round < ROUNDS; round++) {
    quiet.push(await run());
    const over = flood(hive.url, kind, MS + 2 * LEAD_MS);
    await new Promise((resolve) => setTimeout(resolve, LEAD_MS));
    loud.push(await run());
    await over;
  }
  for (const end of own) await end();
  const result = { kind, quiet: medians(quiet), loud: medians(loud) };
  process.stderr.write(`${line(result)}\n`);
  return result;
}

async function serversFor(kind) {
  const quiet = { command: process.execPath, args: [QUIET] };
  if (!HTTP.includes(kind))
    return { quiet, loud: { command: FLOODER[0], args: FLOODER.slice(1), env: { FLOOD: kind } } };
  const started = start([...FLOODER, '0']);
  return { quiet, loud: { type: 'remote', url: `http://127.0.0.1:${await firstLine(started)}/mcp` } };
}

async function flood(url, kind, ms) {
  const headers = await openSession(url);
  const params = { name: 'loud_flood', arguments: { kind, ms }, _meta: { progressToken: 'p' } };
  await post(url, { jsonrpc: '2.0', id: 1, method: 'tools/call', params }, headers).catch(() => {});
}

function medians(figures) {
  const of = (name) => figures.map((it) => it[name]).sort((a, b) => a - b)[Math.floor(figures.length / 2)];
  return {
    calls: of('calls'),
    p50: of('p50'),
    p99: of('p99'),
  };
}

function line({ kind, quiet, loud }) {
  const ms = (value) => value.toFixed(2);
  const cells = [
    kind,
    ms(quiet.p50),
    ms(loud.p50),
    ms(quiet.p99),
    ms(loud.p99),
    (loud.p99 / quiet.p99).toFixed(1),
    `${quiet.calls} → ${loud.calls}`,
  ];
  return `| ${cells.join(' | ')} |`;
}

function report() {
  const about = describeRun({});
  const text = [
    `# Fairness: ${about.date.slice(0, 16).replace('T', ' ')} UTC, commit ${about.commit}${root ? ', code of --base' : ''}`,
    `${about.machine}; Node ${about.node}. Calls of 100 B to a quiet server, one client, while another server writes; ${ROUNDS} rounds of ${MS / 1000} s each without and with it, medians.`,
    [
      '| the other server writes | p50 quiet, ms | p50 loud | p99 quiet | p99 loud | ratio of p99 | calls |',
      '| --- | --: | --: | --: | --: | --: | --: |',
      ...rows.map(line),
    ].join('\n'),
  ].join('\n\n');
  process.stdout.write(`${text}\n`);
  if (isQuick || asked) return;
  const folder = join(import.meta.dirname, 'results');
  mkdirSync(folder, { recursive: true });
  const name = `fairness-${about.date.slice(0, 10)}-${about.commit}${root ? '-base' : ''}.md`;
  writeFileSync(join(folder, name), `${text}\n`);
}
