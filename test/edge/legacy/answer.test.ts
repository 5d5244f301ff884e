/** Calls in flight of one session: how many there may be. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonText } from '../../../src/model/text/json.ts';
import { named } from '../../catalog/fixtures.ts';
import { openSession, post, source, startEdge } from '../harness.ts';

test('the calls in flight of one session must be bounded', async (t) => {
  let calls = 0;
  const call = () => {
    calls++;
    return { reply: new Promise<never>(() => {}), cancel: () => {} };
  };
  const { url } = await startEdge(t, { sources: [source('s', { tools: named('t') }, '')], call });
  const session = await openSession(url, '2025-03-26');
  const request = (id: number) => ({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 't' } });
  for (let from = 0; from < 1000; from += 100) {
    const batch = Array.from({ length: 100 }, (_, index) => request(from + index));
    post(url, batch, session).catch(() => 'cut when the edge closes');
  }
  while (calls < 1000) await new Promise(setImmediate);
  const refused = await post(url, request(1000), session);
  assert.match(refused.text, /more than 1000 requests of this session/);
  assert.equal(calls, 1000);
});

test('answered calls must no longer count', async (t) => {
  const reply = Promise.resolve({ kind: 'result', json: jsonText('{}') } as const);
  const sources = [source('s', { tools: named('t') }, '')];
  const { url } = await startEdge(t, { sources, call: () => ({ reply, cancel() {} }) });
  const session = await openSession(url, '2025-03-26');
  for (let from = 0; from <= 1000; from += 100) {
    const ids = Array.from({ length: 100 }, (_, index) => from + index);
    const batch = ids.map((id) => ({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 't' } }));
    assert.ok(!(await post(url, batch, session)).text.includes('error'));
  }
});
