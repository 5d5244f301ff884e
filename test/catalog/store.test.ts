import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mergeCatalog } from '../../src/catalog/merge.ts';
import { createCatalogStore } from '../../src/catalog/store.ts';
import type { Inventory } from '../../src/model/catalog.ts';
import type { CatalogChange } from '../../src/model/catalog-reader.ts';
import { inventory, located, named, view } from './fixtures.ts';

const catalog = (...inventories: Inventory[]) =>
  mergeCatalog(inventories.map((inventory) => ({ inventory, view: view(inventory.serverName) })));

function watched() {
  const store = createCatalogStore();
  const changes: CatalogChange[] = [];
  const stop = store.onChange((change) => changes.push(change));
  return { store, changes, stop };
}

test('publishing must swap the snapshot and name the changed lists of each endpoint', () => {
  const { store, changes } = watched();
  const first = catalog(
    inventory('a', { tools: named('t') }),
    inventory('b', { resources: located('x://1') }),
  );
  store.publish(first);
  assert.equal(store.current(), first);
  assert.deepEqual(changes.splice(0), [
    {
      all: ['tools', 'resources'],
      byScope: new Map([
        ['a', ['tools']],
        ['b', ['resources']],
      ]),
    },
  ]);
  store.publish(catalog(inventory('b', { resources: located('x://1') })));
  assert.deepEqual(changes, [{ all: ['tools'], byScope: new Map([['a', ['tools']]]) }]);
});

test('publishing an equal catalog must notify no listener', () => {
  const { store, changes } = watched();
  store.publish(catalog(inventory('a')));
  store.publish(catalog(inventory('a', { tools: named('t') })));
  assert.equal(changes.length, 1);
  store.publish(catalog(inventory('a', { tools: named('t') })));
  assert.equal(changes.length, 1);
});

test('a new prefix must change the merged view and not the server’s own', () => {
  const { store, changes } = watched();
  const a = inventory('a', { tools: named('t') });
  store.publish(mergeCatalog([{ inventory: a, view: view('one') }]));
  store.publish(mergeCatalog([{ inventory: a, view: view('two') }]));
  assert.deepEqual(changes[1], { all: ['tools'], byScope: new Map() });
});

test('an unsubscribed listener must not be called', () => {
  const { store, changes, stop } = watched();
  stop();
  store.publish(catalog(inventory('a', { tools: named('t') })));
  assert.deepEqual(changes, []);
});
