/** Limits that the edge has where nothing else is set. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EDGE_DEFAULTS } from '../../src/edge/edge.ts';
import { fakeClock } from '../helpers/fake-clock.ts';
import { openSession, POST_HEADERS, post, send, startEdge } from './harness.ts';

const HOUR_MS = 3_600_000;

test('a body may have 64 MiB', async (t) => {
  const { url } = await startEdge(t);
  const session = await openSession(url);
  const large = `{"jsonrpc":"2.0","id":1,"method":"ping","x":"${'x'.repeat(10 * 1024 * 1024)}"}`;
  assert.equal((await post(url, large, session)).status, 200);
  // So much more than is allowed is not even read.
  const headers = { ...POST_HEADERS, ...session, 'content-length': `${2 * 64 * 1024 * 1024 + 1}` };
  assert.equal((await send(url, { method: 'POST', headers, body: 'x' })).status, 413);
});

test('a session must end after an hour without requests', async (t) => {
  const clock = fakeClock();
  const { url, edge } = await startEdge(t, { clock });
  await openSession(url);
  clock.advance(HOUR_MS - 1);
  assert.equal(edge.sessions(), 1);
  clock.advance(0.2 * HOUR_MS);
  assert.equal(edge.sessions(), 0);
});

test('one client may have 10,000 sessions', () => assert.equal(EDGE_DEFAULTS.maxSessions, 10_000));

test('signs of life must be sent every 15 s, in steps of a sixth of that', async (t) => {
  const waits: number[] = [];
  const clock = fakeClock();
  const setTimeout: typeof clock.setTimeout = (callback, ms) => {
    waits.push(ms);
    return clock.setTimeout(callback, ms);
  };
  await startEdge(t, { clock: { ...clock, setTimeout } });
  assert.equal(waits[0], 15_000 / 6);
});

test('a connection without requests must stay open for 75 s', async (t) => {
  const { url } = await startEdge(t);
  const { headers } = await send(url.replace('/mcp', '/health'), { headers: { connection: 'keep-alive' } });
  assert.equal(headers['keep-alive'], 'timeout=75');
});
