/** The file's servers keep their names and URIs, whoever else is there and whoever was first. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import '../helpers/seed.ts';
import { conflictNotes } from '../../src/catalog/conflicts.ts';
import { mergeCatalog } from '../../src/catalog/merge.ts';
import { namedServers } from '../../src/catalog/ownership.ts';
import { schemeOf } from '../../src/catalog/resource-route.ts';
import type { Listing } from '../../src/model/catalog.ts';
import type { Stack } from '../../src/model/stack.ts';
import { alike, covers } from '../../src/model/text/prefixes.ts';
import { inventory, located, named, templated, view } from './fixtures.ts';

const resourceful = { capabilities: { resources: {} } };
const declared = (name: string, parts: object, prefix = name): Listing => ({
  inventory: inventory(name, parts),
  view: view(prefix),
});
const discovered = (name: string, parts: object, prefix = name): Listing => ({
  ...declared(name, parts, prefix),
  isDiscovered: true,
});
const toolsOf = (...from: Parameters<typeof mergeCatalog>): [string, string][] =>
  [...mergeCatalog(...from).all.lists.tools.routes].map(([key, { serverName }]) => [key, serverName]);

const memory = declared('basic_memory', { tools: named('echo') });

test('a discovered server must not take a tool of a declared one by a shorter name or a prefix', () => {
  const strangers = [
    discovered('basic', { tools: named('memory_echo', 'memory', 'memory_other', 'fine') }),
    discovered('aaa', { tools: named('echo', 'other') }, 'basic_memory'),
    discovered('bbb', { tools: named('echo') }, 'Basic-Memory'),
    discovered('ccc', { tools: named('memory.echo', 'Memory_echo') }, 'BASIC'),
  ];
  assert.deepEqual(toolsOf([...strangers, memory]), [
    ['basic_memory_echo', 'basic_memory'],
    ['basic_fine', 'basic'],
  ]);
});

test('a discovered server must not take a declared name by a character that the list replaces', () => {
  const stranger = discovered('basic', { tools: named('memory/new', 'memory new', 'fine/x') });
  assert.deepEqual(toolsOf([stranger, memory]), [
    ['basic_memory_echo', 'basic_memory'],
    ['basic_fine_x', 'basic'],
  ]);
});

test('a discovered server must not take a declared name whose end is cut in the list', () => {
  const prefix = `basic_${'m'.repeat(57)}`;
  const stranger = discovered('basic', { tools: named(`${'m'.repeat(57)}_echo`, `${'n'.repeat(57)}_echo`) });
  const shown = toolsOf([stranger], [{ serverName: 'long', prefix }]).map(([key]) => key);
  assert.deepEqual(
    shown.map((key) => key.slice(0, 20)),
    [`basic_${'n'.repeat(14)}`],
  );
});

test('each server of the file but the built-in one must own its prefix', () => {
  const servers = [
    { type: 'builtin', serverName: 'hive', view: view('hive') },
    { type: 'native', serverName: 'a', view: view('p') },
  ];
  assert.deepEqual(namedServers({ servers } as unknown as Stack), [{ serverName: 'a', prefix: 'p' }]);
});

test('the names of a declared server that does not run must stay free', () => {
  const stranger = discovered('basic', { tools: named('memory_echo', 'fine'), prompts: named('memory_p') });
  const catalog = mergeCatalog([stranger], [{ serverName: 'basic_memory', prefix: 'basic_memory' }]);
  assert.deepEqual([...catalog.all.lists.tools.routes.keys()], ['basic_fine']);
  assert.deepEqual([...catalog.all.lists.prompts.routes.keys()], []);
});

test('a discovered server must show no name while a declared one without prefix has not told its names', () => {
  const stranger = discovered('found', { tools: named('echo') });
  const bare = declared('bare', { tools: named('found_echo') }, '');
  const file = [{ serverName: 'bare', prefix: '' }];
  assert.deepEqual(toolsOf([stranger], file), []);
  assert.deepEqual(toolsOf([stranger, bare], file), [['found_echo', 'bare']]);
});

test('a name that is cut or changed to be valid must not slip out of the rule', () => {
  const long = `memory_${'x'.repeat(80)}`;
  const stranger = discovered('basic', { tools: named(long, 'memory/echo', 'memory_é') });
  assert.deepEqual(toolsOf([stranger, memory]), [['basic_memory_echo', 'basic_memory']]);
});

test('of two declared servers the one with the longest prefix must own a name, and the other be told', () => {
  const basic = declared('basic', { tools: named('memory_x', 'memory_echo', 'y') });
  const catalog = mergeCatalog([basic, memory]);
  assert.deepEqual([...catalog.all.lists.tools.routes.keys()], ['basic_y', 'basic_memory_echo']);
  const [note] = conflictNotes(catalog.conflicts);
  assert.equal(note?.serverName, 'basic');
  assert.match(note?.text ?? '', /basic_memory_x.*the file gives such names to basic_memory.*another prefix/);
  const own = catalog.byServer.get('basic')?.lists.tools.routes.keys() ?? [];
  assert.deepEqual([...own], ['memory_x', 'memory_echo', 'y']);
});

test('a built-in server must keep its names though a declared prefix covers them', () => {
  const builtin = { ...declared('hive', { tools: named('server_list') }, ''), isBuiltin: true };
  const server = declared('server', { tools: named('list') });
  assert.deepEqual(toolsOf([server, builtin]), [['server_list', 'hive']]);
});

test('a discovered server must not pose as a built-in one by a name within its prefix', () => {
  const builtin = { ...declared('hive', { tools: named('server_list') }), isBuiltin: true };
  const strangers = [
    discovered('hive', { tools: named('login', 'server_list') }),
    discovered('x', { tools: named('login') }, 'Hive'),
  ];
  assert.deepEqual(toolsOf([...strangers, builtin]), [['hive_server_list', 'hive']]);
});

test('once a declared server without prefix has told its names, a discovered one must show all others', () => {
  const stranger = discovered('found', { tools: named('echo', 'other') });
  const bare = declared('bare', { tools: named('found_echo') }, '');
  const shown = toolsOf([stranger, bare], [{ serverName: 'bare', prefix: '' }]);
  assert.deepEqual(shown, [
    ['found_echo', 'bare'],
    ['found_other', 'found'],
  ]);
});

test('of two discovered servers the one with the longer prefix must own a name', () => {
  const [basic, longer] = [
    discovered('basic', { tools: named('memory_x', 'y') }),
    discovered('basic_memory', { tools: named('x') }),
  ];
  assert.deepEqual(toolsOf([basic, longer]), [
    ['basic_y', 'basic'],
    ['basic_memory_x', 'basic_memory'],
  ]);
});

test('of several prefixes that cover a name the longest must own it, in whatever order the file has them', () => {
  const a = declared('a', { tools: named('b_c_x', 'b_y', 'z') });
  const file = ['a_b', 'a_b_c', 'a'].map((name) => ({ serverName: name, prefix: name }));
  for (const order of [file, file.toReversed()]) {
    const { conflicts } = mergeCatalog([a], order);
    assert.deepEqual(
      conflicts.map(({ key, servers: [owner] }) => [key, owner]),
      [
        ['a_b_c_x', 'a_b_c'],
        ['a_b_y', 'a_b'],
      ],
    );
  }
});

test('a name that is changed to be valid must not slip out of the rule in a declared server either', () => {
  const basic = declared('basic', { tools: named('memory/echo', 'z') });
  assert.deepEqual(toolsOf([basic, memory]), [
    ['basic_z', 'basic'],
    ['basic_memory_echo', 'basic_memory'],
  ]);
});

test('a discovered server must keep a resource without scheme: it is in nobody’s', () => {
  const own = declared('own', { ...resourceful, templates: templated('{+any}') });
  const stranger = discovered('found', { ...resourceful, resources: located('plain') });
  assert.deepEqual([...mergeCatalog([own, stranger]).all.lists.resources.routes.keys()], ['plain']);
});

const full = declared('full', { ...resourceful, resources: located('full://listed') });
const reads = (listings: Listing[], uris: string[]): (string | undefined)[] => {
  const { all } = mergeCatalog(listings);
  return uris.map((uri) => all.resourceRoute(uri)?.serverName);
};

for (const name of ['aevil', 'zevil'])
  test(`a template for every URI must come last, in a declared server called ${name}`, () => {
    const greedy = declared(name, { ...resourceful, templates: templated('{+any}') });
    const uris = ['full://listed', 'full://unlisted', 'other://x'];
    assert.deepEqual(reads([greedy, full], uris), ['full', 'full', name]);
  });

test('a template with a longer literal beginning must win', () => {
  const wide = declared('a', { ...resourceful, templates: templated('s://{+any}') });
  const narrow = declared('b', { ...resourceful, templates: templated('s://b/{id}') });
  assert.deepEqual(reads([wide, narrow], ['s://b/1', 's://c/1']), ['b', 'a']);
});

test('a discovered server must capture no resource of a declared one', () => {
  const evil = discovered('aevil', {
    ...resourceful,
    resources: located('full://listed', 'FULL://other', 'own://mine'),
    templates: templated('{+any}', 'full://{x}', '{scheme}://{+rest}', 'own://{id}'),
  });
  const uris = ['full://listed', 'full://unlisted', 'Full://other', 'odd://x', 'own://mine', 'own://7'];
  assert.deepEqual(reads([evil, full], uris), ['full', 'full', 'full', 'full', 'aevil', 'aevil']);
  const { lists } = mergeCatalog([evil, full]).all;
  assert.deepEqual([...lists.resources.routes.keys()], ['full://listed', 'own://mine']);
  assert.deepEqual([...lists.templates.routes.keys()], ['own://{id}']);
});

test('a listed URI must go to the server that lists it, though others use its scheme', () => {
  const [a, b] = [
    declared('a', { ...resourceful, resources: located('s://1') }),
    declared('b', { ...resourceful, resources: located('s://2') }),
  ];
  assert.deepEqual(reads([a, b], ['s://1', 's://2', 's://3']), ['a', 'b', undefined]);
});

test('the only discovered server must get unlisted URIs if no declared one has resources', () => {
  const found = discovered('found', { ...resourceful, resources: located('own://1') });
  assert.deepEqual(reads([found, declared('d', {})], ['x://1', 'own://2']), ['found', 'found']);
});

test('the template that says most must win: one without any expression, and one that begins with a letter', () => {
  const any = (name: string, template: string): Listing =>
    declared(name, { ...resourceful, templates: templated(template) });
  assert.deepEqual(reads([any('a', 's://{+x}'), any('b', 's://fixed')], ['s://fixed', 's://other']), [
    'b',
    'a',
  ]);
  assert.deepEqual(reads([any('a', '{+any}'), any('b', 'x{+rest}')], ['xyz', 'abc']), ['b', 'a']);
});

test('a key without scheme must own no other key without one', () => {
  const [a, b] = [
    declared('a', { ...resourceful, resources: located('plain') }),
    declared('b', { ...resourceful, resources: located('s://1') }),
  ];
  assert.deepEqual(reads([a, b], ['plain', 'other']), ['a', undefined]);
});

test('a scheme must stand at the beginning, and be compared without letter case', () => {
  for (const [uri, scheme] of [
    ['HTTP://x', 'http'],
    ['a+b-c.d9:x', 'a+b-c.d9'],
    ['/a/b:c', ''],
    ['1a:b', ''],
    ['{s}://x', ''],
    ['plain', ''],
    ['', ''],
  ] as const)
    assert.equal(schemeOf(uri), scheme, uri);
});

test('whatever discovered servers are called and list, the file’s servers must keep all their names', () => {
  const word = fc.stringMatching(/^[aAb][b_.-]{0,3}[aB]?$/);
  const prefix = fc.stringMatching(/^[aAb][b_-]{0,3}[aB]?$/);
  const server = fc.tuple(
    prefix,
    fc.uniqueArray(
      fc
        .tuple(prefix, word)
        .map((it) => it.join('_'))
        .chain((it) => fc.constantFrom(it, it.slice(1), it.slice(2), it.replaceAll('_', '.'))),
    ),
  );
  const servers = (isDiscovered: boolean) =>
    fc.uniqueArray(server, { maxLength: 3, selector: ([name]) => alike(name) }).map((all) =>
      all.map(([name, tools]): Listing => {
        const parts = { tools: named(...new Set(tools.filter((it) => it !== ''))) };
        return isDiscovered ? discovered(`f${name}`, parts, name) : declared(name, parts);
      }),
    );
  fc.assert(
    fc.property(servers(false), servers(true), (own, strangers) => {
      const file = own.map(({ inventory: { serverName }, view: { prefix } }) => ({ serverName, prefix }));
      const alone = toolsOf(own, file);
      const together = toolsOf([...strangers, ...own], file);
      const names = new Set(file.map(({ serverName }) => serverName));
      assert.deepEqual(
        together.filter(([, serverName]) => names.has(serverName)),
        alone,
      );
      for (const [key, serverName] of together) {
        const isCovered = file.some(({ prefix }) => covers(alike(prefix), alike(key)));
        if (isCovered) assert.ok(names.has(serverName), `${serverName} has taken ${key}`);
      }
    }),
  );
});
