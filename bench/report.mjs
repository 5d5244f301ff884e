/** Renders the results as Markdown. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { judge } from './goals.mjs';
import { summarise } from './measure.mjs';
import { sizeName } from './options.mjs';

const ROOT = join(import.meta.dirname, '..');

export function describeRun(options) {
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'bench/package.json'), 'utf8'));
  return {
    date: new Date().toISOString(),
    commit: git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain', '-uno', 'src') ? '+' : ''),
    machine: `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB${isConfined() ? `, everything but containers on ${availableParallelism()} core` : ''}`,
    /** Average of the last five minutes; the bench itself accounts for 2 or 3. */
    load: Math.round(loadavg()[1] ?? 0),
    node: process.version,
    peers: dependencies,
    options,
  };
}

/** True under `taskset`. */
export const isConfined = () => availableParallelism() < cpus().length;

function git(...args) {
  try {
    return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}

export function toMarkdown(about, rows, cells) {
  const peers = Object.entries(about.peers).map(([name, version]) => `${name} ${version}`);
  return [
    `# ${about.date.slice(0, 16).replace('T', ' ')} UTC, commit ${about.commit}`,
    `${about.machine}, load ${about.load}; Node ${about.node}; ${peers.join(', ')}; ${about.options.rounds} rounds of ${about.options.ms} ms a cell, interleaved.`,
    'Latencies in ms (p50 / p90 / p99); calls/s with half the distance from worst to best round; CPU of the gateway process per call in µs.',
    table(about.options, rows, cells.map(summarise)),
    goalTable(judge(cells)),
    ...rows.filter(({ failure }) => failure).map(({ title, failure }) => `- ${title}: ${failure}`),
  ].join('\n\n');
}

function table({ sizes, clients }, rows, figures) {
  const heads = clients.flatMap((count) => [`${count}: latency`, 'calls/s', 'CPU']);
  const lines = sizes.flatMap((size) =>
    rows.map(({ name, title }) => {
      const mine = figures.filter((it) => it.row === name && it.size === size);
      if (mine.length === 0) return undefined;
      const parts = clients.flatMap((count) => cellTexts(mine.find((it) => it.clients === count)));
      return line([sizeName(size), title, ...parts]);
    }),
  );
  const rule = line(['---', '---', ...heads.map(() => '--:')]);
  return [line(['result', 'row', ...heads]), rule, ...lines.filter(Boolean)].join('\n');
}

function cellTexts(figures) {
  if (!figures) return ['–', '–', '–'];
  const { p50, p90, p99, rate, spread, cpu } = figures;
  return [
    [p50, p90, p99].map(short).join(' / '),
    `${short(rate)} ±${Math.round(spread * 100)} %`,
    cpu === undefined ? '–' : short(cpu),
  ];
}

function goalTable(goals) {
  if (goals.length === 0) return '';
  const lines = goals.map(({ goal, is, met }) =>
    line([
      goal,
      `${is.value.toFixed(2)} (${is.min.toFixed(2)}–${is.max.toFixed(2)})`,
      met ? 'yes' : '**no**',
    ]),
  );
  return [
    line(['goal', 'median of the rounds (min–max)', 'met']),
    line(['---', '--:', '---']),
    ...lines,
  ].join('\n');
}

const line = (cells) => `| ${cells.join(' | ')} |`;

/** Three significant digits. */
const short = (value) => (value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3))));
