/** The rule for which values of a stack are secret. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Server } from '../../src/model/desired.ts';
import { type SecretFiles, secretValues, secretVariables } from '../../src/secrets/secret-values.ts';

const FILES: SecretFiles = {
  variables: (path) => (path === '/x.env' ? { FILE_VALUE: 'from-env-file', DEBUG: 'true' } : {}),
  text: (path) => (path === '/key.pem' ? 'pem-text\n' : ''),
};

const secretsOf = (server: object, values: Record<string, string> = {}): string[] =>
  [...secretValues([{ serverName: 'main-db', ...server } as unknown as Server], values, FILES)]
    .map(({ value }) => value)
    .sort();

const inEnv = (name: string, value: string): string[] =>
  secretsOf({ type: 'native', args: [], env: { [name]: value } });

for (const name of ['DB_PASS', 'GITHUB_PAT', 'AWS_ACCESS', 'SLACK_WEBHOOK', 'DB_PIN', 'ANYTHING'])
  test(`a value of ${name} must be secret`, () => {
    assert.deepEqual(inEnv(name, 'q7-z'), ['q7-z']);
  });

for (const [name, value] of [
  ['NODE_ENV', 'my-staging'],
  ['MODE', 'production'],
  ['DEBUG', 'true'],
  ['PORT', '8080'],
  ['WAIT', '30s'],
  ['SHORT', 'abc'],
  ['API', 'https://api.example.com/'],
  ['ADDRESS', 'localhost:5432'],
  ['DATA', '/data/db.sqlite'],
  ['FOLDER', '/srv/real'],
  ['DB_HOST', 'main-db'],
] as const)
  test(`${name}=${value} must stay readable`, () => {
    assert.deepEqual(inEnv(name, value), []);
  });

for (const [name, value] of [
  ['DB_PASS', 'production'],
  ['API_TOKEN', '12345'],
  ['KEY_PATH', '/srv/real'],
  ['FOLDER', '/srv2/none/Ab+9'],
  ['FOLDER', '/srv/none/Ab+9'],
] as const)
  test(`${name}=${value} must be secret`, () => {
    assert.deepEqual(inEnv(name, value), [value]);
  });

test('every reference must be secret wherever it stands', () => {
  const server = { type: 'native', command: '/x/${MY_PASS}/run', args: ['-p', '${X}', '${HOME}'], env: {} };
  const values = { MY_PASS: 'pass-value', X: 'x-value', HOME: '/nowhere/me', OTHER: 'not-named' };
  assert.deepEqual(secretsOf(server, values), ['pass-value', 'x-value']);
});

test('env files, secrets, options and the native alternative must be searched', () => {
  const server = {
    type: 'container',
    env: { A: 'pre-${V}' },
    envFile: ['/x.env'],
    secrets: { a: { file: '/key.pem' }, b: { environment: 'NAMED' } },
    command: ['run', '--api-key', 'key-value', '--token=token-value'],
    native: { command: 'x', args: ['--password', 'pw-value'], env: { COOKIE: 'cookie-value' } },
  };
  assert.deepEqual(
    secretsOf(server, { V: 'v-value', NAMED: 'named-value' }),
    [
      'cookie-value',
      'from-env-file',
      'key-value',
      'named-value',
      'pem-text',
      'pre-v-value',
      'pw-value',
      'token-value',
      'v-value',
    ].sort(),
  );
});

test('headers and credentials of a remote server must be secret', () => {
  const server = {
    type: 'remote',
    url: 'https://x.example/mcp?api_key=query-key',
    headers: { Authorization: 'Bearer ${DOCS}', 'X-Team': 'team-7', Accept: 'application/json' },
    oauth: { clientSecret: 'client-secret', privateKey: { file: '/key.pem' } },
  };
  assert.deepEqual(
    secretsOf(server, { DOCS: 'docs-value' }),
    ['Bearer docs-value', 'client-secret', 'docs-value', 'pem-text', 'query-key', 'team-7'].sort(),
  );
});

for (const value of [
  ' ab ',
  ' production ',
  'TRUE',
  '1500MS',
  ' localhost:5432 ',
  'LOCALHOST:5432',
  'HTTPS://API.example.com',
  'https://',
])
  test(`"${value}" must stay readable, however it is written`, () => {
    assert.deepEqual(inEnv('SETTING', value), []);
  });

for (const value of [
  '1234567',
  '12345abc',
  'x!localhost:5432',
  'localhost:5432/pass',
  '://localhost:5432',
  'tokenhttps://api.example.com',
  'https://api.example.com/abc',
])
  test(`"${value}" must be secret, since only a part of it is harmless`, () => {
    assert.deepEqual(inEnv('SETTING', value), [value]);
  });

test('a reference must be shown as its name, also where its value is an address, and a value of the file not', () => {
  const server = { type: 'native', args: [], env: { A: '${V}', B: 'own-value' }, command: '${PLACE}' };
  const values = { V: 'v-value', PLACE: 'https://api.example.com/' };
  const found = secretValues([{ serverName: 's', ...server } as unknown as Server], values, FILES);
  assert.deepEqual(
    [...found].sort((a, b) => a.value.localeCompare(b.value)),
    [
      { value: 'https://api.example.com/', shown: '${PLACE}' },
      { value: 'own-value' },
      { value: 'v-value', shown: '${V}' },
    ],
  );
});

test('options of a native server must be searched, and those alone that are whole arguments', () => {
  const options = (...args: string[]): string[] => secretsOf({ type: 'native', command: 'x', args, env: {} });
  assert.deepEqual(options('--token', 'abcd-efg'), ['abcd-efg']);
  assert.deepEqual(options('-token=abcd\nefg'), ['abcd\nefg']);
  assert.deepEqual(options('x--token', 'harmless-value'), []);
  assert.deepEqual(options('--token!', 'harmless-value'), []);
  assert.deepEqual(options('--token'), []);
});

test('an entry without any of these must have no secrets, and an unset variable be none', () => {
  assert.deepEqual(secretsOf({ type: 'builtin', use: 'gateway' }), []);
  assert.deepEqual(secretsOf({ type: 'container', image: 'x' }), []);
  assert.deepEqual(secretsOf({ type: 'remote', url: 'https://x.example', headers: {} }), []);
  const unset = { type: 'container', env: { A: '${UNSET}' }, secrets: { a: { environment: 'UNSET' } } };
  assert.deepEqual(secretsOf(unset), []);
});

test('the credential behind the scheme of a header must be secret alone too, and no word of a text', () => {
  const inHeader = (value: string): string[] =>
    secretsOf({ type: 'remote', url: 'x', headers: { Auth: value } });
  assert.deepEqual(inHeader('Bearer plain-token'), ['Bearer plain-token', 'plain-token']);
  assert.deepEqual(inHeader('several words here'), ['several words here']);
  assert.deepEqual(inHeader(' abcd-efg'), [' abcd-efg']);
});

test('an assertion for a login must be secret as its key is', () => {
  const oauth = { assertion: { environment: 'ID_TOKEN' } };
  const server = { type: 'remote', url: 'x', headers: {}, oauth };
  assert.deepEqual(secretsOf(server, { ID_TOKEN: 'id-token-value' }), ['id-token-value']);
});

test('variables must be secret by the rule for references, and be shown by their names', () => {
  const values = { TOKEN: 'abc-1', MODE: 'production', PLACE: '/srv/data', EMPTY: '', DB: 'main-db' };
  assert.deepEqual(secretVariables(['TOKEN', 'MODE', 'PLACE', 'EMPTY', 'MISSING', 'DB'], values), [
    { value: 'abc-1', shown: '${TOKEN}' },
    { value: '/srv/data', shown: '${PLACE}' },
    { value: 'main-db', shown: '${DB}' },
  ]);
});
