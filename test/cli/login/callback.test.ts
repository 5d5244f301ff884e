import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { openCallback } from '../../../src/cli/login/callback.ts';

async function open(t: TestContext) {
  const callback = await openCallback('secret');
  t.after(() => callback.close());
  const visit = async (query: string): Promise<string> => (await fetch(`${callback.url}?${query}`)).text();
  return { callback, visit };
}

test('the code must be taken with its issuer, from a request with the right state only', async (t) => {
  const { callback, visit } = await open(t);
  for (const query of ['state=other&code=evil', 'code=evil', 'state=secret'])
    assert.match(await visit(query), /not an answer to a login/);
  assert.match(await visit('state=secret&code=good&iss=https://login.example'), /^Logged in\./);
  assert.deepEqual(await callback.answer, { authorizationCode: 'good', iss: 'https://login.example' });
});

test('a refusal must be taken with its description', async (t) => {
  const { callback, visit } = await open(t);
  assert.match(await visit('state=secret&error=access_denied&error_description=not+you'), /refused/);
  assert.deepEqual(await callback.answer, { refusal: 'access_denied (not you)' });
});

test('a redirect port that is taken must be reported, and leave no timer behind', async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  t.after(() => other.close());
  await once(other, 'listening');
  const timers = (): number => process.getActiveResourcesInfo().filter((it) => it === 'Timeout').length;
  const before = timers();
  await assert.rejects(openCallback('secret', (other.address() as AddressInfo).port), {
    code: 'LOGIN_FAILED',
    message: /cannot listen on 127\.0\.0\.1/,
  });
  assert.equal(timers(), before);
});
