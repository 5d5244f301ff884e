/** When an access token is used as it is, when it is renewed, and when a person must log in. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { GatewayError } from '../../../src/errors.ts';
import type { Clock } from '../../../src/model/clock.ts';
import { createAuthorizer, createAuthorizers } from '../../../src/runtime/oauth/authorizer.ts';
import type { Credentials, SavedLogin } from '../../../src/runtime/oauth/credentials.ts';
import { openLogin } from '../../../src/runtime/oauth/login-store.ts';
import { createProvider } from '../../../src/runtime/oauth/provider.ts';
import { Renewals } from '../../../src/runtime/oauth/renew-tokens.ts';

const URL_OF_IT = 'https://mcp.example.com/mcp';
const TOKENS = { access_token: 'the-token', token_type: 'bearer' };

function memory(saved: SavedLogin = {}, url = URL_OF_IT): Credentials {
  const logins = new Map<string, SavedLogin>([[url, saved]]);
  return {
    answer: async () => {},
    read: (key) => logins.get(key) ?? {},
    save: (key, parts) => void logins.set(key, { ...logins.get(key), ...parts } as SavedLogin),
    forget: (key) => logins.delete(key),
  };
}

function clockAt(start: number): Clock & { time: number } {
  return {
    time: start,
    now() {
      return this.time;
    },
    setTimeout: () => assert.fail('nothing here waits'),
  };
}

/** A server that has no authorization server, and the paths that were requested. */
async function serve(t: TestContext): Promise<{ url: string; requested: (string | undefined)[] }> {
  const requested: (string | undefined)[] = [];
  const server = createServer(({ url }, response) => {
    requested.push(url);
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`, requested };
}

test('a token must be used until 30 s before it expires, and then be renewed, by the clock passed in', async (t) => {
  const { url, requested } = await serve(t);
  const tokens = { ...TOKENS, refresh_token: 'r', expires_in: 60, savedAt: 1_000 };
  const clock = clockAt(1_000 + 30_000);
  const authorizer = createAuthorizer('docs', url, {}, memory({ tokens }, url), clock);
  const request = { method: 'POST', address: url };
  assert.deepEqual(await authorizer.headers(request), { authorization: 'Bearer the-token' });
  assert.deepEqual(requested, []);
  clock.time += 1;
  await assert.rejects(authorizer.headers(request), { code: 'LOGIN_REQUIRED', hint: 'npx hive login docs' });
  assert.notDeepEqual(requested, []);
});

test('an expired token that cannot be renewed must be sent: its server decides', async () => {
  const tokens = { ...TOKENS, expires_in: 1, savedAt: 0 };
  const authorizer = createAuthorizer('docs', URL_OF_IT, {}, memory({ tokens }), clockAt(1_000_000));
  const headers = await authorizer.headers({ method: 'POST', address: URL_OF_IT });
  assert.deepEqual(headers, { authorization: 'Bearer the-token' });
});

test('new tokens must be saved with the time of the clock passed in', () => {
  const credentials = memory();
  const login = openLogin(credentials, URL_OF_IT, {});
  const clock = clockAt(5_000);
  const provider = createProvider({ login, client: {}, clock, fetchFn: fetch, onRedirect: () => {} });
  provider.saveTokens(TOKENS);
  assert.equal(credentials.read(URL_OF_IT).tokens?.savedAt, 5_000);
});

test('without a login no header is added, and a refusal must say that a login or a key is needed', async () => {
  const authorizer = createAuthorizer('docs', URL_OF_IT, {}, memory(), clockAt(0));
  assert.deepEqual(await authorizer.headers({ method: 'POST', address: URL_OF_IT }), {});
  await assert.rejects(authorizer.refused(401, 'Bearer'), {
    code: 'LOGIN_REQUIRED',
    message: 'the server requires a login',
    hint: 'npx hive login docs',
  });
  await assert.rejects(authorizer.refused(401, undefined), {
    hint: 'npx hive login docs, or set its key in `headers` of its entry',
  });
});

test('missing scopes must require a new login, which requests the granted ones as well', async () => {
  const credentials = memory({ tokens: { ...TOKENS, scope: 'read', refresh_token: 'r', savedAt: 0 } });
  const authorizer = createAuthorizer('docs', URL_OF_IT, {}, credentials, clockAt(0));
  await assert.rejects(authorizer.refused(403, 'Bearer error="insufficient_scope", scope="write"'), {
    code: 'LOGIN_REQUIRED',
    message: 'the server requires scopes that were not granted',
  });
  assert.equal(credentials.read(URL_OF_IT).challenge?.scope, 'read write');
});

test('a server must keep its authorizer until its URL or its client changes', () => {
  const authorizers = createAuthorizers(memory(), clockAt(0));
  const server = { serverName: 'docs', url: URL_OF_IT } as Parameters<typeof authorizers>[0];
  const first = authorizers(server, {});
  assert.equal(authorizers({ ...server }, {}), first);
  assert.notEqual(authorizers({ ...server, oauth: { clientId: 'x' } }, {}), first);
});

test('a login must be renewed once, however many requests wait for it', async () => {
  const renewals = new Renewals();
  let runs = 0;
  const renew = async (): Promise<void> => void runs++;
  await Promise.all([renewals.run('a', renew), renewals.run('a', renew), renewals.run('b', renew)]);
  assert.equal(runs, 2);
  await renewals.run('a', renew);
  assert.equal(runs, 3);
});

test('a login on a disk that does not answer must be refused, and not be waited for', async () => {
  const dead = {
    ...memory(),
    answer: () => Promise.reject(new GatewayError('STATE_FAILED', 'its disk did not answer')),
    read: () => assert.fail('reading would wait without a limit'),
  };
  const authorizer = createAuthorizer('s', URL_OF_IT, {}, dead, clockAt(0));
  const STATE_FAILED = { code: 'STATE_FAILED' };
  await assert.rejects(authorizer.headers({ method: 'POST', address: URL_OF_IT }), STATE_FAILED);
  await assert.rejects(authorizer.refused(401, undefined), STATE_FAILED);
  await assert.rejects(authorizer.rememberNonce(URL_OF_IT, 'n'), STATE_FAILED);
});
