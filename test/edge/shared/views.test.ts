/** What an endpoint shows: everything, or one server and nothing of the others. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mergeCatalog } from '../../../src/catalog/merge.ts';
import { createCatalogStore } from '../../../src/catalog/store.ts';
import { Views } from '../../../src/edge/shared/views.ts';
import { EMPTY_VIEW } from '../../../src/model/catalog.ts';
import type { CatalogChange } from '../../../src/model/catalog-reader.ts';
import type { GatewayStatus } from '../../../src/model/status.ts';
import { named } from '../../catalog/fixtures.ts';
import { source, status } from '../harness.ts';

function world() {
  const catalog = createCatalogStore();
  catalog.publish(mergeCatalog([source('a', { tools: named('x') }), source('b', { tools: named('y') })]));
  const asked: (readonly [string, string | undefined])[] = [];
  const servers = [status('a'), status('down', { state: 'failed' })];
  const views = new Views(
    catalog,
    () => ({ servers }) as unknown as GatewayStatus,
    (kind, serverName) => {
      asked.push([kind, serverName]);
      return undefined;
    },
  );
  return { views, asked };
}

const tools = ({ views }: ReturnType<typeof world>, scope: string): string[] => [
  ...views.of(scope).lists.tools.routes.keys(),
];

test('an endpoint of one server must show that server alone', () => {
  const it = world();
  assert.deepEqual(tools(it, ''), ['a_x', 'b_y']);
  assert.deepEqual(tools(it, 'b'), ['y']);
  assert.equal(it.views.of('down'), EMPTY_VIEW);
});

test('there must be an endpoint for each server that is declared or shown, and for no other', () => {
  const { views } = world();
  const scopes = ['', 'a', 'b', 'down', 'none', 'toString'];
  assert.deepEqual(
    scopes.map((scope) => views.has(scope)),
    [true, true, true, true, false, false],
  );
});

test('the endpoint of all servers must be there while there is no server', () => {
  const noServers = { servers: [] } as unknown as GatewayStatus;
  const views = new Views(
    createCatalogStore(),
    () => noServers,
    () => undefined,
  );
  assert.equal(views.has(''), true);
});

test('whoever asks for what is not there must wake the servers of that endpoint', () => {
  const woken: (string | undefined)[] = [];
  const servers = [status('a'), status('down', { state: 'failed' })];
  const views = new Views(
    createCatalogStore(),
    () => ({ servers }) as unknown as GatewayStatus,
    () => undefined,
    (serverName) => void woken.push(serverName),
  );
  const names = (scope: string): string[] => views.awaited(scope).map(({ serverName }) => serverName);
  assert.deepEqual([names(''), names('down')], [['a', 'down'], ['down']]);
  assert.deepEqual(woken, [undefined, 'down']);
});

test('states must be those of the endpoint’s servers', () => {
  const { views } = world();
  const names = (scope: string): string[] => views.statuses(scope).map(({ serverName }) => serverName);
  assert.deepEqual([names(''), names('down'), names('none')], [['a', 'down'], ['down'], []]);
});

test('a list must be read again before it is served, of the endpoint’s servers', () => {
  const { views, asked } = world();
  assert.equal(views.revalidated('ping', ''), undefined);
  assert.deepEqual(asked, []);
  void views.revalidated('tools/list', '');
  void views.revalidated('prompts/list', 'a');
  assert.deepEqual(asked, [
    ['tools', undefined],
    ['prompts', 'a'],
  ]);
});

test('a change must concern an endpoint only if its view has changed', () => {
  const { views } = world();
  const change: CatalogChange = { all: ['tools'], byScope: new Map([['a', ['prompts']]]) };
  assert.deepEqual(
    ['', 'a', 'b'].map((scope) => views.changed(change, scope)),
    [['tools'], ['prompts'], []],
  );
});
