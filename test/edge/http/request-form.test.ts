/** Requests that HTTP servers and proxies read differently, over raw connections. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { ARRIVAL_LIMITS } from '../../../src/edge/http/tcp-port.ts';
import { openEvents, openSession, post, readAll, send, startEdge } from '../harness.ts';

const PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}';

/** The status of a request whose head is these lines. */
async function statusOf(url: string, target: string, ...lines: string[]): Promise<number> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const head = [`GET ${target} HTTP/1.1`, ...lines, 'connection: close', '', ''].join('\r\n');
  socket.write(head);
  return Number(/^HTTP\/1.1 (\d+)/.exec(await readAll(socket))?.[1]);
}

test('a header that has one value must be sent once', async (t) => {
  const { url } = await startEdge(t);
  const status = (...lines: string[]) => statusOf(url, '/health', ...lines);
  assert.equal(await status('host: localhost'), 200);
  assert.equal(await status('host: localhost', 'Host: localhost'), 400);
  assert.equal(await status('host: localhost', 'hoST: evil.example'), 400);
  assert.equal(await status('host: localhost', 'authorization: Bearer a', 'authorization: Bearer b'), 400);
  assert.equal(await status('host: localhost', 'content-type: text/plain', 'content-type: a/b'), 400);
  assert.equal(await status('host: localhost', 'origin: http://localhost', 'origin: http://evil'), 400);
  assert.equal(await status('host: localhost', 'accept: text/plain', 'accept: */*', 'x: 1', 'x: 2'), 200);
});

test('a request target must name no other host than the Host header', async (t) => {
  const { url } = await startEdge(t);
  const port = new URL(url).port;
  for (const [target, host, status] of [
    [`http://localhost:${port}/health`, `localhost:${port}`, 200],
    ['http://LOCALHOST/health', 'localhost:80', 200],
    ['http://evil.example/health', 'localhost', 400],
    ['http://evil.example/health', 'evil.example', 403],
    ['http://evil@localhost/health', 'localhost', 400],
    ['http://:x@localhost/health', 'localhost', 400],
    ['https://localhost/health', 'localhost', 400],
    [`http://localhost:1/health`, `localhost:${port}`, 400],
    ['http:///health', 'localhost', 400],
    ['//evil.example/health', 'localhost', 404],
  ] as const)
    assert.equal(await statusOf(url, target, `host: ${host}`), status, `${target} with ${host}`);
});

test('only pages that were loaded from a known host may send requests', async (t) => {
  const { url } = await startEdge(t);
  const status = async (origin: string) =>
    (await send(url, { headers: { origin, accept: 'text/plain' } })).status;
  for (const origin of ['http://localhost', 'http://localhost:3000', 'https://127.0.0.1', 'http://[::1]:80'])
    assert.equal(await status(origin), 200, origin);
  for (const origin of [
    'chrome-extension://localhost',
    'moz-extension://localhost',
    'file://localhost',
    'http://evil@localhost',
    'http://evil:x@localhost',
    'http://localhost/path',
    'http://localhost?q',
    'http://localhost#f',
    'http://evil\\@localhost',
    'http:localhost',
    'ws://localhost',
    'null',
    ' http://localhost, http://evil',
  ])
    assert.equal(await status(origin), 403, origin);
});

test('a compressed body must be refused with a word about it', async (t) => {
  const { url } = await startEdge(t);
  const session = await openSession(url);
  for (const encoding of ['gzip', 'br', 'GZIP', 'gzip, identity', 'x']) {
    const refused = await post(url, gzipSync(PING), { ...session, 'content-encoding': encoding });
    assert.equal(refused.status, 415);
    assert.match(refused.text, /Content-Encoding .* is not taken: send the body uncompressed/);
  }
  assert.equal((await post(url, PING, { ...session, 'content-encoding': 'identity' })).status, 200);
  const root = url.replace('/mcp', '');
  const events = await openEvents(`${root}/sse`);
  const endpoint = `${root}${await events.next()}`;
  const headers = { 'content-encoding': 'gzip' };
  assert.equal((await send(endpoint, { method: 'POST', headers, body: gzipSync(PING) })).status, 415);
  events.close();
});

test('a request must be complete after 300 s, and its head after 60 s', () => {
  const { requestTimeout, headersTimeout } = createServer(ARRIVAL_LIMITS);
  assert.deepEqual([requestTimeout, headersTimeout], [300_000, 60_000]);
});
