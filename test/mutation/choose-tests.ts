/** The test files that a mutant runs against: the nearest of those that reach it. */
import { dirname } from 'node:path';
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
const MOST_FILES = 4;

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

/** Small for the test of the same name, of the same folder, and one that imports the file itself. */
function distanceOf(testFile: string, file: string, imports: Imports): number {
  const [test, source] = [testFile.slice('test/'.length), file.slice('src/'.length)];
  if (test === source.replace(/\.ts$/, '.test.ts')) return 0;
  const isDirect = imports.direct(testFile).includes(file);
  const [testFolders, folders] = [test.split('/').slice(0, -1), source.split('/').slice(0, -1)];
  const shared = folders.findIndex((folder, index) => testFolders[index] !== folder);
  const apart = folders.length - (shared < 0 ? folders.length : shared);
  return 1 + apart + Math.max(0, testFolders.length - folders.length) + (isDirect ? 0 : 3);
}
