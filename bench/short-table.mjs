/** Puts the short table of a run into docs/performance.md: `node bench/short-table.mjs results/DATE-COMMIT.json`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { summarise } from './measure.mjs';

const PAGE = join(import.meta.dirname, '../docs/performance.md');
const PLACE = /(<!-- bench -->\n)[\s\S]*?(<!-- \/bench -->)/;
const HIDDEN = ['null', 'hive-base'];

const [file = ''] = process.argv.slice(2);
const { about, rows, cells } = JSON.parse(readFileSync(file, 'utf8'));
const figures = cells.map(summarise);
const find = (row, size, clients) =>
  figures.find((it) => it.row === row && it.size === size && it.clients === clients);

const lines = rows
  .filter(({ name }) => !HIDDEN.includes(name))
  .map(({ name, title }) => {
    const [one, many, large] = [find(name, 100, 1), find(name, 100, 16), find(name, 1_000_000, 1)];
    if (!one || !many || !large) return undefined;
    const cpu = many.cpu === undefined ? '–' : `${Math.round(many.cpu)} µs`;
    const rate = `${many.rate.toPrecision(2) / 1000}k ±${Math.round(many.spread * 100)} %`;
    return `| ${title} | ${one.p50.toFixed(3)} ms | ${rate} | ${cpu} | ${large.p50.toFixed(1)} ms |`;
  })
  .filter(Boolean);
const table = [
  '| | p50, 1 client | calls/s, 16 clients | CPU a call | 1 MB result, p50 |',
  '| --- | --: | --: | --: | --: |',
  ...lines,
];
const caption = `${about.date.slice(0, 10)}, commit ${about.commit}, Node ${about.node}, ${about.machine}, load average ${about.load ?? 'unknown'} (the bench itself makes 2 or 3); results of 100 B but for the last column.`;
const text = `${table.join('\n')}\n\n${caption}\n`;
writeFileSync(
  PAGE,
  readFileSync(PAGE, 'utf8').replace(PLACE, (_, start, end) => `${start}${text}${end}`),
);
