import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conflictNotes } from '../../src/catalog/conflicts.ts';
import { mergeCatalog } from '../../src/catalog/merge.ts';
import { inventory, located, named, templated, view } from './fixtures.ts';

const keys = (json: Buffer, member = 'name') =>
  JSON.parse(json.toString()).map((item: Record<string, unknown>) => item[member]);

test('servers must be sorted by name and keep their own order of tools', () => {
  const a = { inventory: inventory('a', { tools: named('z', 'y') }), view: view('a') };
  const b = { inventory: inventory('b', { tools: named('x') }), view: view('') };
  const one = mergeCatalog([a, b]);
  assert.deepEqual(keys(one.all.lists.tools.json), ['a_z', 'a_y', 'x']);
  assert.deepEqual(one.all.lists.tools.json, mergeCatalog([b, a]).all.lists.tools.json);
  assert.deepEqual(one.all.servers, ['a', 'b']);
});

test('each server must have a view of its own without the prefix, with filters and renames', () => {
  const tools = { deny: ['c'], rename: { b: 'bee' } };
  const catalog = mergeCatalog([
    { inventory: inventory('s', { tools: named('a', 'b', 'c') }), view: view('s', { tools }) },
  ]);
  assert.deepEqual(keys(catalog.all.lists.tools.json), ['s_a', 's_bee']);
  const own = catalog.byServer.get('s');
  assert.deepEqual(keys(own?.lists.tools.json ?? Buffer.from('[]')), ['a', 'bee']);
  assert.deepEqual(own?.lists.tools.routes.get('bee'), { serverName: 's', key: 'b' });
  assert.deepEqual(catalog.all.lists.tools.routes.get('s_bee'), { serverName: 's', key: 'b' });
});

test('a definition must keep every byte except its name', () => {
  const json =
    '{ "x-new":[1.0,12345678901234567890],"inner":{"name":"echo"} , "name" : "echo","description":"caf\\u00e9 é","name2":"echo"}';
  const catalog = mergeCatalog([
    { inventory: inventory('s', { tools: [{ key: 'echo', json }] }), view: view('s') },
  ]);
  assert.equal(
    catalog.all.lists.tools.json.toString(),
    `[${json.replace('"name" : "echo"', '"name" : "s_echo"')}]`,
  );
  assert.equal(catalog.byServer.get('s')?.lists.tools.json.toString(), `[${json}]`);
});

test('a key that several servers claim must be served by the first and reported with all', () => {
  const resources = located('test://same', 'test://own');
  const catalog = mergeCatalog([
    { inventory: inventory('c', { resources: located('test://same') }), view: view('c') },
    { inventory: inventory('a', { resources }), view: view('a') },
    { inventory: inventory('b', { resources: located('test://same') }), view: view('b') },
  ]);
  assert.deepEqual(catalog.conflicts, [{ kind: 'resources', key: 'test://same', servers: ['a', 'b', 'c'] }]);
  assert.deepEqual(keys(catalog.all.lists.resources.json, 'uri'), ['test://same', 'test://own']);
  assert.equal(catalog.all.resourceRoute('test://same')?.serverName, 'a');
  assert.deepEqual(keys(catalog.byServer.get('c')?.lists.resources.json ?? Buffer.from('[]'), 'uri'), [
    'test://same',
  ]);
});

test('a name of Hive’s own must not be taken over by another server', () => {
  const server = { inventory: inventory('a', { tools: named('server_list', 'own') }), view: view('') };
  const hive = {
    inventory: inventory('hive', { tools: named('server_list') }),
    view: view(''),
    isBuiltin: true,
  };
  const { all, conflicts } = mergeCatalog([server, hive]);
  assert.deepEqual(all.lists.tools.routes.get('server_list'), {
    serverName: 'hive',
    key: 'server_list',
    role: { needs: 'operate', grant: 'operate' },
  });
  assert.deepEqual(conflicts, [{ kind: 'tools', key: 'server_list', servers: ['hive', 'a'] }]);
  assert.deepEqual(
    conflictNotes(conflicts).map(({ serverName }) => serverName),
    ['a'],
  );
});

test('a server that renames two tools to one name must be reported', () => {
  const tools = { rename: { a: 'x', b: 'x' } };
  const catalog = mergeCatalog([
    { inventory: inventory('s', { tools: named('a', 'b') }), view: view('s', { tools }) },
  ]);
  assert.deepEqual(catalog.conflicts, [{ kind: 'tools', key: 's_x', servers: ['s', 's'] }]);
});

const resourceful = { capabilities: { resources: {} } };
const catalog = mergeCatalog([
  {
    inventory: inventory('files', {
      ...resourceful,
      resources: located('file:///listed', 'https://one'),
      templates: templated('file:///{+path}'),
    }),
    view: view('f'),
  },
  {
    inventory: inventory('notes', { ...resourceful, templates: templated('note://{id}', 'https://two/{x}') }),
    view: view('n'),
  },
]);

const READS: [uri: string, serverName: string | undefined][] = [
  ['file:///listed', 'files'],
  ['file:///a/b', 'files'],
  ['note://7', 'notes'],
  ['NOTE:7/unlisted', 'notes'],
  ['https://two/x', 'notes'],
  ['https://three', undefined],
  ['other://x', undefined],
  ['no scheme', undefined],
];

for (const [uri, serverName] of READS) {
  test(`a read of ${uri} must go to ${serverName}`, () => {
    assert.deepEqual(catalog.all.resourceRoute(uri), serverName && { serverName, key: uri });
  });
}

test('the only server with resources must get every URI', () => {
  const one = mergeCatalog([
    { inventory: inventory('a'), view: view('a') },
    { inventory: inventory('b', resourceful), view: view('b') },
  ]);
  assert.equal(one.all.resourceRoute('made://up')?.serverName, 'b');
});

test('instructions must name their server unless there is only one', () => {
  const a = { inventory: inventory('a', { instructions: 'Use a.\n' }), view: view('aa') };
  const b = { inventory: inventory('b', { instructions: 'Use b.' }), view: view('') };
  const silent = { inventory: inventory('c'), view: view('c') };
  const all = mergeCatalog([b, silent, a]);
  assert.equal(all.all.instructions, '# aa\n\nUse a.\n\n# b\n\nUse b.');
  assert.equal(all.byServer.get('a')?.instructions, 'Use a.');
  assert.equal(mergeCatalog([silent]).all.instructions, undefined);
});

test('a view must have the capabilities of its servers', () => {
  const able = inventory('a', { capabilities: { completions: {}, logging: {} } });
  const merged = mergeCatalog([
    { inventory: able, view: view('a') },
    { inventory: inventory('b'), view: view('b') },
  ]);
  assert.deepEqual([merged.all.completions, merged.all.logging], [true, ['a']]);
  const plain = merged.byServer.get('b');
  assert.deepEqual([plain?.completions, plain?.logging], [false, []]);
});
