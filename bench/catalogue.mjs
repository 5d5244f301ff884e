/** How long the catalogue takes to read, to index, and to search. `node bench/catalogue.mjs` writes results/catalogue-DATE-COMMIT.md. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CatalogueSearch } from '../src/catalogue/search/search.ts';
import { readShipped } from '../src/catalogue/shipped.ts';
import { processFiles } from '../src/files/process-files.ts';
import { describeRun } from './report.mjs';

const ROUNDS = 30;
const FOLDER = join(import.meta.dirname, '../catalogue');
const QUERIES = [
  'sqlite',
  'postgress',
  'docker/sqlite',
  'search the web',
  'kubernets',
  'graph database',
  'slakc',
  'send email',
  'zzzzqqqq',
];

const { entries } = await readShipped(FOLDER, processFiles);
/** As many entries as the official registry had names in August 2026. */
const many = Array.from({ length: Math.ceil(24_000 / entries.length) }, (_, copy) =>
  entries.map((entry, at) => ({
    ...entry,
    id: `${entry.id}-${copy}`,
    title: `${entry.title} ${Math.imul(copy * entries.length + at, 2_654_435_761).toString(36)}`,
  })),
).flat();

const { date, commit, machine, node, load } = describeRun({});
const lines = [
  `# The catalogue: ${date.slice(0, 16).replace('T', ' ')} UTC, commit ${commit}`,
  '',
  `\`node bench/catalogue.mjs\`. ${machine}; Node ${node}; load ${load}. Medians of ${ROUNDS} rounds, and the first, in ms.`,
  '',
  '| what | median | first |',
  '| --- | --: | --: |',
  await row(`read ${entries.length} entries`, () => readShipped(FOLDER, processFiles)),
  await row('make the index', () => new CatalogueSearch(entries)),
  ...(await searches(new CatalogueSearch(entries), '')),
  ...(await searches(new CatalogueSearch(many), `, among ${many.length}`)),
];
const text = `${lines.join('\n')}\n`;
process.stdout.write(text);
writeFileSync(join(import.meta.dirname, 'results', `catalogue-${date.slice(0, 10)}-${commit}.md`), text);

/** @param {CatalogueSearch} search @param {string} where */
async function searches(search, where) {
  const rows = [];
  for (const query of QUERIES)
    rows.push(await row(`\`${query}\`${where}`, () => search.find({ text: query, limit: 15 })));
  return rows;
}

/** @param {string} what @param {() => unknown} work */
async function row(what, work) {
  const times = [];
  for (let round = 0; round < ROUNDS; round++) {
    const startedAt = performance.now();
    await work();
    times.push(performance.now() - startedAt);
  }
  const [first = 0] = times;
  const median = times.toSorted((a, b) => a - b)[ROUNDS >> 1] ?? 0;
  return `| ${what} | ${median.toFixed(2)} | ${first.toFixed(2)} |`;
}
