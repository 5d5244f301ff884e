/**
 * `npm run mutate -- --bounds [PART…]`: removes each bound of docs/faults.md, and checks that the test which its row
 * names fails. PART selects rows by a part of their key.
 */
import type { Imports } from '../imports.ts';
import { unitTests } from '../imports.ts';
import type { Outcome, Workspace } from '../workspace.ts';
import { type Removal, removalsOf } from './removals.ts';
import { BY_ITS_TEST, isHeld, keepBound, type Removed } from './results.ts';
import { type BoundRow, boundRows, keyOf, patternOf, testFileOf } from './rows.ts';

/** A test that takes so much longer than usual waits for a bound that is not there. */
const LATE_MS = 15_000;
const LATE_FACTOR = 4;
const USUAL_MS = 120_000;

/** @returns the number of bounds that are not held */
export async function removeBounds(
  parts: readonly string[],
  workspace: Workspace,
  imports: Imports,
  say: (text: string) => void,
): Promise<number> {
  const all = boundRows();
  const chosen = all.filter((row) => parts.length === 0 || parts.some((part) => keyOf(row).includes(part)));
  let open = 0;
  for (const row of chosen) {
    const removed = await tryRow(row, workspace, imports);
    keepBound(row, removed);
    if (!isHeld(removed)) open += 1;
    say(`${isHeld(removed) ? 'ok' : 'NOT HELD'}  ${keyOf(row)}`);
    for (const { change, by } of removed) say(`      ${change}: ${by || 'nobody notices'}`);
  }
  say(`${chosen.length - open} of ${chosen.length} bounds are held`);
  return open;
}

async function tryRow(row: BoundRow, workspace: Workspace, imports: Imports): Promise<Removed[]> {
  const testFile = testFileOf(row);
  const own = new Usual(workspace, testFile, patternOf(row));
  const whole = new Usual(workspace, testFile);
  const removed: Removed[] = [];
  for (const removal of removalsOf(row, (file) => imports.text(file))) {
    const text = imports.text(removal.file).replace(removal.from, () => removal.to);
    // Files that import it come last: its bound may be another row's as well.
    const others = unitTests()
      .filter((test) => test !== testFile && imports.direct(test).includes(removal.file))
      .map((test) => new Usual(workspace, test));
    const by = await firstToNotice([own, whole, ...others], removal, text, workspace);
    removed.push({ change: `${removal.from.trim()} → ${removal.to.trim()}`, by });
  }
  return removed;
}

async function firstToNotice(
  [own, ...others]: readonly Usual[],
  removal: Removal,
  text: string,
  workspace: Workspace,
): Promise<string> {
  if (await own?.fails(removal.file, text, workspace)) return BY_ITS_TEST;
  for (const it of others) if (await it.fails(removal.file, text, workspace)) return it.testFile;
  return '';
}

/** A test file, or some tests of it, compared with what they do without a change. */
class Usual {
  readonly testFile: string;
  readonly #run: (limitMs: number) => Promise<Outcome>;
  #usual: Promise<Outcome> | undefined;

  constructor(workspace: Workspace, testFile: string, pattern?: string) {
    this.testFile = testFile;
    this.#run = (limitMs) =>
      workspace.run(testFile, { limitMs, ...(pattern === undefined ? {} : { pattern }) });
  }

  /** True if it fails with the change, and passes without. */
  async fails(file: string, text: string, workspace: Workspace): Promise<boolean> {
    this.#usual ??= this.#run(USUAL_MS);
    const { kind, ms } = await this.#usual;
    if (kind !== 'passed') return false;
    const changed = await workspace.with(file, text, () => this.#run(LATE_MS + LATE_FACTOR * ms));
    return changed.kind !== 'passed';
  }
}
