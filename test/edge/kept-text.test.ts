/** Text of clients that is kept beyond their request is bounded. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, modernMeta, openEvents, post, send, startEdge } from './harness.ts';

const declaring = (bytes: number): object => ({ experimental: { filler: 'x'.repeat(bytes) } });
const initialize = (capabilities: object) => ({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities },
});

test('capabilities too large to keep must be refused with a JSON-RPC error, and begin no session', async (t) => {
  const { url, edge } = await startEdge(t);
  const refused = await post(url, initialize(declaring(8 * 1024)));
  assert.equal(refused.status, 400);
  const { id, error } = JSON.parse(refused.text);
  assert.deepEqual([id, error.code], [1, -32602]);
  assert.match(error.message, /capabilities are larger than 8192 bytes/);
  assert.equal(edge.sessions(), 0);
  assert.equal((await post(url, initialize(declaring(7 * 1024)))).status, 200);
});

test('capabilities too large to keep must be refused over HTTP+SSE too', async (t) => {
  const { url, edge } = await startEdge(t);
  const root = url.replace('/mcp', '');
  const events = await openEvents(`${root}/sse`);
  const endpoint = `${root}${await events.next()}`;
  await send(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(initialize(declaring(8 * 1024))),
  });
  assert.match(String(await events.next()), /capabilities are larger/);
  assert.equal(edge.sessions(), 0);
  events.close();
});

test('capabilities too large to keep must be refused in a modern request', async (t) => {
  const { url } = await startEdge(t);
  const refused = await ask(url, 'tools/list', {}, { meta: modernMeta(declaring(8 * 1024)) });
  assert.equal(refused.status, 400);
  assert.match(refused.text, /capabilities are larger than 8192 bytes/);
});
