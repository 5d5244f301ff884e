/** `npm run bench`: see README.md beside this file. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installPeers } from './install.mjs';
import { probe } from './mcp.mjs';
import { measure, startClient } from './measure.mjs';
import { readOptions } from './options.mjs';
import { killAll } from './processes.mjs';
import { describeRun, isConfined, toMarkdown } from './report.mjs';
import { direct } from './rows/direct.mjs';
import { base, hive } from './rows/hive.mjs';
import { peers, restPeers } from './rows/peers.mjs';

const HERE = import.meta.dirname;
const ALL = [...direct, base, ...hive, ...peers, ...restPeers];
const say = (text) => process.stderr.write(`${text}\n`);

const endings = [];
let released;
const folder = mkdtempSync(join(tmpdir(), 'hive-bench-files-'));
// Signals may come twice: one to the process group, and one forwarded by `timeout` or npm.
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => void release().then(() => process.exit(1)));
// An error must leave nothing running.
process.on('uncaughtException', (error) => {
  say(String(error.stack));
  void release().then(() => process.exit(1));
});
try {
  await main(readOptions(process.argv.slice(2)));
} finally {
  await release();
}

async function main(options) {
  const names = options.rows ?? ALL.filter((row) => row !== base || options.base).map(({ name }) => name);
  const unknown = names.filter((name) => !ALL.some((row) => row.name === name));
  if (unknown.length > 0) throw new Error(`no rows ${unknown}; there are ${ALL.map(({ name }) => name)}`);
  if ([...peers, ...restPeers].some(({ name }) => names.includes(name))) await installPeers(say);
  const rows = await openRows(names, {
    rows: names,
    clients: Math.max(...options.clients),
    folder,
    base: options.base,
  });
  const client = startClient();
  const cells = await measure(
    client,
    rows.filter(({ target }) => target),
    options,
    say,
  );
  client.close();
  const about = describeRun(options);
  const text = toMarkdown(about, rows, cells);
  process.stdout.write(`${text}\n`);
  if (options.write) write(about, text, rows, cells);
  if (rows.some(({ target, failure }) => target && failure)) process.exitCode = 1;
}

/** Starts the rows. A row that fails to start is named in the report and does not affect the others. */
async function openRows(names, context) {
  const rows = [];
  for (const row of ALL.filter(({ name }) => names.includes(name))) {
    say(`starting ${row.title}`);
    const { name, title } = row;
    try {
      const target = await row.open({ ...context, atEnd: (end) => endings.push(end) });
      if (target.kind === 'http') await probe(target, 10_000);
      rows.push({ name, title, target });
    } catch (error) {
      rows.push({ name, title, failure: error.message.slice(0, 400) });
    }
  }
  return rows;
}

function write(about, text, rows, cells) {
  mkdirSync(join(HERE, 'results'), { recursive: true });
  const where = isConfined() ? '-1-core' : '';
  const file = join(HERE, 'results', `${about.date.slice(0, 10)}-${about.commit}${where}`);
  const named = rows.map(({ name, title, failure }) => ({ name, title, failure }));
  writeFileSync(`${file}.md`, `${text}\n`);
  const lines = cells.map((cell) => JSON.stringify(cell)).join(',\n');
  const [start, end] = JSON.stringify({ about, rows: named, cells: ['$'] }).split('"$"');
  writeFileSync(`${file}.json`, `${start}\n${lines}\n${end}\n`);
  say(`written to ${file}.md and .json`);
}

/** Ends everything once, however often it is called. */
function release() {
  released ??= releaseAll();
  return released;
}

async function releaseAll() {
  for (const end of endings.splice(0)) await end().catch((error) => say(error.message));
  killAll();
  rmSync(folder, { recursive: true, force: true });
}
