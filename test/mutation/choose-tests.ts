/** The test files that a mutant runs against: the nearest of those that reach it. */
import { basename, dirname } from 'node:path';
import { type Reach, reaches } from './coverage.ts';
import type { Imports } from './imports.ts';
import type { Mutant } from './mutants.ts';

/**
 * True for a test file that may hold the file's mutants: it imports the file itself, or lies in the folder of
 * the same name.
 */
export function isNear(testFile: string, file: string, imports: Imports): boolean {
  const folder = dirname(file).slice('src/'.length);
  return dirname(testFile) === `test/${folder}` || imports.direct(testFile).includes(file);
}

/** A check that only a farther test file would hold is held by chance. */
const MOST_FILES = 3;

export function testsFor(file: string, mutant: Mutant, all: readonly Reach[], imports: Imports): Reach[] {
  const reaching = all.filter(
    (reach) =>
      reach.failed === '' && isNear(reach.testFile, file, imports) && reaches(reach, file, mutant.start),
  );
  const distance = new Map(reaching.map((reach) => [reach, distanceOf(reach.testFile, file, imports)]));
  const order = (a: Reach, b: Reach): number =>
    (distance.get(a) ?? 0) - (distance.get(b) ?? 0) || a.ms - b.ms;
  return reaching.sort(order).slice(0, MOST_FILES);
}

/** The tests of the file's own name first, then those that import it, then its neighbours. */
function distanceOf(testFile: string, file: string, imports: Imports): number {
  const [test, own] = [basename(testFile, '.test.ts'), basename(file, '.ts')];
  if (test === own || test.startsWith(`${own}-`)) return 0;
  return imports.direct(testFile).includes(file) ? 1 : 2;
}
