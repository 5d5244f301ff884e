import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { GatewayError } from '../../src/errors.ts';
import { named } from '../catalog/fixtures.ts';
import {
  openEvents,
  openRaw,
  openSession,
  POST_HEADERS,
  post,
  readAll,
  source,
  startEdge,
} from './harness.ts';

const CALL = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 's_t' } };

test('closing must let answers under way finish, end the streams and free the port', async (t) => {
  const { url, edge, received } = await startEdge(t, { sources: [source('s', { tools: named('t') })] });
  const session = await openSession(url);
  const stream = await openEvents(url, { headers: session });
  const answer = post(url, CALL, session);
  const call = await received();
  const closed = edge.close(60_000);
  assert.equal(await stream.next(), undefined);
  call.answer('result', '{"x":1}');
  assert.equal((await answer).text, '{"jsonrpc":"2.0","id":1,"result":{"x":1}}');
  await closed;
  await assert.rejects(fetch(url));
  assert.equal(edge.sessions(), 0);
});

test('answers that do not finish in time must be cut off, and their calls cancelled', async (t) => {
  const { url, edge, received } = await startEdge(t, { sources: [source('s', { tools: named('t') })] });
  const answer = post(url, CALL, await openSession(url));
  const call = await received();
  await Promise.all([assert.rejects(answer), edge.close(10)]);
  assert.equal(await call.cancelled, 'the session has ended');
});

test('a request that is still being sent when closing begins must be answered', async (t) => {
  const { url, edge } = await startEdge(t);
  const body = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
  const socket = openRaw(url, 'POST', {
    ...POST_HEADERS,
    ...(await openSession(url)),
    expect: '100-continue',
    'content-length': String(body.length),
  });
  await new Promise((resolve) => socket.once('data', resolve));
  const closed = edge.close(60_000);
  socket.write(body);
  assert.match(await readAll(socket), /"id":1,"result":\{\}\}$/);
  await closed;
});

test('a connection on which nothing was sent must not delay closing', async (t) => {
  const { url, edge } = await startEdge(t);
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  t.after(() => socket.destroy());
  await once(socket, 'connect');
  await fetch(url.replace('/mcp', '/health'));
  await edge.close(60_000);
});

test('streams that are asked for while closing must be refused, and one without a session be ended', async (t) => {
  const { url, edge } = await startEdge(t);
  const session = await openSession(url);
  const sse = await fetch(url.replace('/mcp', '/sse'), { headers: { accept: 'text/event-stream' } });
  const late = [
    ['/mcp', session],
    ['/sse', {}],
  ] as const;
  const sockets = await Promise.all(late.map(([path, headers]) => beginGet(url, path, headers)));
  const closed = edge.close(60_000);
  assert.match(await sse.text(), /event: endpoint/);
  for (const socket of sockets) {
    socket.write('\r\n');
    assert.match(await readAll(socket), /^HTTP\/1.1 503 .*the gateway is stopping/s);
  }
  await closed;
});

const HEADERS = Object.entries(POST_HEADERS)
  .map(([name, value]) => `${name}: ${value}\r\n`)
  .join('');
for (const [part, text] of [
  ['head', 'POST /mcp HTTP/1.1\r\nHost: loc'],
  ['body', `POST /mcp HTTP/1.1\r\nHost: localhost\r\n${HEADERS}Content-Length: 500\r\n\r\n{"jsonrpc`],
] as const)
  test(`a request whose ${part} stops half-way must delay closing by a second at most`, async (t) => {
    const { url, edge, received } = await startEdge(t, { sources: [source('s', { tools: named('t') })] });
    const answer = post(url, CALL, await openSession(url));
    const call = await received();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.on('error', () => {}).write(text);
    const gone = once(socket, 'close');
    await fetch(url.replace('/mcp', '/health'));
    const closed = edge.close(60_000);
    await gone;
    call.answer('result', '{}');
    assert.equal((await answer).status, 200, 'a call under way goes on');
    await closed;
  });

/** Sends all of a request for a stream but its last line. */
async function beginGet(url: string, path: string, headers: Record<string, string>): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const lines = Object.entries({ host: 'localhost', accept: 'text/event-stream', ...headers });
  socket.write(`GET ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}`);
  await fetch(url.replace('/mcp', '/health'));
  return socket;
}

const isPortTaken = (words: RegExp) => (error: unknown) => {
  assert.ok(error instanceof GatewayError);
  assert.equal(error.code, 'PORT_TAKEN');
  assert.match(error.message, words);
  assert.ok(error.hint);
  return true;
};

test('the error for a port that another gateway holds must name that gateway’s stack and pid', async (t) => {
  const first = await startEdge(t);
  const port = Number(new URL(first.url).port);
  const words = new RegExp(
    `port ${port} on 127.0.0.1 is taken by the gateway of the stack test \\(pid ${process.pid}\\)`,
  );
  await assert.rejects(startEdge(t, { settings: { port } }), isPortTaken(words));
});

test('the error for a port that another program holds must say how to find that program', async (t) => {
  const server = createServer((_, response) => response.end('hello'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  await assert.rejects(startEdge(t, { settings: { port } }), isPortTaken(/is taken$/));
});

test('an address of another machine must be an error in the config', async (t) => {
  await assert.rejects(startEdge(t, { settings: { host: '203.0.113.7' } }), { code: 'CONFIG_INVALID' });
});
