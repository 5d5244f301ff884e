/** The rule for which values of a stack are secret. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Server } from '../../src/model/desired.ts';
import { type SecretFiles, secretValues } from '../../src/secrets/secret-values.ts';

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
