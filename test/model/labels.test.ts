import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeLabels, encodeLabels } from '../../src/model/labels.ts';

test('encoded labels must decode to the same', () => {
  const labels = {
    serverName: 'a',
    type: 'http',
    port: 3000,
    path: '/mcp',
    prefix: 'x',
    hash: 'h',
    stack: 's',
    values: 'v',
    link: 'pipe',
  } as const;
  assert.deepEqual(decodeLabels(encodeLabels(labels)), { labels });
});

test('label keys must not change: other people’s Compose files carry them', () => {
  assert.deepEqual(
    encodeLabels({ serverName: 'a', type: 'http', port: 1, path: '/p', prefix: '', hash: 'h', stack: 's' }),
    {
      'mcp.server': 'a',
      'mcp.type': 'http',
      'mcp.port': '1',
      'mcp.path': '/p',
      'mcp.prefix': '',
      'mcp.hash': 'h',
      'mcp.stack': 's',
    },
  );
});

const CASES: readonly [string, Record<string, string>, unknown][] = [
  ['a container without labels is none of ours', {}, undefined],
  [
    'two labels are enough',
    { 'mcp.server': 'a', 'mcp.type': 'stdio' },
    { labels: { serverName: 'a', type: 'stdio' } },
  ],
  [
    'a missing type is a problem',
    { 'mcp.server': 'a' },
    { problem: 'label mcp.type must be stdio or http, not absent' },
  ],
  [
    'a bad port is a problem',
    { 'mcp.server': 'a', 'mcp.type': 'http', 'mcp.port': '99999' },
    { problem: 'label mcp.port=99999 is not a port' },
  ],
  [
    'a bad name is a problem',
    { 'mcp.server': 'a b', 'mcp.type': 'http' },
    { problem: 'label mcp.server=a b is not a server name' },
  ],
];

for (const [name, raw, expected] of CASES) test(name, () => assert.deepEqual(decodeLabels(raw), expected));

const WRONG: readonly (readonly [label: string, value: string])[] = [
  ['mcp.server', 'a.b'],
  ['mcp.server', 'x'.repeat(64)],
  ['mcp.server', ''],
  ['mcp.server', 'a\n'],
  ['mcp.prefix', 'a b'],
  ['mcp.prefix', 'p'.repeat(64)],
  ['mcp.prefix', 'ä'],
  ['mcp.path', '@127.0.0.1:7777/internal/admin?x='],
  ['mcp.path', 'mcp'],
  ['mcp.path', '/a b'],
  ['mcp.path', `/${'x'.repeat(5000)}`],
  ['mcp.port', '0'],
  ['mcp.port', '80\n'],
  ['mcp.stack', '../x'],
  ['mcp.hash', 'a b'],
];

for (const [label, value] of WRONG)
  test(`${label}=${JSON.stringify(value).slice(0, 40)} is a problem, as it is in the config`, () => {
    const decoded = decodeLabels({ 'mcp.server': 'a', 'mcp.type': 'http', 'mcp.port': '80', [label]: value });
    assert.ok(decoded && 'problem' in decoded, JSON.stringify(decoded));
    assert.match(decoded.problem, new RegExp(`^label ${label}=`));
    assert.ok(decoded.problem.length < 160);
  });

test('a problem must not carry characters that act on a terminal', () => {
  const decoded = decodeLabels({ 'mcp.server': '\u001b[2J\u202ea', 'mcp.type': 'stdio' });
  assert.deepEqual(decoded, { problem: 'label mcp.server=?[2J?a is not a server name' });
});

const GOOD: readonly (readonly [label: string, value: string])[] = [
  ['mcp.server', 'x'.repeat(63)],
  ['mcp.server', '0aZ_-'],
  ['mcp.prefix', ''],
  ['mcp.prefix', '-_Z9'],
  ['mcp.prefix', 'p'.repeat(63)],
  ['mcp.path', '/'],
  ['mcp.path', '/a?b=c#d'],
  ['mcp.path', `/${'x'.repeat(2047)}`],
  ['mcp.port', '1'],
  ['mcp.port', '65535'],
  ['mcp.stack', '0-a_'],
  ['mcp.stack', 's'.repeat(63)],
  ['mcp.hash', ''],
  ['mcp.hash', 'aZ_0:-'],
  ['mcp.values', 'f00'],
  ['mcp.link', 'pipe'],
];

for (const [label, value] of GOOD)
  test(`${label}=${JSON.stringify(value).slice(0, 40)} is good, as it is in the config`, () => {
    const decoded = decodeLabels({ 'mcp.server': 'a', 'mcp.type': 'stdio', [label]: value });
    assert.ok(decoded && 'labels' in decoded, JSON.stringify(decoded));
    assert.equal(encodeLabels(decoded.labels)[label], value);
  });

const BAD: readonly (readonly [label: string, value: string, shown?: string])[] = [
  ['mcp.server', '-a'],
  ['mcp.server', '_a'],
  ['mcp.stack', '-a'],
  ['mcp.stack', 'A'],
  ['mcp.stack', 's'.repeat(64)],
  ['mcp.path', `/${'x'.repeat(2048)}`],
  ['mcp.path', 'x/y'],
  ['mcp.path', '/a\tb'],
  ['mcp.port', '65536'],
  ['mcp.port', '-1'],
  ['mcp.port', '1e3'],
  ['mcp.port', ''],
  ['mcp.port', '000080'],
  ['mcp.hash', 'a.b'],
  ['mcp.values', ' '],
  ['mcp.link', 'a/b'],
  ['mcp.link', '\npipe'],
];

for (const [label, value] of BAD)
  test(`${label}=${JSON.stringify(value).slice(0, 40)} is a problem`, () => {
    const decoded = decodeLabels({ 'mcp.server': 'a', 'mcp.type': 'stdio', [label]: value });
    assert.ok(decoded && 'problem' in decoded, JSON.stringify(decoded));
    assert.match(decoded.problem, new RegExp(`^label ${label}=`));
  });

test('a value must be shown up to 64 characters, and a type that is none too', () => {
  const problem = (server: string) => decodeLabels({ 'mcp.server': server, 'mcp.type': 'stdio' });
  const [fits, cut] = ['!'.repeat(64), `${'!'.repeat(64)}…`];
  assert.deepEqual(problem(fits), { problem: `label mcp.server=${fits} is not a server name` });
  assert.deepEqual(problem(`${fits}!`), { problem: `label mcp.server=${cut} is not a server name` });
  assert.deepEqual(decodeLabels({ 'mcp.server': 'a', 'mcp.type': 'x\ny' }), {
    problem: 'label mcp.type must be stdio or http, not x?y',
  });
});
