/**
 * Measures what a client can make the gateway hold: `node bench/attacks.mjs [--base FOLDER] [--only PART-OF-A-NAME]`. Each attack
 * has a gateway of its own, which another client calls meanwhile; written to results/.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openSession, post } from './mcp.mjs';
import { killAll } from './processes.mjs';
import { describeRun } from './report.mjs';
import { startHive, untilSettled } from './rows/hive.mjs';

const MIB = 2 ** 20;
const QUIET = { command: process.execPath, args: [join(import.meta.dirname, 'server.mjs')] };
const SERVERS = {
  quiet: QUIET,
  large: QUIET,
  deaf: {
    command: process.execPath,
    args: [join(import.meta.dirname, '../test/servers/slow.mjs')],
  },
};
/** How often memory is read, and the other client calls. */
const WATCH_MS = 50;
const CALL_MS = 200;
const PATIENCE_MS = 10_000;
/** The machine must survive a gateway that has no bound. */
const MAX_RSS_BYTES = 6 * 2 ** 30;

const ATTACKS = [
  { name: 'A3: 100 sessions, each with 40 MiB of capabilities', run: capabilities },
  { name: 'A4: 9 uploads of 64 MiB that stop before their last byte, for 20 s', run: stalledUploads },
  { name: 'A5: 50 calls of 50 MiB to a server that never answers', run: unanswered },
  { name: 'A5: 30 answers of 50 MiB that nobody reads', run: unread },
];

const request = (method, params, id = 1) => JSON.stringify({ jsonrpc: '2.0', id, method, params });

const head = (port, length, session = []) =>
  [
    'POST /mcp HTTP/1.1',
    `host: 127.0.0.1:${port}`,
    'content-type: application/json',
    'accept: application/json, text/event-stream',
    `content-length: ${length}`,
    ...session,
    '',
    '',
  ].join('\r\n');

const option = (name) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
};
const root = option('--base');
const only = option('--only') ?? '';

const rows = [];
try {
  for (const attack of ATTACKS) if (attack.name.includes(only)) rows.push(await measured(attack));
  report();
} finally {
  killAll();
}

async function measured({ name, run }) {
  const ends = [];
  const hive = await startHive({ servers: SERVERS }, (end) => ends.push(end), root);
  await untilSettled(hive.url);
  const [session, own] = [await openSession(hive.url), await openSession(hive.url)];
  const watch = watchMemory(hive.pid);
  const other = callMeanwhile(hive.url, own);
  await run({ url: hive.url, port: Number(new URL(hive.url).port), session, isTooMuch: watch.isTooMuch });
  await delay(1_000);
  const calls = await other.end();
  const { before, peak } = watch.end();
  const isAlive = rssOf(hive.pid) > 0;
  for (const end of ends) await end();
  const row = { name, before, peak, isAlive, calls };
  process.stderr.write(`${line(row)}\n`);
  return row;
}

/** The bytes of memory that a process has; 0 for none. */
function rssOf(pid) {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

function watchMemory(pid) {
  const before = rssOf(pid);
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, rssOf(pid));
  }, WATCH_MS);
  return {
    isTooMuch: () => peak > MAX_RSS_BYTES || rssOf(pid) === 0,
    end() {
      clearInterval(timer);
      return { before, peak };
    },
  };
}

/** Another client, which calls again and again. */
function callMeanwhile(url, session) {
  const ms = [];
  let failed = 0;
  let isOver = false;
  const calls = (async () => {
    while (!isOver) {
      const began = performance.now();
      const params = { name: 'quiet_bytes', arguments: { size: 100 } };
      const call = post(url, { jsonrpc: '2.0', id: ms.length + 1, method: 'tools/call', params }, session);
      const isRight = await Promise.race([
        call.then(
          () => true,
          () => false,
        ),
        delay(PATIENCE_MS, false),
      ]);
      if (isRight) ms.push(performance.now() - began);
      else failed += 1;
      await delay(CALL_MS);
    }
  })();
  return {
    async end() {
      isOver = true;
      await calls;
      ms.sort((a, b) => a - b);
      return { right: ms.length, failed, max: ms.at(-1) ?? 0 };
    },
  };
}

async function capabilities({ url, isTooMuch }) {
  const large = { x: { fill: 'x'.repeat(40 * MIB) } };
  const clientInfo = { name: 'attack', version: '1' };
  const params = { protocolVersion: '2025-06-18', capabilities: { experimental: large }, clientInfo };
  const body = request('initialize', params);
  for (let sent = 0; sent < 100 && !isTooMuch(); sent++) await post(url, body).catch(() => {});
}

async function stalledUploads({ port }) {
  const sockets = Array.from({ length: 9 }, () => {
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    socket.write(head(port, 64 * MIB));
    socket.write(Buffer.alloc(64 * MIB - 1, ' '));
    return socket;
  });
  await delay(20_000);
  for (const socket of sockets) socket.destroy();
}

async function unanswered({ port, session, isTooMuch }) {
  const params = { name: 'deaf_echo', arguments: { ms: 600_000, fill: 'x'.repeat(50 * MIB) } };
  for (let sent = 0; sent < 50 && !isTooMuch(); sent++)
    await sendAndLeave(port, request('tools/call', params, sent + 10), session, 300);
}

async function unread({ port, session, isTooMuch }) {
  const sockets = [];
  for (let sent = 0; sent < 30 && !isTooMuch(); sent++) {
    const params = { name: 'large_bytes', arguments: { size: 50 * MIB } };
    const body = Buffer.from(request('tools/call', params, sent + 10));
    const socket = connect(port, '127.0.0.1')
      .on('error', () => {})
      .pause();
    socket.write(head(port, body.length, session));
    socket.write(body);
    sockets.push(socket);
    await delay(300);
  }
  await delay(5_000);
  for (const socket of sockets) socket.destroy();
}

/** Sends a whole request, and goes away after a while. */
async function sendAndLeave(port, text, session, ms) {
  const body = Buffer.from(text);
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  socket.write(head(port, body.length, session));
  const written = new Promise((resolve) => socket.write(body, resolve));
  await Promise.race([written, delay(PATIENCE_MS)]);
  await delay(ms);
  socket.destroy();
}

function line({ name, before, peak, isAlive, calls }) {
  const mib = (bytes) => Math.round(bytes / MIB);
  const others = `${calls.right} right, ${calls.failed} failed, slowest ${(calls.max / 1_000).toFixed(1)} s`;
  return `| ${name} | ${mib(before)} | ${mib(peak)} | ${isAlive ? 'yes' : 'no'} | ${others} |`;
}

function report() {
  const about = describeRun({});
  const text = [
    `# Attacks of a client: ${about.date.slice(0, 16).replace('T', ' ')} UTC, commit ${about.commit}${root ? ', code of --base' : ''}`,
    `${about.machine}; Node ${about.node}; load ${about.load}. Memory (RSS) of the gateway before and at its peak; an attack ends early at ${MAX_RSS_BYTES / 2 ** 30} GiB, or when the gateway has ended.`,
    [
      '| attack | MiB before | MiB at the peak | gateway lives | calls of another client meanwhile |',
      '| --- | --: | --: | --- | --- |',
      ...rows.map(line),
    ].join('\n'),
  ].join('\n\n');
  process.stdout.write(`${text}\n`);
  if (only) return;
  const folder = join(import.meta.dirname, 'results');
  mkdirSync(folder, { recursive: true });
  const name = `attacks-${about.date.slice(0, 10)}-${about.commit}${root ? '-base' : ''}.md`;
  writeFileSync(join(folder, name), `${text}\n`);
}
