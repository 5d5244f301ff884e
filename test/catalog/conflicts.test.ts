import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conflictNotes } from '../../src/catalog/conflicts.ts';

test('the server that lost is told who won, what, and what to do', () => {
  const notes = conflictNotes([{ kind: 'tools', key: 'search', servers: ['a', 'b', 'c'] }]);
  assert.deepEqual(
    notes.map(({ serverName }) => serverName),
    ['b', 'c'],
  );
  assert.match(notes[0]?.text ?? '', /tool search: a offers the same.*\/mcp\/b.*another prefix/);
});

test('servers that clash in everything are told in one line a kind', () => {
  const conflicts = ['u://1', 'u://2', 'u://3', 'u://4', 'u://5'].map((key) => ({
    kind: 'resources' as const,
    key,
    servers: ['a', 'b'],
  }));
  const notes = conflictNotes(conflicts);
  assert.equal(notes.length, 1);
  assert.match(notes[0]?.text ?? '', /resources u:\/\/1, u:\/\/2, u:\/\/3 and 2 more: a offers/);
});

test('a server that clashes with itself is told so once', () => {
  const [note, ...more] = conflictNotes([{ kind: 'tools', key: 's_x', servers: ['s', 's', 's'] }]);
  assert.deepEqual(more, []);
  assert.match(note?.text ?? '', /more than one of its own would be shown as tool s_x/);
});

test('without conflicts nothing is said', () => {
  assert.deepEqual(conflictNotes([]), []);
});
