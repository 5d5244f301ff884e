/** Which containers of strangers become servers, which are ignored, and which are not let in. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Observed, ObservedContainer } from '../../src/model/observed.ts';
import { discoverServers } from '../../src/reconcile/discovery.ts';
import type { Wanted } from '../../src/reconcile/want.ts';

const declared = (serverName: string, prefix = serverName) => ({ server: { serverName, view: { prefix } } });

const wanted = (discover: Wanted['discover'], ...units: object[]): Wanted =>
  ({ stackName: 'hive', file: 'hive.yaml', compiled: { yaml: '', units }, discover }) as unknown as Wanted;

const container = (serverName: string, parts: object = {}, labels: object = {}): ObservedContainer =>
  ({
    containerId: `${serverName}-c`,
    containerName: `${serverName}-1`,
    labels: { serverName, type: 'stdio', ...labels },
    state: 'running',
    createdAt: 1,
    ...parts,
  }) as unknown as ObservedContainer;

function discovered(settings: Wanted, containers: ObservedContainer[], mislabelled: object[] = []) {
  const observed = { containers, mislabelled } as unknown as Observed;
  const found = discoverServers(settings, observed);
  return {
    names: found.discovered.map(({ unit }) => unit.server.serverName),
    reasons: found.ignored.map(({ reason }) => reason),
    ignored: found.ignored.map(({ containerName }) => containerName),
    keptOut: found.keptOut,
    units: found.discovered.map(({ unit }) => unit),
  };
}

const MIXED = [
  container('own', { project: 'hive' }),
  container('other', { project: 'x' }),
  container('none'),
];
const WRONG = [
  { containerName: 'wrong-own', reason: 'r1', project: 'hive' },
  { containerName: 'wrong-other', reason: 'r2' },
];

for (const [discover, names, keptOut, ignored] of [
  ['all', ['own', 'other', 'none'], [], ['wrong-own', 'wrong-other']],
  ['project', ['own'], ['none-1', 'other-1', 'wrong-other'], ['wrong-own']],
  ['off', [], ['none-1', 'other-1', 'own-1', 'wrong-other', 'wrong-own'], []],
] as const)
  test(`with discover: ${discover}, what is let in, told and kept out must follow the file`, () => {
    const found = discovered(wanted(discover), MIXED, WRONG);
    assert.deepEqual(
      [found.names.sort(), found.keptOut, found.ignored],
      [[...names].sort(), keptOut, ignored],
    );
  });

test('containers that do not run, or are of a stack, must be left alone', () => {
  const found = discovered(wanted('all'), [
    container('a', { state: 'exited' }),
    container('b', {}, { stack: 'other' }),
    container('c', { maker: 'unknown' }, { stack: 'other' }),
    container('d', { maker: 'this-file' }, { stack: 'hive' }),
  ]);
  assert.deepEqual([found.names, found.ignored, found.keptOut], [[], [], []]);
  const forged = discovered(wanted('off'), [container('e', { maker: 'unknown' }, { stack: 'hive' })]);
  assert.deepEqual(forged.ignored, ['e-1']);
});

test('labels of an image must let nothing in, and the reason say which', () => {
  const reasonOf = (fromImage: unknown): string | undefined =>
    discovered(wanted('all'), [container('a', { fromImage })]).reasons[0];
  assert.equal(reasonOf(undefined), undefined);
  assert.equal(reasonOf([]), undefined);
  assert.equal(reasonOf(['mcp.type', 'mcp.port', 'other']), undefined);
  assert.match(reasonOf('unknown') ?? '', /image cannot be read/);
  for (const label of ['mcp.server', 'mcp.prefix', 'mcp.path', 'com.docker.compose.project'])
    assert.equal(
      reasonOf([label, 'mcp.type']),
      `${label} is set by its image: set it yourself, to another value, to let it in`,
    );
  assert.match(
    reasonOf(['mcp.server', 'mcp.path']) ?? '',
    /^mcp.server, mcp.path are set by its image: set them /,
  );
});

test('a name or prefix of the file must not be taken, however it is spelled', () => {
  const file = wanted('all', declared('Basic-Memory'), declared('web', 'site'));
  const reasonOf = (name: string, labels: object = {}): string =>
    discovered(file, [container(name, {}, labels)]).reasons[0] ?? '';
  assert.match(reasonOf('basic_memory'), /hive.yaml has a server of that name/);
  assert.match(reasonOf('x', { prefix: '' }), /only servers of the file may go without a prefix/);
  assert.match(reasonOf('x', { prefix: 'SITE' }), /its prefix SITE lies within that of web/);
  assert.match(reasonOf('x', { prefix: 'site_more' }), /lies within that of web/);
  assert.match(reasonOf('basic_memory_x'), /lies within that of Basic-Memory/);
  assert.equal(reasonOf('site2'), '');
});

test('of two containers of one name the newest must win, and the other be told', () => {
  const found = discovered(wanted('all'), [
    container('a', { containerName: 'old', createdAt: 1 }),
    container('A', { containerName: 'new', createdAt: 2 }),
  ]);
  assert.deepEqual([found.names, found.ignored], [['A'], ['old']]);
});

test('a discovered server must be shared and eager, under its name and at /mcp, unless its labels say more', () => {
  const { units } = discovered(wanted('all'), [
    container('a'),
    container('b', {}, { prefix: 'p', path: '/x', type: 'http' }),
  ]);
  const [a, b] = units.sort((one, other) => (one.server.serverName < other.server.serverName ? -1 : 1));
  assert.ok(a?.server.type === 'discovered' && b?.server.type === 'discovered');
  const { view, transport, path } = a.server;
  assert.deepEqual(
    [view.prefix, transport, path, view.isolation, view.start, view.tools, a.hash],
    ['a', 'stdio', '/mcp', 'shared', 'eager', { rename: {} }, 'a-c'],
  );
  assert.deepEqual(
    [b.server.view.prefix, b.server.transport, b.server.path, b.viewHash],
    ['p', 'http', '/x', 'p'],
  );
});

test('of discovered servers only reading tools must be shown if that is the default', () => {
  const settings = { ...wanted('all'), readOnlyDiscovered: true } as const;
  const [unit] = discovered(settings, [container('a')]).units;
  assert.equal(unit?.server.view.tools.readOnly, true);
  assert.notEqual(unit?.viewHash, 'a');
});
