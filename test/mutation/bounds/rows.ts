/** The bounds that docs/faults.md lists, each with its test. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../workspace.ts';

export interface BoundRow {
  /** What is bounded; a row that begins with `…` continues the one above. */
  readonly what: string;
  /** Name of the test as its source has it, or a part of it. */
  readonly testName: string;
  /** The source file that holds the bound. */
  readonly file: string;
}

export function boundRows(): BoundRow[] {
  const doc = readFileSync(join(ROOT, 'docs/faults.md'), 'utf8');
  return [...doc.matchAll(/^\| (.+?) \| .+ \| `([^`]+)` \| `(src\/[^`]+)` \|$/gm)].map(
    ([, what = '', testName = '', file = '']) => ({ what, testName, file }),
  );
}

/** The key of a row among results. */
export const keyOf = ({ file, testName, what }: BoundRow): string => `${file}: ${what} (${testName})`;

/** The test file with that name in it; a unit test, if there is one. */
export function testFileOf({ testName }: BoundRow): string {
  const all = globSync('test/**/*.test.ts', { cwd: ROOT }).sort();
  const naming = all.filter((path) => readFileSync(join(ROOT, path), 'utf8').includes(testName));
  const found = naming.find((path) => !path.startsWith('test/scenarios/')) ?? naming[0];
  if (found === undefined) throw new Error(`no test is named ${testName}`);
  return found;
}

/** Matches the names that a test with such a name in its source has at run time. */
export function patternOf({ testName }: BoundRow): string {
  const parts = testName.split(/\$\{[^}]*\}/);
  return parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*');
}
