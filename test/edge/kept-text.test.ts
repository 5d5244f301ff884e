/** Text of clients that is kept beyond their request is bounded. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import type { CallServer } from '../../src/model/calls.ts';
import { jsonText } from '../../src/model/text/json.ts';
import { named } from '../catalog/fixtures.ts';
import { bytesHeld } from '../helpers/bytes-held.ts';
import {
  ask,
  modernHeaders,
  modernMeta,
  openEvents,
  openRaw,
  openSession,
  POST_HEADERS,
  post,
  send,
  source,
  startEdge,
} from './harness.ts';

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

const KEPT = [source('s', { tools: named('t'), capabilities: { tools: {}, tasks: {} } }, '')];
const PADDING = 'x'.repeat(1_000_000);

/** Bytes that are held more after the work than before it. */
async function grownBy(work: () => Promise<unknown>): Promise<number> {
  const before = bytesHeld();
  await work();
  await new Promise((resolve) => setTimeout(resolve, 50));
  return bytesHeld() - before;
}

test('a subscription must not keep the text of its request, nor have an id too long to keep', async (t) => {
  const { url } = await startEdge(t, { sources: KEPT });
  const params = { notifications: { toolsListChanged: true }, _meta: modernMeta({}, { padding: PADDING }) };
  const listen = async (id: string): Promise<[Socket, string]> => {
    const body = JSON.stringify({ jsonrpc: '2.0', id, method: 'subscriptions/listen', params });
    const headers = { ...POST_HEADERS, ...modernHeaders('subscriptions/listen') };
    const socket = openRaw(url, 'POST', { ...headers, 'content-length': `${body.length}` });
    socket.write(body);
    let text = '';
    while (!/acknowledged|error/.test(text)) text += (await once(socket, 'data'))[0];
    return [socket, text];
  };
  const streams: Socket[] = [];
  const grown = await grownBy(async () => {
    for (let index = 0; index < 30; index++) streams.push((await listen(`${index}`))[0]);
  });
  assert.ok(grown < 10_000_000, `thirty subscriptions take no ${grown} bytes`);
  const [refused, text] = await listen('x'.repeat(1_025));
  assert.match(text, /longer than 1024 bytes/);
  for (const stream of [...streams, refused]) stream.destroy();
});

test('a progress function that a task keeps must not keep the request and its answer', async (t) => {
  const onProgress: unknown[] = [];
  const call: CallServer = (_name, request) => {
    onProgress.push(request.onProgress);
    return {
      reply: Promise.resolve({ kind: 'result', json: jsonText(`{"x":"${PADDING}"}`) }),
      cancel: () => {},
    };
  };
  const { url } = await startEdge(t, { sources: KEPT, call });
  const session = await openSession(url);
  const params = { name: 't', arguments: { PADDING }, task: {}, _meta: { progressToken: 1 } };
  const grown = await grownBy(async () => {
    for (let id = 0; id < 20; id++)
      await post(url, { jsonrpc: '2.0', id, method: 'tools/call', params }, session);
  });
  assert.equal(onProgress.length, 20);
  assert.ok(grown < 10_000_000, `twenty functions keep no ${grown} bytes`);
});
