/** Results of mutation runs, kept in the repository, and the mutants that were killed already. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Mutant } from './mutants.ts';
import { ROOT } from './workspace.ts';

export interface Survivor {
  readonly line: number;
  readonly before: string;
  readonly after: string;
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

const RESULTS = join(ROOT, 'test/mutation/results.json');

export function readResults(): Record<string, FileResult> {
  try {
    return JSON.parse(readFileSync(RESULTS, 'utf8'));
  } catch {
    return {};
  }
}

export function keepResult(file: string, result: FileResult): void {
  const all = { ...readResults(), [file]: result };
  const sorted = Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(RESULTS, `${JSON.stringify(sorted, null, 1)}\n`);
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
