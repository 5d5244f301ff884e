import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { LEGACY_GAPS } from './legacy-gaps.ts';
import { PAIRINGS } from './pairing.ts';
import { DOCUMENT, render } from './render.ts';
import { REQUIREMENTS } from './requirements.ts';
import { LEGACY_REQUIREMENTS } from './requirements-legacy.ts';

const ALL = [...REQUIREMENTS, ...LEGACY_REQUIREMENTS];
const ROOT = join(import.meta.dirname, '../..');

/** Names of the tests in a file, as they are written there: `${…}` included. */
function testsIn(file: string): string[] {
  const path = join(ROOT, file);
  if (!existsSync(path)) return [];
  const calls = readFileSync(path, 'utf8').matchAll(/\btest\(\s*(['"`])((?:\\.|(?!\1).)*)\1/gs);
  return [...calls].map(([, , name = '']) => name.replaceAll(/\\(.)/g, '$1'));
}

test('the proof of every requirement must be a test that exists', () => {
  const unproved = ALL.filter(({ proof }) => {
    const [file = '', name = ''] = proof.split(' :: ');
    return !testsIn(file).includes(name);
  });
  assert.deepEqual(
    unproved.map(({ id, proof }) => `${id}: ${proof}`),
    [],
  );
});

test('every requirement has an id and a heading of its own page', () => {
  const ids = [
    ...ALL.map(({ revision, sides, id }) => `${revision} ${sides} ${id}`),
    ...LEGACY_GAPS.map(({ sides, id }) => `2025-11-25 ${sides} ${id}`),
  ];
  assert.deepEqual(ids, [...new Set(ids)]);
  for (const { id, section } of [...ALL, ...LEGACY_GAPS]) assert.match(section, /^[\w/-]+\.mdx#\S/, id);
});

test('what is not lossless has a reason', () => {
  for (const { feature, cells } of PAIRINGS)
    for (const [pair, [how, why]] of Object.entries(cells))
      assert.ok(how === 'lossless' || why, `${feature} ${pair}`);
});

test('docs/protocol.md is what the tables say: node test/protocol/render.ts writes it', () => {
  assert.equal(readFileSync(DOCUMENT, 'utf8'), render());
});
