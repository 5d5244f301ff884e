/** `hive ls`. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderStacks } from '../../../src/cli/machine/ls.ts';

test('without a stack, the way to start one must be as this user types it', () => {
  const text = renderStacks([], (it) => it.replaceAll('npx hive', 'hive'));
  assert.equal(text, 'no stack of this user is up\n  fix: hive up -d');
});
