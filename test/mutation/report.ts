/** Writes `docs/mutations.md` from the results of mutation runs. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isHeld, readBounds } from './bounds/results.ts';
import { boundRows, keyOf } from './bounds/rows.ts';
import { reasonFor } from './reasons.ts';
import { type FileResult, readResults, type Survivor } from './results.ts';
import { AREAS, boundFiles, filesOf, OTHER_BOUNDS } from './targets.ts';
import { ROOT } from './workspace.ts';

const INTRODUCTION = `# Mutations

\`npm run mutate\` changes the source files that keep strangers, clients and servers apart, in one place at a time: a
comparison is moved or turned around, a half of a condition, a call, a \`throw\` or a result is left out, a constant is
multiplied or divided by ten, a pattern loses an end. After each change the unit tests of that folder that reach the
place run, three test files at most. A change that no test notices is a check that could be lost unseen.

    npm run mutate                      # all files: some hours on two cores
    npm run mutate -- edge/auth         # files with that in their path
    npm run mutate -- --report          # writes this page again
    npm run mutate -- --bounds          # removes each bound of docs/faults.md

A run that is broken off goes on where it was. Types, imports and the wording of messages are not mutated. The results
are kept in \`test/mutation/results/\`, the reasons in \`test/mutation/reasons/\`; \`npm test\` runs a dozen of the
mutations ([test/mutation/short.test.ts](../test/mutation/short.test.ts)).

With \`--bounds\`, what sets each bound of [faults.md](faults.md) is multiplied by a thousand, or the comparison taken out, and the
test that the bound's row names must fail; where a row has several bounds, some test must fail for each. \`npm test\` checks that
this has been done for every row (\`test/mutation/results/bounds-removed.json\`).
`;

export function writeReport(): void {
  writeFileSync(join(ROOT, 'docs/mutations.md'), reportOf(readResults()));
}

export function reportOf(results: Readonly<Record<string, FileResult>>): string {
  const areas: (readonly [string, readonly string[]])[] = [
    ...Object.entries(AREAS).map(([area, patterns]) => [area, filesOf(patterns)] as const),
    [OTHER_BOUNDS, boundFiles()],
  ];
  const all = areas.flatMap(([, files]) => files);
  const table = [...areas, ['**all**', all] as const].map(([area, files]) => areaRow(area, files, results));
  return [
    INTRODUCTION,
    '| area | files tried | mutations | killed | | with a reason | killed, of those without a reason | at commit |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...table,
    '',
    boundsLine(),
    '',
    'A `+` after a commit: some files of the tree differed from it.',
    '',
    '## Survivors',
    '',
    '| file | change | why it may live |',
    '| --- | --- | --- |',
    ...all.flatMap((file) => (results[file]?.survivors ?? []).map((it) => survivorRow(file, it))),
    '',
  ].join('\n');
}

function boundsLine(): string {
  const results = readBounds();
  const rows = boundRows().map((row) => results[keyOf(row)] ?? []);
  const held = rows.filter(isHeld).length;
  return `Bounds removed: ${held} of ${rows.length} rows are held by their tests, with ${rows.flat().length} removals.`;
}

function areaRow(
  area: string,
  files: readonly string[],
  results: Readonly<Record<string, FileResult>>,
): string {
  const tried = files.filter((file) => results[file]);
  const sum = (of: (result: FileResult, file: string) => number): number =>
    tried.reduce((total, file) => total + of(results[file] as FileResult, file), 0);
  const mutants = sum((it) => it.mutants);
  const killed = sum((it) => it.killed);
  const excused = sum(({ survivors }, file) => survivors.filter((it) => reasonFor(file, it)).length);
  const commits = [...new Set(tried.map((file) => results[file]?.commit))].sort().join(', ');
  return row(
    area,
    `${tried.length} of ${files.length}`,
    mutants,
    killed,
    percent(killed, mutants),
    excused,
    percent(killed, mutants - excused),
    commits,
  );
}

const percent = (part: number, whole: number): string =>
  whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`;

function survivorRow(file: string, survivor: Survivor): string {
  const { line, before, after, tests } = survivor;
  const why = reasonFor(file, survivor) ?? (tests === 0 ? 'no unit test reaches it' : 'not held yet');
  return row(`${file.slice('src/'.length)}:${line}`, `${code(before)} → ${code(after)}`, why);
}

const code = (text: string): string =>
  `\`${text.replace(/\s+/g, ' ').replaceAll('|', '\\|').replaceAll('`', "'")}\``;

const row = (...cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
