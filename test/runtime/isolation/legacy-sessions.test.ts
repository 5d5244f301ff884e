import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LegacySessions } from '../../../src/runtime/isolation/legacy-sessions.ts';

test('a server must count as seen while a session sees it alone, or all servers', () => {
  const sessions = new LegacySessions();
  sessions.begin('one', 'a');
  assert.deepEqual([sessions.see('a'), sessions.see('b')], [true, false]);
  sessions.begin('all', '');
  assert.equal(sessions.see('b'), true);
  assert.deepEqual([sessions.end('all'), sessions.end('all'), sessions.see('b')], [true, false, false]);
});
