/** What one server offers must cost nothing when another one changes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mergeCatalog } from '../../src/catalog/merge.ts';
import { Rendering } from '../../src/catalog/rendering.ts';
import type { Listing } from '../../src/model/catalog.ts';
import { inventory, named, view } from './fixtures.ts';

const listing = (serverName: string, parts: Parameters<typeof inventory>[1]): Listing => ({
  inventory: inventory(serverName, parts),
  view: view(serverName),
});

/** Milliseconds of the processor. */
function cost(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

const MANY = Array.from({ length: 10_000 }, (_, i) => `t${i}`);

test('what has not changed must be taken from the merge before, and the catalog be the same', () => {
  const large = listing('large', { tools: named(...MANY) });
  const rendering = new Rendering();
  const small = (tool: string): Listing => listing('small', { tools: named(tool) });
  const first = cost(() => mergeCatalog([large, small('a')], undefined, rendering));
  let again = mergeCatalog([], undefined, new Rendering());
  const second = cost(() => {
    again = mergeCatalog([large, small('b')], undefined, rendering);
  });
  const fresh = mergeCatalog([large, small('b')]);
  assert.ok(again.all.lists.tools.json.equals(fresh.all.lists.tools.json));
  assert.ok(again.all.lists.tools.modern.equals(fresh.all.lists.tools.modern));
  assert.deepEqual([...again.all.lists.tools.routes], [...fresh.all.lists.tools.routes]);
  assert.deepEqual(again.conflicts, fresh.conflicts);
  assert.ok(second < first, `${second} ms after ${first} ms`);
});

test("a server's own view must stay the same object until something of it changes", () => {
  const rendering = new Rendering();
  const a = listing('a', { tools: named('x') });
  const before = mergeCatalog([a], undefined, rendering).byServer.get('a');
  const same = mergeCatalog([{ ...a, inventory: { ...a.inventory } }], undefined, rendering);
  assert.equal(same.byServer.get('a'), before);
  const changed = { ...a, inventory: { ...a.inventory, tools: named('y') } };
  const after = mergeCatalog([changed], undefined, rendering).byServer.get('a');
  assert.deepEqual([...(after?.lists.tools.routes.keys() ?? [])], ['y']);
});

test('the lists of a server that clash with others must be as without an earlier merge', () => {
  const rendering = new Rendering();
  const own = (serverName: string, ...tools: string[]): Listing => ({
    inventory: inventory(serverName, { tools: named(...tools) }),
    view: { ...view(''), prefix: '' },
  });
  const [a, b] = [own('a', 'x', 'y'), own('b', 'y', 'z', 'z')];
  mergeCatalog([b], undefined, rendering);
  const warm = mergeCatalog([a, b], undefined, rendering);
  const cold = mergeCatalog([a, b]);
  assert.deepEqual(warm.conflicts, cold.conflicts);
  assert.equal(warm.all.lists.tools.json.toString(), cold.all.lists.tools.json.toString());
  assert.equal(JSON.parse(warm.all.lists.tools.json.toString()).length, 3);
});

test('hostile templates must cost a merge next to nothing, and no read more than a bounded time', () => {
  const templates = Array.from({ length: 1_000 }, (_, i) => `${'{/a}'.repeat(200)}\u{1}${i}`);
  const hostile = listing('hostile', {
    capabilities: { resources: {} },
    templates: templates.map((key) => ({ key, json: JSON.stringify({ uriTemplate: key }) })),
  });
  const rendering = new Rendering();
  let catalog = mergeCatalog([]);
  const merging = cost(() => {
    catalog = mergeCatalog([hostile, listing('small', {})], undefined, rendering);
  });
  assert.ok(merging < 500, `a merge took ${merging} ms`);
  const reading = cost(() => catalog.all.resourceRoute(`/${'a/'.repeat(2_000)}`));
  assert.ok(reading < 1_000, `a read took ${reading} ms`);
});
