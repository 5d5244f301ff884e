/** An entry with values → a server of a stack file, or every reason why not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Entry, Parameter, Way } from '../../../src/catalogue/entry/entry.ts';
import { defaultName, type Made, toServer } from '../../../src/catalogue/server/to-server.ts';

const image = (more: object): Way => ({ kind: 'image', image: 'x', ...more });
const text = (name: string, more: Partial<Parameter> = {}): Parameter => ({ name, type: 'string', ...more });
const entry = (way: Way, parameters: Parameter[] = [], more: Partial<Entry> = {}): Entry => ({
  id: 'test/one-server',
  title: 'One',
  description: 'One',
  ways: [way],
  parameters,
  ...more,
});
const serverOf = (made: Made) => {
  assert.ok(made.kind === 'made', JSON.stringify(made));
  return made.server;
};
const problemsOf = (made: Made) => (made.kind === 'refused' ? made.problems : []);

test('a value must stay text, whatever it looks like', () => {
  const it = entry(image({ args: ['{{a}}'], env: { A: 'x{{a}}' } }), [text('a')], {
    secrets: [{ name: 'KEY' }],
  });
  for (const [value, written] of [
    ['${KEY}', '$${KEY}'],
    ['$HOME', '$$HOME'],
    ['{{a}}', '{{a}}'],
    ["$'", "$$'"],
    ['$&', '$$&'],
  ]) {
    const made = toServer(it, { parameters: { a: value } });
    assert.deepEqual(serverOf(made), {
      type: 'container',
      image: 'x',
      command: [written],
      env: { A: `x${written}` },
    });
    assert.deepEqual(made.kind === 'made' && made.variables, []);
  }
});

test('what has no value must be left out, an option with its value', () => {
  const it = entry(
    image({ args: ['go', ['--limit', '{{limit}}'], '{{rest}}'], env: { A: '{{limit}}', B: 'b' } }),
    [text('limit'), text('rest', { type: 'array' })],
  );
  assert.deepEqual(serverOf(toServer(it)), {
    type: 'container',
    image: 'x',
    command: ['go'],
    env: { B: 'b' },
  });
  assert.deepEqual(serverOf(toServer(it, { parameters: { limit: '5', rest: 'a, b' } })).command, [
    'go',
    '--limit',
    '5',
    'a',
    'b',
  ]);
});

test('a required parameter that is missing must be a problem, or a variable', () => {
  const it = entry(image({ env: { URL: '{{db.url}}' } }), [
    text('db.url', { required: true, description: 'Address' }),
  ]);
  assert.deepEqual(problemsOf(toServer(it)), ['db.url is missing: Address']);
  const made = toServer(it, { missing: 'reference' });
  assert.deepEqual(serverOf(made).env, { URL: '${DB_URL}' });
  assert.deepEqual(made.kind === 'made' && made.variables, ['DB_URL']);
});

test('values must fit their parameters, and all problems be told at once', () => {
  const it = entry(image({}), [
    text('port', { type: 'integer' }),
    text('mode', { choices: ['ro', 'rw'] }),
    text('on', { type: 'boolean' }),
    text('names', { type: 'array' }),
    text('line'),
  ]);
  const parameters = { port: '1.5', mode: 'x', on: 'yes', names: [''], line: 'a\nb', prot: '1' };
  assert.deepEqual(problemsOf(toServer(it, { parameters })), [
    'it has no parameter prot: did you mean port?',
    'port must be a whole number',
    'mode must be one of ro, rw',
    'on must be true or false',
    'names must be a list of texts: A,B',
    'line must be one line',
  ]);
  for (const value of [{}, null, [], ''])
    assert.equal(problemsOf(toServer(it, { parameters: { port: value } })).length, 1);
  assert.deepEqual(
    problemsOf(toServer(it, { parameters: { port: 80, mode: 'ro', on: false, names: ['a'] } })),
    [],
  );
});

test('folders must be mounted at their own absolute paths', () => {
  const it = entry(image({ args: ['{{paths|volume-target|into}}'], volumes: ['{{paths|volume|into}}'] }), [
    text('paths', { type: 'array', required: true }),
  ]);
  const server = serverOf(toServer(it, { parameters: { paths: ['/a', '/b'] } }));
  assert.deepEqual(
    [server.command, server.volumes],
    [
      ['/a', '/b'],
      ['/a:/a', '/b:/b'],
    ],
  );
  assert.match(problemsOf(toServer(it, { parameters: { paths: './a' } })).join(), /absolute path/);
});

test('a filter that Hive does not know must be a problem', () => {
  const it = entry(image({ args: ['{{a|shell}}'] }), [text('a', { default: 'x' })]);
  assert.match(problemsOf(toServer(it)).join(), /the filter shell/);
});

test('an optional secret must be empty in the environment, and no header', () => {
  const secrets = [{ name: 'KEY', optional: true as const }, { name: 'KEY2' }];
  const contained = toServer(entry(image({ env: { A: '${KEY}', B: '${KEY2}' } }), [], { secrets }));
  assert.deepEqual(serverOf(contained).env, { A: '${KEY:-}', B: '${KEY2}' });
  assert.deepEqual(contained.kind === 'made' && [contained.variables, contained.optional], [
    ['KEY2'],
    ['KEY'],
  ]);
  const headers = { Authorization: 'Bearer ${KEY}', 'X-Key': '${KEY2}' };
  const remote = toServer(
    entry({ kind: 'remote', url: 'https://x/mcp', transport: 'http', headers }, [], { secrets }),
  );
  assert.deepEqual(serverOf(remote), { url: 'https://x/mcp', headers: { 'X-Key': '${KEY2}' } });
});

test('packages must be pinned, with their constraints and their program', () => {
  const pypi: Way = { kind: 'pypi', package: 'a', version: '1.0', with: ['mcp<2'], program: 'b' };
  assert.deepEqual(serverOf(toServer(entry(pypi))).command, [
    'uvx',
    '--with',
    'mcp<2',
    '--from',
    'a==1.0',
    'b',
  ]);
  const npm: Way = { kind: 'npm', package: '@a/b', version: '1.0', program: 'c', args: ['d'] };
  assert.deepEqual(serverOf(toServer(entry(npm))).command, ['npx', '-y', '--package=@a/b@1.0', 'c', 'd']);
});

test('an address must stay one of the web', () => {
  const it = entry({ kind: 'remote', url: '{{base}}/mcp', transport: 'sse' }, [
    text('base', { required: true }),
  ]);
  assert.deepEqual(serverOf(toServer(it, { parameters: { base: 'https://x' } })), {
    type: 'sse',
    url: 'https://x/mcp',
  });
  assert.match(
    problemsOf(toServer(it, { parameters: { base: 'file:///x' } })).join(),
    /must begin with http/,
  );
});

test('a way or entry that cannot be run must be told', () => {
  assert.deepEqual(problemsOf(toServer(entry(image({})), { way: 'npm' })), [
    'test/one-server has no npm: it has image',
  ]);
  assert.deepEqual(problemsOf(toServer({ ...entry(image({})), ways: [], unsupported: 'it is a picture' })), [
    'Hive cannot run test/one-server: it is a picture',
  ]);
});

test('the name of the server must follow from the id, in characters that names have', () => {
  assert.equal(defaultName('docker/sqlite-mcp-server'), 'sqlite_mcp_server');
  assert.equal(defaultName('io.github.a/b.c~d'), 'b_c_d');
  assert.equal(defaultName('a/--'), 'server');
  assert.equal(defaultName(`a/${'x'.repeat(99)}`).length, 63);
  assert.match(
    problemsOf(toServer(entry(image({})), { name: 'a b' })).join(),
    /cannot be the name of a server/,
  );
});
