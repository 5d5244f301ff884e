import assert from 'node:assert/strict';
import { test } from 'node:test';
import { post } from '../harness.ts';
import { body, fullEdge } from './legacy-edge.ts';

test('a 50 MB result arrives whole, as JSON and behind progress', async (t) => {
  const { url, session, received } = await fullEdge(t);
  const large = `{"text":"${'é'.repeat(25 * 1024 * 1024)}"}`;
  for (const progress of [false, true]) {
    const answer = post(url, body(1), session);
    const call = await received();
    if (progress) call.progress('{}');
    call.answer('result', large);
    const { text } = await answer;
    assert.ok(text.includes(`{"jsonrpc":"2.0","id":1,"result":${large}}`));
  }
});

test('a 50 MB argument reaches the server whole', async (t) => {
  const { url, session, received } = await fullEdge(t);
  const large = 'x'.repeat(50 * 1024 * 1024);
  const answer = post(
    url,
    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"arguments":{"a":"${large}"},"name":"s_t"}}`,
    session,
  );
  const call = await received();
  assert.equal(call.params, `{"arguments":{"a":"${large}"},"name":"t"}`);
  call.answer('result', '{}');
  await answer;
});
