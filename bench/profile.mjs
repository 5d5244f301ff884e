/**
 * Profiles the gateway: `node bench/profile.mjs NAME [SIZE] [CLIENTS] [ROW] [BASE]` runs one row under V8's profiler and writes
 * profiles/NAME.md: files and functions by self time, and Hive's functions by total time.
 */
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { cpuOf } from './load/cpu.mjs';
import { startClient } from './measure.mjs';
import { killAll } from './processes.mjs';
import { direct } from './rows/direct.mjs';
import { base, hive } from './rows/hive.mjs';

const [name, size = '100', clients = '16', rowName = 'hive-native', root] = process.argv.slice(2);
const MS = Number(process.env.MS ?? 6_000);
const SHOWN = 30;

const folder = mkdtempSync(join(tmpdir(), 'hive-bench-profile-'));
process.env.HIVE_BENCH_SOURCE = '1';
process.env.NODE_OPTIONS = `--cpu-prof --cpu-prof-dir=${folder}`;
const endings = [];
const row = [...direct, base, ...hive].find((it) => it.name === rowName);
if (!row) throw new Error(`there is no row ${rowName}`);
const context = {
  rows: [rowName],
  clients: Number(clients),
  folder,
  base: root,
  atEnd: (end) => endings.push(end),
};
/** @type {any} */
const target = await row.open(context);
delete process.env.NODE_OPTIONS;
const client = startClient();
const job = { target, size: Number(size), clients: Number(clients) };
await client.run({ ...job, ms: 500 });
/** End of start and warm-up on the profile's clock, in microseconds. */
const since = Number(process.hrtime.bigint() / 1000n);
const figures = await client.run({ ...job, ms: MS });
client.close();
process.kill(target.pid, 'SIGTERM');
while (cpuOf(target.pid) !== undefined) await delay(50);
for (const end of endings) await end();
killAll();

const about = `${row.title}, ${size} B, ${clients} clients: ${Math.round(figures.rate)} calls/s, ${figures.cpu.toFixed(1)} µs CPU a call under the profiler`;
const text = `${about}\n\n${tables(profileOf(target.pid))}`;
process.stdout.write(text);
if (name && name !== '-') writeFileSync(join(import.meta.dirname, 'profiles', `${name}.md`), text);
rmSync(folder, { recursive: true, force: true });

function profileOf(pid) {
  const [file] = globSync(`CPU.*.${pid}.*.cpuprofile`, { cwd: folder });
  return JSON.parse(readFileSync(join(folder, file ?? ''), 'utf8'));
}

function tables(profile) {
  const { nodes, samples, timeDeltas } = measured(profile);
  const byId = new Map(nodes.map((node) => [node.id, node.callFrame]));
  const functions = new Map();
  const files = new Map();
  let total = 0;
  for (const [index, id] of samples.entries()) {
    const frame = byId.get(id);
    if (frame.functionName === '(idle)') continue;
    const file = fileOf(frame);
    total += timeDeltas[index];
    add(
      functions,
      `${frame.functionName || '(anonymous)'} ${file}:${frame.lineNumber + 1}`,
      timeDeltas[index],
    );
    add(files, file, timeDeltas[index]);
  }
  const own = [...inclusive(nodes, samples, timeDeltas)].filter(([key]) => key.includes(' src/'));
  const inAll = table('function with what it calls', own, total).replace('self', 'all');
  return `${table('file', files, total)}\n${table('function', functions, total)}\n${inAll}`;
}

function measured({ nodes, samples, timeDeltas, startTime }) {
  let time = startTime;
  const first = timeDeltas.findIndex((delta) => {
    time += delta;
    return time >= since;
  });
  return { nodes, samples: samples.slice(first), timeDeltas: timeDeltas.slice(first) };
}

/** Total time of each function; recursion counts once. */
function inclusive(nodes, samples, timeDeltas) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const self = new Map();
  for (const [index, id] of samples.entries()) add(self, id, timeDeltas[index]);
  const times = new Map();
  const visit = (node, above) => {
    const key = `${node.callFrame.functionName || '(anonymous)'} ${fileOf(node.callFrame)}:${node.callFrame.lineNumber + 1}`;
    const within = new Set(above).add(key);
    let time = self.get(node.id) ?? 0;
    for (const child of node.children ?? []) time += visit(byId.get(child), within);
    if (!above.has(key)) add(times, key, time);
    return time;
  };
  visit(nodes[0], new Set());
  return times;
}

function add(map, key, time) {
  map.set(key, (map.get(key) ?? 0) + time);
}

function fileOf({ url, functionName }) {
  const own = /\/((?:src|node_modules)\/.*)$/.exec(url)?.[1];
  return own ?? (url || (functionName.startsWith('(') ? functionName : 'native'));
}

function table(what, times, total) {
  const top = [...times].sort((a, b) => b[1] - a[1]).slice(0, SHOWN);
  const lines = top.map(([key, time]) => `| ${((time / total) * 100).toFixed(1)} % | ${key} |`);
  return `| self | ${what} |\n| --: | --- |\n${lines.join('\n')}\n`;
}
