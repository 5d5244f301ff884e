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

test('of several sessions that see a server the last one counts, and a session that begins again counts once', () => {
  const sessions = new LegacySessions();
  for (const id of ['one', 'two', 'two']) sessions.begin(id, 'a');
  sessions.end('two');
  assert.equal(sessions.see('a'), true);
  sessions.end('one');
  assert.equal(sessions.see('a'), false);
});
