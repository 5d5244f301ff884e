/** Writes `docs/mutations.md` from the results of mutation runs. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REASONS } from './reasons.ts';
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

A run that is broken off goes on where it was. Types, imports and the wording of messages are not mutated. The results
are kept in \`test/mutation/results.json\`, the reasons in \`test/mutation/reasons.ts\`; \`npm test\` runs a dozen of the
mutations ([test/mutation/short.test.ts](../test/mutation/short.test.ts)).
`;

export function writeReport(): void {
  writeFileSync(join(ROOT, 'docs/mutations.md'), reportOf(readResults()));
}

export function reportOf(results: Readonly<Record<string, FileResult>>): string {
  const areas = [
    ...Object.entries(AREAS).map(([area, patterns]) => [area, filesOf(patterns)] as const),
    [OTHER_BOUNDS, boundFiles()] as const,
  ];
  const rows = areas.map(([area, files]) => ({
    area,
    ...totals(files.flatMap((file) => results[file] ?? [])),
  }));
  const all = totals(Object.values(results));
  const table = [...rows, { area: '**all**', ...all }]
    .filter(({ files }) => files > 0)
    .map(({ area, files, mutants, killed, commits }) =>
      row(area, files, mutants, killed, `${percent(killed, mutants)} %`, commits),
    );
  return [
    INTRODUCTION,
    '| area | files | mutations | killed | | at commit |',
    '| --- | --- | --- | --- | --- | --- |',
    ...table,
    '',
    '## Survivors',
    '',
    '| file | change | why it may live |',
    '| --- | --- | --- |',
    ...Object.entries(results).flatMap(([file, { survivors }]) =>
      survivors.map((it) => survivorRow(file, it)),
    ),
    '',
  ].join('\n');
}

function totals(results: readonly FileResult[]) {
  const sum = (of: (result: FileResult) => number): number =>
    results.reduce((total, result) => total + of(result), 0);
  const commits = [...new Set(results.map(({ commit }) => commit))].sort().join(', ');
  return { files: results.length, mutants: sum((it) => it.mutants), killed: sum((it) => it.killed), commits };
}

const percent = (part: number, whole: number): string => ((100 * part) / whole).toFixed(1);

function survivorRow(file: string, { line, before, after, tests }: Survivor): string {
  const reason = REASONS[file]?.find((it) => it.before === before && it.after === after)?.why;
  const why = reason ?? (tests === 0 ? 'no unit test reaches it' : 'not held yet');
  return row(`${file.slice('src/'.length)}:${line}`, `${code(before)} → ${code(after)}`, why);
}

const code = (text: string): string =>
  `\`${text.replace(/\s+/g, ' ').replaceAll('|', '\\|').replaceAll('`', "'")}\``;

const row = (...cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
