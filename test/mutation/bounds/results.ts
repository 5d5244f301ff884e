/** Results of the removal of bounds, kept in the repository. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../workspace.ts';
import { type BoundRow, boundRows, keyOf } from './rows.ts';

const PATH = join(ROOT, 'test/mutation/results/bounds-removed.json');

/** What one removal did. */
export interface Removed {
  readonly change: string;
  /** Who noticed: the test that the row names, a test of a file, or nobody (empty). */
  readonly by: string;
}

/** By the keys of the rows of docs/faults.md. */
export type BoundResults = Readonly<Record<string, readonly Removed[]>>;

export const BY_ITS_TEST = 'its test';

/** True if the test that the row names notices a removal, and some test every other. */
export const isHeld = (removed: readonly Removed[] = []): boolean =>
  removed.some(({ by }) => by === BY_ITS_TEST) && removed.every(({ by }) => by !== '');

export function readBounds(): BoundResults {
  try {
    return JSON.parse(readFileSync(PATH, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

/** Rows that are gone are dropped. */
export function keepBound(row: BoundRow, removed: readonly Removed[]): void {
  const all: BoundResults = { ...readBounds(), [keyOf(row)]: removed };
  const kept = boundRows().flatMap((each) => {
    const its = all[keyOf(each)];
    return its ? [`${JSON.stringify(keyOf(each))}: ${JSON.stringify(its)}`] : [];
  });
  writeFileSync(PATH, `{\n${kept.join(',\n')}\n}\n`);
}
