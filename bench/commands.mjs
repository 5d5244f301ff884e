/**
 * Measures commands as they are typed against `docker compose ps` of the same containers: `node bench/commands.mjs [ROUNDS]`.
 * In each round all take turns, every other round backwards. The goal is 2 × `docker compose ps`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { median } from './measure.mjs';
import { killAll, run } from './processes.mjs';
import { describeRun } from './report.mjs';
import { SERVER } from './rows/direct.mjs';
import { container, programme, startHive, untilSettled } from './rows/hive.mjs';

const ROUNDS = Number(process.argv[2] ?? 15);
/** Largest ratio to the time of `docker compose ps`. */
const GOAL = 2;
const COMPOSE = 'docker compose ps';

const endings = [];
try {
  const box = container({ command: 'node /server.mjs', network: 'none' });
  const servers = { native: { command: process.execPath, args: [SERVER] }, box };
  const hive = await startHive({ servers }, (end) => endings.push(end));
  await untilSettled(hive.url);
  report(describeRun({}), await measured(hive));
} finally {
  for (const end of endings) await end();
  killAll();
}

/** @returns {Promise<Map<string, number[]>>} times in ms by command */
async function measured(hive) {
  const env = { ...process.env, ...hive.env };
  const compiled = join(hive.folder, 'docker-compose.mcp.yml');
  const typed = (...words) => [process.execPath, programme(), ...words];
  /** @type {[name: string, command: string[]][]} */
  const ways = [
    [COMPOSE, ['docker', 'compose', '-p', hive.name, '-f', compiled, 'ps']],
    ['hive ps', typed('ps', '-c', hive.file)],
    ['hive tools', typed('tools', '-c', hive.file)],
    ['hive --help', typed('--help')],
    ['hive completion servers', typed('completion', 'servers', '-c', hive.file)],
  ];
  /** @type {Map<string, number[]>} */
  const times = new Map(ways.map(([name]) => [name, []]));
  // The first round fills caches, of code and of the disk.
  for (const [, command] of ways) await run(command, { env });
  for (let round = 0; round < ROUNDS; round++)
    for (const [name, command] of round % 2 === 0 ? ways : ways.toReversed()) {
      const began = performance.now();
      await run(command, { env });
      times.get(name)?.push(performance.now() - began);
    }
  return times;
}

function report(about, times) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const rows = [...times].map(([name, ms]) => {
    const ratio = median(ms.map((value, round) => value / times.get(COMPOSE)[round]));
    const range = `${Math.round(Math.min(...ms))}–${Math.round(Math.max(...ms))}`;
    return line([name, Math.round(median(ms)), range, ratio.toFixed(2), ratio <= GOAL ? 'yes' : '**no**']);
  });
  const text = [
    `# Commands: ${about.date.slice(0, 16).replace('T', ' ')} UTC, commit ${about.commit}\n`,
    `${about.machine}, load ${about.load}; Node ${about.node}; ${ROUNDS} rounds, in turn. Ratios are medians of those per round.\n`,
    line(['command', 'ms', 'min–max', `ratio to ${COMPOSE}`, `at most ${GOAL}`]),
    line(['---', '--:', '--:', '--:', '---']),
    ...rows,
  ].join('\n');
  process.stdout.write(`${text}\n`);
  const folder = join(import.meta.dirname, 'results');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `commands-${about.date.slice(0, 10)}-${about.commit}.md`), `${text}\n`);
}
