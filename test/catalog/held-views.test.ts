/** Named views: what they select of the catalog, and how long that is kept. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mergeCatalog } from '../../src/catalog/merge.ts';
import { createCatalogStore } from '../../src/catalog/store.ts';
import { viewNotes } from '../../src/catalog/view-notes.ts';
import type { Catalog, CatalogView, Listing, ListKind } from '../../src/model/catalog.ts';
import type { CatalogChange } from '../../src/model/catalog-reader.ts';
import type { NamedView } from '../../src/model/desired.ts';
import { inventory, located, named, templated, view } from './fixtures.ts';

const capabilities = { resources: {}, logging: {}, experimental: { x: {} }, completions: {} };
const LISTINGS: readonly Listing[] = [
  {
    inventory: inventory('docs', {
      capabilities,
      tools: named('find', 'delete_page', 'read'),
      resources: located('docs://r'),
      templates: templated('docs://{id}'),
      prompts: named('ask'),
      instructions: 'Find first.',
    }),
    view: view('docs'),
  },
  {
    inventory: inventory('notes', { tools: named('add', 'list'), prompts: named('p') }),
    view: view('notes'),
  },
  { inventory: inventory('db', { tools: named('query'), instructions: 'Secret.' }), view: view('db') },
];
const catalog = (): Catalog => mergeCatalog(LISTINGS);

const keys = ({ lists }: CatalogView, kind: ListKind = 'tools'): string[] => [...lists[kind].routes.keys()];
const texts = (json: Buffer): string[] =>
  (JSON.parse(json.toString()) as { name: string }[]).map(({ name }) => name);
const make = (parts: Partial<NamedView>): NamedView => ({ viewName: 'v', tools: {}, ...parts });

test('a view must show its servers, and nothing of the others', () => {
  const shown = catalog().narrowed(make({ servers: ['docs'] }));
  assert.deepEqual(keys(shown), ['docs_find', 'docs_delete_page', 'docs_read']);
  assert.deepEqual(keys(shown, 'prompts'), ['docs_ask']);
  assert.deepEqual([keys(shown, 'resources'), keys(shown, 'templates')], [['docs://r'], ['docs://{id}']]);
  assert.deepEqual([shown.servers, shown.instructions], [['docs'], 'Find first.']);
  const other = catalog().narrowed(make({ servers: ['notes'] }));
  assert.equal(other.resourceRoute('docs://r'), undefined);
  assert.deepEqual([other.completions, other.logging, other.instructions], [false, [], undefined]);
});

test('the tools of a view must be filtered by the names that clients see, and its lists be whole JSON', () => {
  const shown = catalog().narrowed(make({ tools: { allow: ['docs_*', 'db_query'], deny: ['*_delete_*'] } }));
  assert.deepEqual(keys(shown), ['db_query', 'docs_find', 'docs_read']);
  assert.deepEqual(texts(shown.lists.tools.json), keys(shown));
  assert.deepEqual(texts(shown.lists.tools.modern), keys(shown));
});

test('of servers that the view is without nothing must be shown', () => {
  const shown = catalog().narrowed(make({ tools: { allow: ['notes_*'] }, without: ['db', 'docs'] }));
  assert.deepEqual([shown.servers, shown.instructions], [['notes'], undefined]);
  assert.deepEqual([keys(shown, 'resources'), keys(shown, 'prompts')], [[], ['notes_p']]);
});

test('the limit must keep the first tools, in the order of the view’s servers', () => {
  const limited = (servers: string[], limit: number) => keys(catalog().narrowed(make({ servers, limit })));
  assert.deepEqual(limited(['notes', 'd*'], 3), ['notes_add', 'notes_list', 'db_query']);
  assert.deepEqual(limited(['docs', '*'], 4), ['docs_find', 'docs_delete_page', 'docs_read', 'db_query']);
});

test('a name that two servers have must be the same tool in a view, or none', () => {
  const plain = (serverName: string) => ({
    inventory: inventory(serverName, { tools: named('go', serverName) }),
    view: view(''),
  });
  const both = mergeCatalog([plain('a'), plain('b')]);
  assert.equal(both.all.lists.tools.routes.get('go')?.serverName, 'a');
  assert.deepEqual(keys(both.narrowed(make({ servers: ['b'] }))), ['b']);
});

test('what one server declares beyond MCP must not pass through a view of it', () => {
  assert.deepEqual(catalog().byServer.get('docs')?.more.legacy, { experimental: { x: {} } });
  assert.deepEqual(catalog().narrowed(make({ servers: ['docs'] })).more.legacy, {});
});

function watched(...views: NamedView[]) {
  const store = createCatalogStore();
  store.setViews(views);
  store.publish(catalog());
  const changes: CatalogChange[] = [];
  store.onChange((change) => changes.push(change));
  return { store, changes };
}

test('clients of a view must share what it shows, which is let go with the last of them', () => {
  const { store } = watched(make({ servers: ['docs'] }));
  assert.notEqual(store.views.of('v'), store.views.of('v'));
  const [first, second] = [store.views.hold('v'), store.views.hold('v')];
  const held = store.views.of('v');
  first();
  first();
  assert.equal(store.views.of('v'), held);
  second();
  assert.notEqual(store.views.of('v'), held);
});

test('a change must be announced to a view only if its own lists have changed', () => {
  const { store, changes } = watched(make({ servers: ['docs'] }));
  const release = store.views.hold('v');
  store.publish(mergeCatalog(LISTINGS.slice(0, 2)));
  assert.deepEqual([...(changes[0]?.byScope.keys() ?? [])], ['db']);
  store.publish(mergeCatalog(LISTINGS.slice(1)));
  assert.deepEqual(changes[1]?.byScope.get('?v'), ['tools', 'resources', 'templates', 'prompts']);
  release();
  store.publish(catalog());
  assert.equal(changes[2]?.byScope.has('?v'), false);
});

test('an edit of a view must take effect at once, and be announced', () => {
  const { store, changes } = watched(make({ servers: ['docs'] }));
  store.views.hold('v');
  store.setViews([make({ servers: ['docs'], tools: { allow: ['docs_read'] } })]);
  assert.deepEqual(changes, [{ all: [], byScope: new Map([['?v', ['tools']]]) }]);
  assert.deepEqual(keys(store.views.of('v') as CatalogView), ['docs_read']);
  store.setViews([]);
  assert.deepEqual([store.views.of('v'), store.views.names()], [undefined, []]);
  assert.equal(store.views.hasServer('v', 'docs'), false);
});

test('the notes must name what the limit leaves out, and filters that match nothing', () => {
  const names = LISTINGS.map((it) => it.inventory.serverName);
  const notes = viewNotes(
    [
      make({ viewName: 'cut', limit: 2 }),
      make({
        viewName: 'idle',
        servers: ['docs', 'x*'],
        tools: { allow: ['docs_*', 'nope'], deny: ['no_*'] },
      }),
      make({ viewName: 'good', servers: ['docs'], limit: 3 }),
    ],
    catalog().all,
    names,
  );
  assert.deepEqual(notes, [
    'view cut shows 2 of 6 tools: `limit` leaves out docs_delete_page, docs_read, notes_add, notes_list',
    'view idle: `servers` names x*, which no server is called',
    'view idle: `tools.allow` names nope, which no tool of /mcp is called',
    'view idle: `tools.deny` names no_*, which no tool of /mcp is called',
  ]);
});
