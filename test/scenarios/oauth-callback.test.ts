/** Answers to a login, and the client registration before it. */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { openCallback } from '../../src/cli/login/callback.ts';
import { createStack } from '../helpers/hive.ts';
import { startOAuthServer } from '../helpers/oauth-server.ts';

const answer = (url: string, query: Record<string, string>): Promise<Response> =>
  fetch(`${url}?${new URLSearchParams(query)}`);

test('only an answer with the state of the started login must be accepted', async (t) => {
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

test('Hive must register as a native application with a redirect URI on loopback', async (t) => {
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

const REFUSALS = {
  'of the authorization server that was asked must be told': [
    (origin: string) => origin,
    /access_denied \(ada said no\)/,
  ],
  'of another issuer must not be told': [() => 'https://evil.example', /^(?!.*ada said no)/s],
} as const;
for (const [what, [issuer, told]] of Object.entries(REFUSALS))
  test(`the text of a refused login ${what}`, async (t) => {
    const remote = await startOAuthServer(t);
    const stack = createStack(t, { servers: { docs: { url: remote.url } } });
    const child = stack.start('login', 'docs');
    const ended = once(child, 'exit');
    const errors = text(child.stderr ?? assert.fail('it has no stderr'));
    const address = await invitation(child);
    const error = { error: 'access_denied', error_description: 'ada said no' };
    const { searchParams, origin } = address;
    const query = { ...error, state: searchParams.get('state') ?? '', iss: issuer(origin) };
    await answer(searchParams.get('redirect_uri') ?? '', query);
    assert.deepEqual(await ended, [1, null]);
    assert.match(await errors, told);
    assert.match(await errors, /LOGIN_FAILED/);
  });

test('a failed login must not show the secrets of the entry that a server quotes', async (t) => {
  const remote = await startOAuthServer(t);
  const stack = createStack(t, { servers: { docs: { url: `${remote.url}?key=\${HIVETEST_KEY}` } } });
  writeFileSync(join(stack.folder, '.env'), 'HIVETEST_KEY=quoted-key-4711\n');
  const child = stack.start('login', 'docs');
  const ended = once(child, 'exit');
  const errors = text(child.stderr ?? assert.fail('it has no stderr'));
  const { searchParams, origin } = await invitation(child);
  const error = { error: 'access_denied', error_description: 'no entry for quoted-key-4711' };
  const query = { ...error, state: searchParams.get('state') ?? '', iss: origin };
  await answer(searchParams.get('redirect_uri') ?? '', query);
  assert.deepEqual(await ended, [1, null]);
  assert.match(await errors, /access_denied/);
  assert.doesNotMatch(await errors, /4711/);
});

/** The address for the user to open. */
async function invitation({ stdout }: ChildProcess): Promise<URL> {
  let said = '';
  for await (const chunk of stdout ?? []) {
    said += chunk;
    const address = /^\s+(http\S+)$/m.exec(said)?.[1];
    if (address) return new URL(address);
  }
  return assert.fail(`no address in ${said}`);
}
