/** A read of a resource must cost little, whatever templates a server lists. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mergeCatalog } from '../../src/catalog/merge.ts';
import { withinCost } from '../fuzz/cost.ts';
import { inventory, templated, view } from './fixtures.ts';

const listing = (serverName: string, ...templates: string[]) => ({
  inventory: inventory(serverName, { templates: templated(...templates), capabilities: { resources: {} } }),
  view: view(serverName),
});

/** Expressions that each may match nearly all of a URI, and an end that none has. */
const costly = (expressions: number, index: number): string =>
  `x:${'{+a}x'.repeat(expressions)}\u0001${index}`;

const many = (count: number, expressions: number): string[] =>
  Array.from({ length: count }, (_, index) => costly(expressions, index));

test('thousands of long templates must hold up neither a merge nor a read', async () => {
  const hostile = listing('a', ...many(2_000, 800));
  const catalog = await withinCost(0, 0, () => mergeCatalog([hostile, listing('b', 'x:b{c}')]));
  for (const length of [20, 300, 4_000])
    await withinCost(0, 0, () => catalog.all.resourceRoute(`x:${'x'.repeat(length)}`));
});

test('the templates of one server must not use up the steps of another', () => {
  const { all } = mergeCatalog([listing('a', ...many(2_000, 10)), listing('b', 'x:{c}!')]);
  assert.equal(all.resourceRoute(`x:${'x'.repeat(50)}!`)?.serverName, 'b');
});

test('templates that begin otherwise must cost nothing, however many they are', () => {
  const others = Array.from({ length: 20_000 }, (_, index) => `x:${index}/{name}`);
  const { all } = mergeCatalog([listing('a', ...others, 'x:{name}')]);
  assert.deepEqual(all.resourceRoute('x:19999/a'), { serverName: 'a', key: 'x:19999/a' });
  assert.equal(all.resourceRoute('x:a')?.serverName, 'a');
});
