/** Secrets that must not leave the gateway by way of logs and reasons. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Server } from '../../../src/model/desired.ts';
import { createRedact, secretValues } from '../../../src/operations/gateway/redact.ts';

test('known values must be blanked out wherever they stand; short ones would blank out words', () => {
  const redact = createRedact(['sk-12345', 'sk-12345-long', 'yes']);
  assert.equal(redact('a=sk-12345-long,sk-12345 yes'), 'a=[redacted],[redacted] yes');
});

for (const [text, expected] of [
  ['postgres://me:pa55@db/x', 'postgres://me:[redacted]@db/x'],
  ['Authorization: Bearer abc.def-ghi', 'Authorization: Bearer [redacted]'],
  ['API_KEY=abcdef rest', 'API_KEY=[redacted] rest'],
  ['{"access_token":"abcdef","a":1}', '{"access_token":"[redacted]","a":1}'],
  ['password: hunter2, user: x', 'password: [redacted], user: x'],
  ['https://x.example/?token=abcdef&b=1', 'https://x.example/?token=[redacted]&b=1'],
] as const)
  test(`a credential must be recognised in ${text}`, () => {
    assert.equal(createRedact([])(text), expected);
  });

for (const text of [
  'DATABASE_URL is not set',
  'http://127.0.0.1:8001/mcp',
  'the token has expired',
  'got 12 tokens: ok',
  'see https://x.example/a@b',
])
  test(`an ordinary line must stay as it is: ${text}`, () => {
    assert.equal(createRedact([])(text), text);
  });

test('a hostile log line must not take long', () => {
  const redact = createRedact([]);
  const start = performance.now();
  for (const part of ['a.', 'a-', '://', '://a:', 'token ', 'token=', 'bearer ', 'basic a', '"'])
    redact(part.repeat(50_000));
  // Quadratic patterns take minutes.
  assert.ok(performance.now() - start < 5_000);
});

test('secrets of a stack are values of telling names and all headers', () => {
  const servers = [
    {
      type: 'native',
      env: { API_KEY: 'literal-key', LEVEL: 'information', DB_PASSWORD: '${PW}' },
      args: ['${GH_TOKEN}'],
    },
    { type: 'remote', url: 'https://x', headers: { Authorization: 'Bearer ${DOCS}', 'X-Team': 'team-7' } },
    { type: 'container', env: {}, native: { env: { COOKIE: 'cookie-value' } } },
    { type: 'builtin' },
  ] as unknown as Server[];
  const values = { PW: 'pw-value', GH_TOKEN: 'gh-value', DOCS: 'docs-value', HOME: '/root' };
  assert.deepEqual(
    [...secretValues(servers, values)].sort(),
    [
      'Bearer docs-value',
      'cookie-value',
      'docs-value',
      'gh-value',
      'literal-key',
      'pw-value',
      'team-7',
    ].sort(),
  );
});
