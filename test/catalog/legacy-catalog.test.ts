/** Legacy clients see what servers offer their era; without such a server their catalog is the one of everybody. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { legacyCatalog } from '../../src/catalog/legacy-catalog.ts';
import { mergeCatalog } from '../../src/catalog/merge.ts';
import { Rendering } from '../../src/catalog/rendering.ts';
import type { CatalogList } from '../../src/model/catalog.ts';
import { inventory, named, view } from './fixtures.ts';

const namesOf = ({ json }: CatalogList): string[] =>
  JSON.parse(json.toString()).map(({ name }: { name: string }) => name);

test('without lists of its own era the catalog must be the same object, which costs nothing', () => {
  const listings = [{ inventory: inventory('s', { tools: named('a') }), view: view('s') }];
  const catalog = mergeCatalog(listings);
  assert.equal(legacyCatalog(catalog, listings, [], new Rendering()), catalog);
});

test('lists of the legacy era must take the place of the others, under the same prefix, filters and renames', () => {
  const tools = { deny: ['hidden'], rename: { b: 'bee' } };
  const both = {
    inventory: inventory('s', { era: 'modern', tools: named('a') }),
    legacy: inventory('s', { tools: named('b', 'hidden') }),
    view: view('s', { tools }),
  };
  const other = { inventory: inventory('t', { tools: named('c') }), view: view('t') };
  const listings = [both, other];
  const catalog = mergeCatalog(listings);
  const legacy = legacyCatalog(catalog, listings, [], new Rendering());
  assert.deepEqual(
    [catalog, legacy].map(({ all }) => namesOf(all.lists.tools)),
    [
      ['s_a', 't_c'],
      ['s_bee', 't_c'],
    ],
  );
  assert.deepEqual(legacy.byServer.get('s')?.lists.tools.routes.get('bee'), { serverName: 's', key: 'b' });
});
