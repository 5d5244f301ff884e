/** Filters that match nothing are said: a `deny` with a wrong name denies nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filterNotes } from '../../src/catalog/filter-notes.ts';
import { inventory, named, view } from './fixtures.ts';

const notes = (tools: object, ...names: string[]): string[] =>
  filterNotes([
    {
      inventory: inventory('ev', { tools: named(...names) }),
      view: view('ev', { tools: { rename: {}, ...tools } }),
    },
  ]).map(({ text }) => text);

test('names that no tool has must be said, with the own name where the prefix was written', () => {
  assert.deepEqual(notes({ deny: ['ev_env', 'sum'], rename: { echoo: 'say' } }, 'env', 'sum', 'echo'), [
    '`tools.deny` names ev_env, which no tool of ev is called; write env: its own names have no prefix',
    '`tools.rename` names echoo, which no tool of ev is called',
  ]);
  assert.deepEqual(notes({ allow: ['a1', 'a2', 'a3', 'a4'] }, 'x'), [
    '`tools.allow` names a1, a2, a3 and 1 more, which no tool of ev is called',
  ]);
});

test('names and patterns that match must be silent, and so must a server whose tools are not known', () => {
  assert.deepEqual(notes({ allow: ['e*'], deny: ['env'], rename: { echo: 'say' } }, 'env', 'echo'), []);
  assert.deepEqual(notes({ deny: ['env'] }), []);
});
