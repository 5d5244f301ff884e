/** Checks the tables behind docs/protocol.md. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { LEGACY_PROOFS } from './legacy-proofs.ts';
import { MODERN_PROOFS } from './modern-proofs.ts';
import { PAIRINGS } from './pairing.ts';
import { PAIRING_PROOFS } from './pairing-proofs.ts';
import { PROOFS } from './proofs.ts';
import { DOCUMENT, render } from './render.ts';
import { type Key, PAIRS, type Pair, type Proof, pairsOf } from './requirement.ts';
import { GAPS, REQUIREMENTS } from './requirements.ts';
import { SECTIONS } from './sections.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Names of the tests in a file as written there, `${…}` included. */
function testsIn(file: string): string[] {
  const path = join(ROOT, file);
  if (!existsSync(path)) return [];
  const calls = readFileSync(path, 'utf8').matchAll(/\btest\(\s*(['"`])((?:\\.|(?!\1).)*)\1/gs);
  return [...calls].map(([, , name = '']) => name.replaceAll(/\\(.)/g, '$1'));
}

/** Each row in each of its pairings, with its proofs there. */
const byPair = REQUIREMENTS.flatMap((row) =>
  Object.entries(row.proofs).map(([pair, proved]) => ({
    row,
    pair: pair as Pair,
    proved,
    name: `${row.revision} ${row.side} ${row.id} ${pair}`,
  })),
);

test('every requirement must be proved in each pairing to which it applies, or give a reason', () => {
  for (const row of REQUIREMENTS)
    assert.deepEqual(Object.keys(row.proofs), [...pairsOf(row.revision, row.side)], row.id);
  const without = byPair.filter(({ proved }) => Array.isArray(proved) && proved.length === 0);
  assert.deepEqual(
    without.map(({ name }) => name),
    [],
  );
});

test('every proof must be an existing test, and must prove some requirement', () => {
  const missing = Object.entries<Proof>(PROOFS).filter(([, [file, name]]) => !testsIn(file).includes(name));
  assert.deepEqual(missing, []);
  const used = new Set<unknown>(
    [...byPair.map(({ proved }) => proved), ...PAIRINGS.map(({ proofs }) => proofs)].flat(),
  );
  assert.deepEqual(
    Object.keys(PROOFS).filter((key) => !used.has(key)),
    [],
  );
  const all = [LEGACY_PROOFS, MODERN_PROOFS, PAIRING_PROOFS].map((table) => Object.keys(table).length);
  assert.equal(
    Object.keys(PROOFS).length,
    all.reduce((sum, count) => sum + count),
    'names of proofs must be unique',
  );
});

const pairs = (key: Key) => (PROOFS[key] as Proof)[2];

test('a test through the whole gateway must prove only pairings that it runs', () => {
  const wrong = byPair.flatMap(({ name, pair, proved }) =>
    Array.isArray(proved)
      ? proved.filter((key) => pairs(key)?.includes(pair) === false).map((key) => `${name}: ${key}`)
      : [],
  );
  assert.deepEqual(wrong, []);
});

test('every requirement must have a unique id and name a heading of a page', () => {
  const ids = [...REQUIREMENTS, ...GAPS.filter(({ pairs }) => pairs.length > 1)].map(
    ({ revision, side, id }) => `${revision} ${side} ${id}`,
  );
  assert.deepEqual(ids, [...new Set(ids)]);
  for (const { id, section } of [...REQUIREMENTS, ...GAPS]) assert.match(section, /^[\w/-]+\.mdx#\S/, id);
});

const plain = (section: string): string => section.replaceAll('`', '');

for (const [revision, sections] of Object.entries(SECTIONS)) {
  const rows = [...REQUIREMENTS, ...GAPS].filter((it) => it.revision === revision);

  test(`a section of ${revision} must have a row or a gap if, and only if, it binds a gateway`, () => {
    const named = new Set(rows.map(({ section }) => plain(section)));
    const wrong = sections.filter(
      ([section, , bound]) => bound !== 0 && named.has(plain(section)) !== (typeof bound === 'number'),
    );
    assert.deepEqual(wrong, []);
    assert.ok(sections.every(([, sentences, bound]) => typeof bound === 'string' || bound <= sentences));
  });

  test(`every row of ${revision} with MUST or SHOULD must name a section with MUST or SHOULD`, () => {
    const known = new Set(sections.map(([section]) => plain(section)));
    const elsewhere = rows.filter(
      ({ level, section }) =>
        level !== 'described' && !/^(20\d\d-|security_best)/.test(section) && !known.has(plain(section)),
    );
    assert.deepEqual(
      elsewhere.map(({ id, section }) => `${id}: ${section}`),
      [],
    );
  });
}

test('a feature must be proved in every pairing in which it is possible', () => {
  const unproved = PAIRINGS.flatMap(({ feature, cells, proofs }) =>
    PAIRS.filter((pair) => cells[pair][0] !== 'impossible')
      .filter((pair) => !proofs.some((key) => pairs(key)?.includes(pair)))
      .map((pair) => `${feature} ${pair}`),
  );
  assert.deepEqual(unproved, []);
});

test('a pairing that is not lossless must have a reason', () => {
  for (const { feature, cells } of PAIRINGS)
    for (const [pair, [how, why]] of Object.entries(cells))
      assert.ok(how === 'lossless' || why, `${feature} ${pair}`);
});

test('docs/protocol.md must match the tables: node test/protocol/render.ts writes it', () => {
  assert.equal(readFileSync(DOCUMENT, 'utf8'), render());
});
