/** Each bound of docs/faults.md has been removed once, and tests have failed: its own, and one for each part of it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../workspace.ts';
import { removalsOf } from './removals.ts';
import { isHeld, readBounds } from './results.ts';
import { boundRows, keyOf } from './rows.ts';

test('each bound in docs/faults.md must be held by the test that its row names', () => {
  const results = readBounds();
  const open = boundRows()
    .map(keyOf)
    .filter((key) => !isHeld(results[key]));
  assert.deepEqual(open, [], 'npm run mutate -- --bounds tries them');
});

test('what sets each bound must be known, and be in its source', () => {
  const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
  for (const row of boundRows()) assert.ok(removalsOf(row, read).length > 0, row.what);
});
