/** What comes back to Hive from a login, and what it says of itself before. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { openCallback } from '../../src/cli/login-callback.ts';
import { createStack } from '../helpers/hive.ts';
import { startOAuthServer } from '../helpers/oauth-server.ts';

const answer = (url: string, query: Record<string, string>): Promise<Response> =>
  fetch(`${url}?${new URLSearchParams(query)}`);

test('only the answer to the login that was begun must count: its state comes back as it went out', async (t) => {
  const callback = await openCallback('ours');
  t.after(() => callback.close());
  assert.match(callback.url, /^http:\/\/127\.0\.0\.1:\d+\//);
  for (const query of [
    { code: 'theirs' },
    { code: 'theirs', state: 'other' },
    { error: 'access_denied', state: '' },
  ])
    assert.equal((await answer(callback.url, query)).status, 404, JSON.stringify(query));
  assert.equal(
    (await answer(callback.url, { code: 'good', state: 'ours', iss: 'https://as.test' })).status,
    200,
  );
  assert.deepEqual(await callback.answer, { authorizationCode: 'good', iss: 'https://as.test' });
});

test('Hive must register as a native application, whose answers come back on loopback', async (t) => {
  const remote = await startOAuthServer(t);
  const stack = createStack(t, { servers: { docs: { url: remote.url } } });
  const child = stack.start('login', 'docs');
  const ended = once(child, 'exit');
  await once(child.stdout ?? assert.fail('it has no output'), 'data');
  child.kill();
  await ended;
  const [client] = remote.registered;
  assert.equal(client?.application_type, 'native');
  assert.deepEqual(client?.grant_types, ['authorization_code', 'refresh_token']);
  for (const address of [client?.redirect_uris].flat())
    assert.match(String(address), /^http:\/\/(127\.0\.0\.1|localhost)[:/]/);
});
