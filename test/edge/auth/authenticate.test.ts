/** Which paths are open without credentials, and when the response to an access token ends. */
import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import type { Auth, AuthResult } from '../../../src/edge/auth/auth.ts';
import { authenticate } from '../../../src/edge/auth/authenticate.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { FakeResponse } from '../http/fake-response.ts';

function run(result: AuthResult | Promise<AuthResult>, url = '/mcp', method = 'POST') {
  const timers: number[] = [];
  const fake = fakeClock();
  const clock = {
    ...fake,
    setTimeout: (callback: () => void, ms: number) => {
      timers.push(ms);
      return fake.setTimeout(callback, ms);
    },
  };
  const response = new FakeResponse();
  const passed: string[] = [];
  const auth = { check: () => result } as unknown as Auth;
  const request = { url, method, headers: {} } as IncomingMessage;
  authenticate({ auth, clock }, request, response.asResponse, (principal) => {
    passed.push(principal);
  });
  return { clock, response, passed, timers };
}

const REFUSED = { status: 401, message: 'no', challenge: 'Bearer' };

for (const path of [
  '/health',
  '/health?verbose',
  '/ready',
  '/.well-known/oauth-protected-resource',
  '/.well-known/oauth-protected-resource/mcp/a',
])
  test(`${path} must be open, as nobody`, () => {
    const { passed } = run(REFUSED, path, 'GET');
    assert.deepEqual(passed, ['']);
  });

for (const path of [
  '/healthz',
  '/health/x',
  '/readyx',
  '/mcp/health',
  '/mcp?/health',
  '/metrics',
  '/',
  '/x/.well-known/oauth-protected-resource',
  '/.well-known/oauth-protected-resource2',
  '/xwell-known/oauth-protected-resource',
])
  test(`${path} must not be open`, () => {
    const { passed, response } = run(REFUSED, path, 'GET');
    assert.deepEqual(passed, []);
    assert.deepEqual([response.status, response.headers['www-authenticate']], [401, 'Bearer']);
  });

test('a preflight must be open, since browsers send it without credentials', () => {
  assert.deepEqual(run(REFUSED, '/mcp', 'OPTIONS').passed, ['']);
});

test('a refusal that no other token would change must have no challenge', () => {
  const { response } = run({ status: 503, message: 'later' });
  assert.deepEqual([response.status, response.headers['www-authenticate']], [503, undefined]);
});

test('a known principal must pass at once, and on an open path as itself', () => {
  assert.deepEqual(run('token:a').passed, ['token:a']);
  assert.deepEqual(run('token:a', '/health', 'GET').passed, ['token:a']);
});

test('a response must end when its access token expires, and no sooner', async () => {
  const clock = fakeClock();
  const expiresAtMs = clock.now() + 60_000;
  const promised = run(Promise.resolve({ principal: 'sub:a', expiresAtMs }));
  assert.deepEqual(promised.passed, []);
  await new Promise(setImmediate);
  assert.deepEqual(promised.passed, ['sub:a']);
  promised.clock.advance(59_999);
  assert.equal(promised.response.destroyed, false);
  promised.clock.advance(1);
  assert.equal(promised.response.destroyed, true);
});

test('a token that lasts longer than a timer can must be looked at again', () => {
  const days = 30 * 24 * 3_600_000;
  const longest = 2 ** 31 - 1;
  const { clock, response, timers } = run({ principal: 'sub:a', expiresAtMs: fakeClock().now() + days });
  clock.advance(days - 1);
  assert.equal(response.destroyed, false);
  clock.advance(1);
  assert.equal(response.destroyed, true);
  assert.deepEqual(timers, [longest, days - longest]);
});

test('a token must be good in its last millisecond, and not when it is over', () => {
  for (const [left, isOver] of [
    [1, false],
    [0, true],
    [-1, true],
  ] as const)
    assert.equal(
      run({ principal: 'sub:a', expiresAtMs: fakeClock().now() + left }).response.destroyed,
      isOver,
    );
});

test('a response that has ended must leave no timer behind', () => {
  const { clock, response } = run({ principal: 'sub:a', expiresAtMs: fakeClock().now() + 1_000 });
  response.emit('close');
  clock.advance(10_000);
  assert.equal(response.destroyed, false);
});
