/**
 * Where the gateway's time goes: `node bench/profile.mjs NAME [SIZE] [CLIENTS] [ROW]` runs the row of Hive under V8's profiler and
 * writes profiles/NAME.md: the functions, and the files, by their own time.
 */
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startClient } from './measure.mjs';
import { killAll } from './processes.mjs';
import { hive } from './rows/hive.mjs';

const [name, size = '100', clients = '16', rowName = 'hive-native'] = process.argv.slice(2);
const MS = 6_000;
const SHOWN = 30;

const folder = mkdtempSync(join(tmpdir(), 'hive-bench-profile-'));
process.env.NODE_OPTIONS = `--cpu-prof --cpu-prof-dir=${folder}`;
const endings = [];
const row = hive.find((it) => it.name === rowName);
const context = { rows: [rowName], clients: Number(clients), folder, atEnd: (end) => endings.push(end) };
const target = await row.open(context);
delete process.env.NODE_OPTIONS;
const client = startClient();
const job = { target, size: Number(size), clients: Number(clients) };
await client.run({ ...job, ms: 500 });
const figures = await client.run({ ...job, ms: MS });
client.close();
for (const end of endings) await end();
killAll();

const about = `${row.title}, ${size} B, ${clients} clients: ${Math.round(figures.rate)} calls/s, ${figures.cpu.toFixed(1)} µs CPU a call under the profiler`;
const text = `${about}\n\n${tables(profileOf(target.pid))}`;
process.stdout.write(text);
if (name && name !== '-') writeFileSync(join(import.meta.dirname, 'profiles', `${name}.md`), text);
rmSync(folder, { recursive: true, force: true });

function profileOf(pid) {
  const [file] = globSync(`CPU.*.${pid}.*.cpuprofile`, { cwd: folder });
  return JSON.parse(readFileSync(join(folder, file), 'utf8'));
}

function tables({ nodes, samples, timeDeltas }) {
  const byId = new Map(nodes.map((node) => [node.id, node.callFrame]));
  const functions = new Map();
  const files = new Map();
  let total = 0;
  for (const [index, id] of samples.entries()) {
    const frame = byId.get(id);
    if (frame.functionName === '(idle)' || frame.functionName === '(program)') continue;
    const file = fileOf(frame);
    total += timeDeltas[index];
    add(
      functions,
      `${frame.functionName || '(anonymous)'} ${file}:${frame.lineNumber + 1}`,
      timeDeltas[index],
    );
    add(files, file, timeDeltas[index]);
  }
  return `${table('file', files, total)}\n${table('function', functions, total)}`;
}

function add(map, key, time) {
  map.set(key, (map.get(key) ?? 0) + time);
}

function fileOf({ url, functionName }) {
  const own = /\/(src\/.*|node_modules\/.*)$/.exec(url)?.[1];
  return own ?? (url || (functionName.startsWith('(') ? functionName : 'native'));
}

function table(what, times, total) {
  const top = [...times].sort((a, b) => b[1] - a[1]).slice(0, SHOWN);
  const lines = top.map(([key, time]) => `| ${((time / total) * 100).toFixed(1)} % | ${key} |`);
  return `| self | ${what} |\n| --: | --- |\n${lines.join('\n')}\n`;
}
