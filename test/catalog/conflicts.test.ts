import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conflictNotes } from '../../src/catalog/conflicts.ts';

test('the server that lost gets a note with the winner, the name and the fix', () => {
  const notes = conflictNotes([{ kind: 'tools', key: 'search', servers: ['a', 'b', 'c'] }]);
  assert.deepEqual(
    notes.map(({ serverName }) => serverName),
    ['b', 'c'],
  );
  assert.match(notes[0]?.text ?? '', /tool search: a offers the same.*\/mcp\/b.*another prefix/);
});

test('servers that clash in every name get one line for each kind', () => {
  const conflicts = ['u://1', 'u://2', 'u://3', 'u://4', 'u://5'].map((key) => ({
    kind: 'resources' as const,
    key,
    servers: ['a', 'b'],
  }));
  const notes = conflictNotes(conflicts);
  assert.equal(notes.length, 1);
  assert.match(notes[0]?.text ?? '', /resources u:\/\/1, u:\/\/2, u:\/\/3 and 2 more: a offers/);
});

test('a server that clashes with itself gets one note', () => {
  const [note, ...more] = conflictNotes([{ kind: 'tools', key: 's_x', servers: ['s', 's', 's'] }]);
  assert.deepEqual(more, []);
  assert.match(note?.text ?? '', /several of its own definitions claim tool s_x/);
});

test('without conflicts there are no notes', () => {
  assert.deepEqual(conflictNotes([]), []);
});
