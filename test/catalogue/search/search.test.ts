/** Search in the catalogue: ranks, typing errors, and the same list for the same query. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Entry } from '../../../src/catalogue/entry/entry.ts';
import { CatalogueSearch } from '../../../src/catalogue/search/search.ts';
import { readShipped } from '../../../src/catalogue/shipped.ts';
import { processFiles } from '../../../src/files/process-files.ts';

const { entries } = await readShipped(join(import.meta.dirname, '../../../catalogue'), processFiles);
const search = new CatalogueSearch(entries);
const idsOf = (text: string, limit = 5): string[] => search.find({ text, limit }).entries.map(({ id }) => id);

const entry = (id: string, more: Partial<Entry> = {}): Entry => ({
  id,
  title: id,
  description: '',
  ways: [{ kind: 'image', image: 'x' }],
  ...more,
});

for (const [text, first] of [
  ['sqlite', 'hive/sqlite'],
  ['SQLite', 'hive/sqlite'],
  ['docker/sqlite', 'docker/sqlite'],
  ['hive/postgres', 'hive/postgres'],
  ['postgress', 'hive/postgres'],
  ['githb', 'hive/github'],
  ['slakc', 'hive/slack'],
  ['wikipedai', 'hive/wikipedia'],
  ['kubernets', 'hive/kubernetes'],
  ['brave search', 'hive/brave-search'],
  ['chrome devtools', 'hive/chrome-devtools'],
  ['the time', 'hive/time'],
] as const)
  test(`${text} must find ${first} first`, () => {
    assert.equal(idsOf(text)[0], first);
  });

test('a word that no entry has must be named with the one that was searched', () => {
  assert.deepEqual([...search.find({ text: 'postgress', limit: 1 }).corrected], [['postgress', 'postgres']]);
  assert.deepEqual([...search.find({ text: 'postg', limit: 1 }).corrected], [], 'a beginning is no error');
});

test('a tool must be found by the words of its name', () => {
  assert.ok(idsOf('append insight', 3).includes('hive/sqlite'));
});

test('entries with all words must come before those with some', () => {
  const both = entry('a/zz', { description: 'a red bird' });
  const one = entry('a/red', { title: 'red red', description: 'red' });
  const found = new CatalogueSearch([one, both]).find({ text: 'red bird', limit: 9 });
  assert.deepEqual(
    found.entries.map(({ id }) => id),
    ['a/zz', 'a/red'],
  );
});

test('of two that match alike, the verified one must come first, then the first id', () => {
  const verified = { way: 'npm', version: '1', date: '', bytes: 1, startMs: 1, sha256: '' } as const;
  const list = [entry('b/x-bird'), entry('a/x-bird'), entry('c/x-bird', { verified })];
  const ids = (of: Entry[]) =>
    new CatalogueSearch(of).find({ text: 'bird', limit: 9 }).entries.map(({ id }) => id);
  assert.deepEqual(ids(list), ['c/x-bird', 'a/x-bird', 'b/x-bird']);
  assert.deepEqual(ids(list.toReversed()), ids(list));
});

test('a server with a hundred tools must not stand above one that is about the subject', () => {
  const tools = Array.from({ length: 100 }, (_, at) => ({ name: `search_web_${at}` }));
  const found = new CatalogueSearch([
    entry('a/office', { tools }),
    entry('a/brave', { title: 'Web search', tags: ['search'] }),
  ]).find({ text: 'search the web', limit: 2 });
  assert.equal(found.entries[0]?.id, 'a/brave');
});

test('only entries that run in a wanted way must be found, and the total counts them all', () => {
  const found = search.find({ text: 'database', limit: 3, kinds: ['pypi'] });
  assert.equal(found.entries.length, 3);
  assert.ok(found.total > 3);
  assert.ok(found.entries.every(({ ways }) => ways.some(({ kind }) => kind === 'pypi')));
});

test('any text may be searched', () => {
  for (const text of [
    '',
    ' ',
    '***',
    'ü',
    '\u0000',
    'x'.repeat(100_000),
    'a'.repeat(39),
    '{{x}}',
    '__proto__ constructor',
  ])
    assert.ok(Array.isArray(search.find({ text, limit: 5 }).entries));
});
