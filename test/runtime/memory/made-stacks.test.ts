/** Names of stacks that gateways of a file have made things for. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createMadeStacks } from '../../../src/runtime/memory/made-stacks.ts';

test('the 64 names of a file that were used last must be known, also to the next gateway', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'hive-made-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const made = createMadeStacks(join(folder, 'made.json'));
  for (let index = 0; index < 65; index += 1) made.note(`s${index}`);
  assert.deepEqual(
    [made.names().length, made.has('s0'), made.has('s1'), made.has('s64')],
    [64, false, true, true],
  );
  made.forgetImages('s64');
  assert.ok(made.has('s64'), 'its volumes are there still');
  made.forgetVolumes('s64');
  assert.deepEqual([made.has('s64'), made.hasImages('s64'), made.names().length], [false, true, 64]);
  made.note('s64');
  assert.ok(made.has('s64'));
  made.forgetVolumes('s64');
  made.forgetImages('s64');
  const next = createMadeStacks(join(folder, 'made.json'));
  assert.deepEqual([next.names().length, next.has('s64'), next.has('s1')], [63, false, true]);
});
