/**
 * Measures starts: `node bench/start.mjs [--quick]`. The gateway until it answers, the commands, and `hive up` of containers
 * compared with `docker compose up -d` of the same file. Medians; written to results/.
 */
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { openAttach } from './load/stdio.mjs';
import { median } from './measure.mjs';
import { killAll, run } from './processes.mjs';
import { describeRun } from './report.mjs';
import { SERVER } from './rows/direct.mjs';
import { container, programme, startHive, untilSettled } from './rows/hive.mjs';

const isQuick = process.argv.includes('--quick');
const ROUNDS = isQuick ? 1 : 7;
const CONTAINERS = isQuick ? [2] : [1, 5, 10];
const SOCKET = (process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock').replace('unix://', '');
const CLI = ['plan', 'ps', 'validate', '--help'];

const rows = [];
const endings = [];
try {
  const native = { command: process.execPath, args: [SERVER] };
  const never = { command: 'sleep', args: ['600'] };
  rows.push(await listening('gateway answers, 1 native server', { native }));
  rows.push(await listening('gateway answers, a server that never does', { never }));
  await commands({ native });
  for (const count of CONTAINERS)
    for (const isMade of [true, false]) rows.push(...(await bringUp(count, isMade)));
  report(describeRun({}));
} finally {
  for (const end of endings) await end();
  killAll();
}

/** Time from the start of the process to the first answer to GET /health. */
async function listening(what, servers) {
  const times = [];
  for (let round = 0; round < ROUNDS; round++) {
    const ends = [];
    const hive = await startHive({ servers }, (end) => ends.push(end));
    await (await fetch(new URL('/health', hive.url))).json();
    times.push(performance.now() - hive.began);
    for (const end of ends) await end();
  }
  return { what, ms: median(times), of: times };
}

async function commands(servers) {
  const hive = await startHive({ servers }, (end) => endings.push(end));
  await untilSettled(hive.url);
  const env = { ...process.env, ...hive.env };
  for (const verb of CLI) {
    const args = verb.startsWith('-') ? [verb] : [verb, '-c', hive.file];
    const times = await timed(() => run([process.execPath, programme(), ...args], { env }));
    rows.push({ what: `hive ${verb}`, ms: median(times), of: times });
  }
  const times = await timed(() => run([process.execPath, '-e', '0']));
  rows.push({ what: 'node itself', ms: median(times), of: times });
}

async function timed(action) {
  const times = [];
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now();
    await action();
    times.push(performance.now() - began);
  }
  return times;
}

/** Starts stopped or new containers, in turn with and without Hive, each with its own project. */
async function bringUp(count, isMade) {
  const servers = Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `c${index}`,
      container({ command: 'node /server.mjs', network: 'none' }),
    ]),
  );
  const ends = [];
  const hive = await startHive({ servers }, (end) => ends.push(end));
  await untilSettled(hive.url);
  await hive.stop();
  const project = `${hive.name}-plain`;
  const compose = ['docker', 'compose', '-p', project, '-f', join(hive.folder, 'docker-compose.mcp.yml')];
  /** @type {Record<'alone' | 'answered' | 'ours', number[]>} */
  const times = { alone: [], answered: [], ours: [] };
  if (isMade) await run([...compose, 'up', '--no-start']);
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now();
    await run([...compose, 'up', '-d']);
    times.alone.push(performance.now() - began);
    await Promise.all((await containersOf(project)).map(helloByAttach));
    times.answered.push(performance.now() - began);
    await run([...compose, ...(isMade ? ['stop'] : ['down']), '-t', '1']);
    if (!isMade) await hive.down();
    const again = await hive.again();
    await untilReadyLines(again, count);
    times.ours.push(performance.now() - again.began);
    await again.stop();
  }
  await run([...compose, 'down']);
  for (const end of ends) await end();
  return describe(count, isMade, times);
}

/** Waits for the output of `up`: polling would use both cores, more than some of the servers. */
async function untilReadyLines(hive, count) {
  const ready = () => hive.output.match(/^\S+ +ready/gm)?.length ?? 0;
  while (ready() < count) await once(hive.child.stdout, 'data');
}

function describe(count, isMade, { alone, answered, ours }) {
  const percent = ours.map((ms, round) => (100 * ms) / (0.15 * alone[round] + answered[round]));
  const what = `${count} ${isMade ? 'stopped' : 'new'} container${count > 1 ? 's' : ''}`;
  return [
    { what: `${what}: docker compose up -d`, ms: median(alone), of: alone },
    { what: '… until all answer initialize', ms: median(answered), of: answered },
    { what: 'hive up, until all are ready', ms: median(ours), of: ours },
    { what: '… of 1.15 × compose and what the servers take, in percent', ms: median(percent), of: percent },
  ];
}

/** Container ids from the engine's API, since the docker command takes longer than a server's start. */
async function containersOf(project) {
  const filters = JSON.stringify({ label: [`com.docker.compose.project=${project}`] });
  const path = `/containers/json?filters=${encodeURIComponent(filters)}`;
  const [response] = await once(request({ socketPath: SOCKET, path }).end(), 'response');
  const containers = /** @type {{ Id: string }[]} */ (await json(response));
  return containers.map(({ Id }) => Id);
}

/** Resolves when the server in the container has answered `initialize`. */
function helloByAttach(containerId) {
  return new Promise((resolve) => {
    const link = openAttach(SOCKET, containerId, () => {
      link.close();
      resolve(undefined);
    });
    const params = {
      protocolVersion: '2025-06-18',
      capabilities: {},
      clientInfo: { name: 'bench', version: '1' },
    };
    link.send(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params })}\n`);
  });
}

function report(about) {
  const line = (parts) => `| ${parts.join(' | ')} |`;
  const whole = (values) => values.map((value) => Math.round(value));
  const text = [
    `# Start: ${about.date.slice(0, 16).replace('T', ' ')} UTC, commit ${about.commit}\n`,
    `${about.machine}; Node ${about.node}; ${ROUNDS} rounds.\n`,
    line(['what', 'ms', 'min–max']),
    line(['---', '--:', '--:']),
    ...rows.map(({ what, ms, of }) =>
      line([what, ...whole([ms]), whole([Math.min(...of), Math.max(...of)]).join('–')]),
    ),
  ].join('\n');
  process.stdout.write(`${text}\n`);
  if (isQuick) return;
  const folder = join(import.meta.dirname, 'results');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `start-${about.date.slice(0, 10)}-${about.commit}.md`), `${text}\n`);
}
