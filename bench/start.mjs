/**
 * How long things take to start: `node bench/start.mjs [--quick]`. The gateway until it answers, the commands, and `hive up` of prepared
 * containers against `docker compose up -d` of the same file. Medians; written to results/.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openAttach } from './load/stdio.mjs';
import { median } from './measure.mjs';
import { killAll, run } from './processes.mjs';
import { describeRun } from './report.mjs';
import { SERVER } from './rows/direct.mjs';
import { container, programme, startHive, untilSettled } from './rows/hive.mjs';

const isQuick = process.argv.includes('--quick');
const ROUNDS = isQuick ? 1 : 7;
const CONTAINERS = isQuick ? [2] : [1, 5, 10];
const CLI = ['plan', 'ps', 'validate', '--help'];

const rows = [];
const endings = [];
try {
  const native = { command: process.execPath, args: [SERVER] };
  const never = { command: 'sleep', args: ['600'] };
  rows.push(await listening('gateway answers, 1 native server', { native }));
  rows.push(await listening('gateway answers, a server that never does', { never }));
  await commands({ native });
  for (const count of CONTAINERS) rows.push(...(await bringUp(count)));
  report(describeRun({}));
} finally {
  for (const end of endings) await end();
  killAll();
}

/** From the start of the process to the first answer of GET /health. */
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

/** Containers that exist and are stopped, all of them; by turns with and without Hive, each with a project of its own. */
async function bringUp(count) {
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
  const plain = await prepare(hive);
  const alone = [];
  const answered = [];
  const ours = [];
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now();
    await run([...plain.compose, 'up', '-d']);
    alone.push(performance.now() - began);
    await Promise.all(plain.ids.map(helloByAttach));
    answered.push(performance.now() - began);
    await run([...plain.compose, 'stop', '-t', '1']);
    const again = await hive.again();
    await untilSettled(again.url);
    ours.push(performance.now() - again.began);
    await again.stop();
  }
  await run([...plain.compose, 'down']);
  for (const end of ends) await end();
  const limit = ours.map((ms, round) => ms / answered[round]);
  return [
    { what: `docker compose up -d, ${count} prepared containers`, ms: median(alone), of: alone },
    { what: `… until all ${count} answer initialize`, ms: median(answered), of: answered },
    { what: `hive up until all ${count} are ready`, ms: median(ours), of: ours },
    {
      what: '… of what compose and the servers take, in percent',
      ms: median(limit) * 100,
      of: limit.map((it) => it * 100),
    },
  ];
}

/** The compiled file by itself: what plain compose makes of it. */
async function prepare({ folder, name }) {
  const project = `${name}-plain`;
  const compose = ['docker', 'compose', '-p', project, '-f', join(folder, 'docker-compose.mcp.yml')];
  await run([...compose, 'up', '--no-start']);
  const listed = await run([
    'docker',
    'ps',
    '-aq',
    '--filter',
    `label=com.docker.compose.project=${project}`,
  ]);
  return { compose, ids: listed.split(/\s+/).filter(Boolean) };
}

/** Resolves when the server in the container has answered. */
function helloByAttach(containerId) {
  const host = process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock';
  return new Promise((resolve) => {
    const link = openAttach(host.replace('unix://', ''), containerId, () => {
      link.close();
      resolve();
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
