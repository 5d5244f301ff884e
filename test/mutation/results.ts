/** Results of mutation runs, kept in the repository, and the mutants that were killed already. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Mutant } from './mutants.ts';
import type { ChangedLine } from './reasons.ts';
import { AREAS, boundFiles, filesOf, OTHER_BOUNDS } from './targets.ts';
import { ROOT } from './workspace.ts';

export interface Survivor extends ChangedLine {
  readonly line: number;
  /** Number of test files that ran it; 0 if no test reaches it. */
  readonly tests: number;
}

/** The result of one source file. */
export interface FileResult {
  /** Digest of the source file's text. */
  readonly digest: string;
  readonly commit: string;
  readonly mutants: number;
  readonly killed: number;
  readonly survivors: readonly Survivor[];
}

type Results = Record<string, FileResult>;

/** By source file. */
export const readResults = (): Results =>
  Object.assign({}, ...[...Object.keys(AREAS), OTHER_BOUNDS].map((area) => readArea(area)));

/** A file for each area, and a line for each survivor: runs of different people can be merged. */
const pathOf = (area: string): string =>
  join(ROOT, 'test/mutation/results', `${area.replaceAll(/\W/g, '-')}.json`);

function readArea(area: string): Results {
  try {
    return JSON.parse(readFileSync(pathOf(area), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

/** Replaces the result of a file. Results of files that are gone, or have moved to another area, are dropped. */
export function keepResult(file: string, result: FileResult): void {
  const [area] = Object.entries(AREAS).find(([, patterns]) => filesOf(patterns).includes(file)) ?? [
    OTHER_BOUNDS,
  ];
  const belongs = new Set(area === OTHER_BOUNDS ? boundFiles() : filesOf(AREAS[area] ?? []));
  const all = Object.entries({ ...readArea(area), [file]: result }).filter(([each]) => belongs.has(each));
  const sorted = all.sort(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(pathOf(area), `{\n${sorted.map(([each, its]) => textOf(each, its)).join(',\n')}\n}\n`);
}

function textOf(file: string, { survivors, ...rest }: FileResult): string {
  const head = JSON.stringify(rest).slice(1, -1);
  const lines = survivors.map((survivor) => `\n  ${JSON.stringify(survivor)}`);
  return ` ${JSON.stringify(file)}: {${head},"survivors":[${lines.join(',')}]}`;
}

/** A mutant that was killed, and by what. */
export interface Kill {
  readonly testFile: string;
  /** Digest of the test file: another text of it may not kill. */
  readonly digest: string;
  readonly test: string;
}

/**
 * Kills of a run that was broken off, so that the next run goes on from there. They count while the source
 * file and the test file that killed are unchanged.
 */
export class Kills {
  readonly #path: string;
  readonly #kills: Record<string, Kill>;

  /** @param digest of the source file */
  constructor(cache: string, file: string, digest: string) {
    this.#path = join(cache, 'kills', `${file.replaceAll('/', '+')}-${digest}.json`);
    this.#kills = this.#read();
  }

  get(mutant: Mutant): Kill | undefined {
    return this.#kills[idOf(mutant)];
  }

  add(mutant: Mutant, kill: Kill): void {
    this.#kills[idOf(mutant)] = kill;
    mkdirSync(dirname(this.#path), { recursive: true });
    writeFileSync(this.#path, JSON.stringify(this.#kills));
  }

  #read(): Record<string, Kill> {
    try {
      return JSON.parse(readFileSync(this.#path, 'utf8'));
    } catch {
      return {};
    }
  }
}

const idOf = ({ start, end, after }: Mutant): string => `${start} ${end} ${after}`;
