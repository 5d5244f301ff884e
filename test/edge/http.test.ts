import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import '../helpers/seed.ts';
import { HIVE_VERSION } from '../../src/model/text/version.ts';
import { named } from '../catalog/fixtures.ts';
import { openSession, POST_HEADERS, post, send, source, startEdge, status } from './harness.ts';

const PING = { jsonrpc: '2.0', id: 1, method: 'ping' };
const INITIALIZE = { jsonrpc: '2.0', id: 1, method: 'initialize', params: { protocolVersion: '2025-11-25' } };

const HOSTS: [headers: Record<string, string>, status: number][] = [
  [{ host: 'localhost' }, 200],
  [{ host: 'LOCALHOST:1234' }, 200],
  [{ host: '127.0.0.1:8001' }, 200],
  [{ host: '[::1]:8001' }, 200],
  [{ host: 'gateway.example:8001' }, 200],
  [{ host: 'evil.example' }, 403],
  [{ host: '127.0.0.1.evil.example' }, 403],
  [{ host: 'localhost.evil.example:8001' }, 403],
  [{ origin: 'http://localhost:3000' }, 200],
  [{ origin: 'https://127.0.0.1' }, 200],
  [{ origin: 'http://[::1]:9' }, 200],
  [{ origin: 'https://gateway.example' }, 200],
  [{ origin: 'https://evil.example' }, 403],
  [{ origin: 'http://localhost.evil.example' }, 403],
  [{ origin: 'null' }, 403],
  [{ origin: '' }, 403],
  [{ host: 'evil.example', origin: 'http://localhost' }, 403],
];

test('only known hosts must be answered, on every path (DNS rebinding)', async (t) => {
  const { url } = await startEdge(t, { access: () => ({ allowedHosts: ['gateway.example'] }) });
  for (const [headers, expected] of HOSTS) {
    const posted = await post(url, INITIALIZE, headers);
    assert.equal(posted.status, expected, `POST with ${JSON.stringify(headers)}`);
    if (expected === 403 && !('origin' in headers)) assert.match(posted.text, /gateway\.allowedHosts/);
    const health = await send(url.replace(/mcp$/, 'health'), { headers });
    assert.equal(health.status, expected, `GET /health with ${JSON.stringify(headers)}`);
    assert.equal(posted.headers['access-control-allow-origin'], undefined);
  }
});

const CONTENT: [headers: Record<string, string | undefined>, status: number][] = [
  [{}, 200],
  [{ 'content-type': 'application/json; charset=utf-8' }, 200],
  [{ 'content-type': 'APPLICATION/JSON' }, 200],
  [{ 'content-type': 'text/plain' }, 415],
  [{ 'content-type': 'application/jsonp' }, 415],
  [{ 'content-type': undefined }, 415],
  [{ accept: '*/*' }, 200],
  [{ accept: undefined }, 200],
  [{ accept: 'text/event-stream;q=0.5, application/json;q=0.9' }, 200],
  [{ accept: 'application/*,text/*' }, 200],
  [{ accept: 'application/json' }, 406],
  [{ accept: 'text/event-stream' }, 406],
  [{ accept: 'application/jsonl, text/event-stream' }, 406],
  [{ 'mcp-protocol-version': '2025-03-26' }, 200],
  [{ 'mcp-protocol-version': '1999-01-01' }, 400],
  [{ 'mcp-protocol-version': '2026-07-28' }, 400],
];

test('headers must meet the specification, and nothing beyond it', async (t) => {
  const { url } = await startEdge(t);
  for (const [changes, expected] of CONTENT) {
    const all = Object.entries({ ...POST_HEADERS, ...changes }).filter(([, value]) => value !== undefined);
    const headers = Object.fromEntries(all) as Record<string, string>;
    const answer = await send(url, { method: 'POST', headers, body: JSON.stringify(INITIALIZE) });
    assert.equal(answer.status, expected, JSON.stringify(changes));
    if (expected !== 200)
      assert.ok(JSON.parse(answer.text).error.message, 'the refusal must be a JSON-RPC error');
  }
});

const BODIES: [name: string, body: string | Buffer, code: number][] = [
  ['nothing', '', -32700],
  ['no JSON', 'hello', -32700],
  ['half of a message', '{"jsonrpc":"2.0","id":1,', -32700],
  ['two messages', `${JSON.stringify(PING)}${JSON.stringify(PING)}`, -32700],
  ['a string', '"ping"', -32700],
  [
    'invalid UTF-8',
    Buffer.concat([
      Buffer.from('{"jsonrpc":"2.0","id":1,"method":"'),
      Buffer.from([0xff]),
      Buffer.from('"}'),
    ]),
    -32700,
  ],
  [
    'nesting without end',
    `{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":${'['.repeat(100_000)}`,
    -32700,
  ],
  [
    'deep nesting',
    `{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":${'['.repeat(5000)}${']'.repeat(5000)}}}`,
    -32700,
  ],
  ['no method', '{"jsonrpc":"2.0","id":1}', -32600],
  ['a method that is a number', '{"jsonrpc":"2.0","id":1,"method":5}', -32600],
  ['a null id', '{"jsonrpc":"2.0","id":null,"method":"ping"}', -32600],
  ['an object as id', '{"jsonrpc":"2.0","id":{},"method":"ping"}', -32600],
  ['true as id', '{"jsonrpc":"2.0","id":true,"method":"ping"}', -32600],
  ['params by position', '{"jsonrpc":"2.0","id":1,"method":"ping","params":[1]}', -32600],
  ['params that are a string', '{"jsonrpc":"2.0","id":1,"method":"ping","params":"x"}', -32600],
  ['an empty batch', '[]', -32600],
  ['a broken batch', '[{"jsonrpc":"2.0",', -32700],
];

for (const [name, body, code] of BODIES) {
  test(`a body with ${name} gets HTTP 400 and ${code}`, async (t) => {
    const { url } = await startEdge(t);
    const session = await openSession(url);
    const answer = await post(url, body, session);
    assert.equal(answer.status, 400);
    assert.equal(JSON.parse(answer.text).error.code, code);
    assert.equal((await post(url, PING, session)).status, 200);
  });
}

test('random bytes and random JSON never bring the gateway down', async (t) => {
  const { url } = await startEdge(t, { sources: [source('s', { tools: named('t') }), source('s2')] });
  const session = await openSession(url, '2025-03-26');
  const method = fc.constantFrom(
    'tools/call',
    'tools/list',
    'prompts/get',
    'resources/read',
    'completion/complete',
    'logging/setLevel',
    'notifications/cancelled',
    'initialize',
    'x',
  );
  const message = fc.record(
    { jsonrpc: fc.constant('2.0'), id: fc.jsonValue(), method, params: fc.jsonValue() },
    { requiredKeys: ['method'] },
  );
  const body = fc.oneof(
    fc.uint8Array().map(Buffer.from),
    fc.json(),
    message.map((value) => JSON.stringify(value)),
    fc.array(message, { maxLength: 4 }).map((value) => JSON.stringify(value)),
  );
  await fc.assert(
    fc.asyncProperty(body, async (bytes) => {
      const answer = await post(url, Buffer.from(bytes), session);
      assert.ok(answer.status < 500, `${answer.status} ${answer.text}`);
    }),
    { numRuns: 200 },
  );
  assert.equal((await post(url, PING, session)).text, '{"jsonrpc":"2.0","id":1,"result":{}}');
});

test('a body over the limit gets 413 and the next request is served', async (t) => {
  const { url } = await startEdge(t, { settings: { bodyLimitBytes: 1000 } });
  for (const size of [1001, 1900]) {
    const answer = await post(url, `{"x":"${'x'.repeat(size)}"}`);
    assert.equal(answer.status, 413);
    assert.match(answer.text, /larger than the limit of 1000 bytes/);
  }
  const chunked = await fetch(url, {
    method: 'POST',
    headers: POST_HEADERS,
    body: new Blob(['x'.repeat(1500)]).stream(),
    duplex: 'half',
  } as RequestInit);
  assert.equal(chunked.status, 413);
  assert.equal((await post(url, INITIALIZE)).status, 200);
});

test('a body far over the limit is not read to its end', async (t) => {
  const { url } = await startEdge(t, { settings: { bodyLimitBytes: 1000 } });
  const huge = send(url, {
    method: 'POST',
    headers: { ...POST_HEADERS, 'content-length': '9000000000' },
    body: 'x',
  });
  assert.equal((await huge).status, 413);
});

test('a session must be required, be known once it has begun, and end when it is deleted', async (t) => {
  const { url, edge } = await startEdge(t);
  const missing = await post(url, PING);
  assert.equal(missing.status, 400);
  assert.match(missing.text, /Mcp-Session-Id header is missing/);
  const unknown = await post(url, PING, { 'mcp-session-id': 'nobody' });
  assert.equal(unknown.status, 404);
  const session = await openSession(url);
  assert.match(session['mcp-session-id'], /^[\x21-\x7e]{20,}$/);
  assert.equal(edge.sessions(), 1);
  assert.equal((await post(url, PING, session)).status, 200);
  assert.equal((await send(url, { method: 'DELETE', headers: session })).status, 200);
  assert.equal((await post(url, PING, session)).status, 404);
  assert.equal((await send(url, { method: 'DELETE', headers: session })).status, 404);
  assert.equal((await send(url, { method: 'DELETE' })).status, 400);
  assert.equal(edge.sessions(), 0);
});

test('a session of one endpoint must be unknown at another', async (t) => {
  const { url } = await startEdge(t, { sources: [source('a'), source('b')] });
  const session = await openSession(`${url}/a`);
  assert.equal((await post(`${url}/a`, PING, session)).status, 200);
  assert.equal((await post(`${url}/b`, PING, session)).status, 404);
  assert.equal((await post(url, PING, session)).status, 404);
});

test('an unknown server is a 404 that names the known ones; one that is not ready is known', async (t) => {
  const servers = [status('late', { state: 'starting' }), status('here')];
  const { url } = await startEdge(t, { sources: [source('here')], servers });
  const unknown = await post(`${url}/nobody`, INITIALIZE);
  assert.equal(unknown.status, 404);
  assert.match(unknown.text, /there is no server nobody; known: late, here/);
  assert.equal((await post(`${url}/late`, INITIALIZE)).status, 200);
});

test('other methods and paths must be refused with a list of the known ones', async (t) => {
  const { url } = await startEdge(t);
  const root = url.replace(/\/mcp$/, '');
  for (const method of ['PUT', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY'])
    for (const [path, allow] of [
      ['/mcp', 'GET, HEAD, POST, DELETE'],
      ['/mcp/a/', 'GET, HEAD, POST, DELETE'],
      ['/sse', 'GET, HEAD, POST'],
      ['/health', 'GET, HEAD'],
      ['/ready/', 'GET, HEAD'],
      ['/metrics?x', 'GET, HEAD'],
    ] as const) {
      const answer = await send(root + path, { method });
      assert.deepEqual([answer.status, answer.headers.allow], [405, allow], `${method} ${path}`);
    }
  for (const method of ['POST', 'DELETE'])
    assert.deepEqual((await send(`${root}/health`, { method })).headers.allow, 'GET, HEAD');
  for (const method of ['GET', 'HEAD', 'POST', 'PUT']) {
    const nowhere = await send(`${root}/nowhere`, { method });
    assert.equal(nowhere.status, 404);
    if (method !== 'HEAD') assert.match(nowhere.text, /nothing at \/nowhere/);
  }
});

test('HEAD must be answered wherever GET is, with the same headers, no body, and no stream', async (t) => {
  const { url } = await startEdge(t, { sources: [source('here')] });
  const root = url.replace(/\/mcp$/, '');
  for (const path of [
    '/health',
    '/health/',
    '/ready',
    '/metrics',
    '/mcp',
    '/mcp/',
    '/mcp/here',
    '/mcp/here/',
  ]) {
    const [head, get] = [await send(root + path, { method: 'HEAD' }), await send(root + path)];
    assert.deepEqual([head.status, head.text], [200, ''], path);
    assert.equal(head.headers['content-type'], get.headers['content-type'], path);
  }
  const session = await openSession(url);
  const accept = { accept: 'text/event-stream' };
  assert.equal((await send(url, { method: 'HEAD', headers: { ...session, ...accept } })).status, 200);
  const old = await send(`${root}/sse`, { method: 'HEAD', headers: accept });
  assert.deepEqual([old.status, old.headers['content-type']], [200, 'text/event-stream']);
  assert.equal((await send(`${root}/mcp/nobody`, { method: 'HEAD' })).status, 404);
});

test('slashes at the end of an address must not matter', async (t) => {
  const { url } = await startEdge(t, { sources: [source('here')] });
  for (const slashes of ['', '/', '//'])
    for (const path of ['', '/here']) {
      const answer = await post(url + path + slashes, INITIALIZE);
      assert.equal(answer.status, 200, path + slashes);
      const session = { 'mcp-session-id': String(answer.headers['mcp-session-id']) };
      assert.equal((await post(`${url + path}/`, PING, session)).status, 200);
    }
});

test('a person who opens the endpoint in a browser must learn how to use it', async (t) => {
  const servers = [status('files'), status('broken', { state: 'failed', reason: 'it exited with code 1' })];
  const { url } = await startEdge(t, { servers });
  for (const accept of ['*/*', 'text/html,application/xhtml+xml,*/*;q=0.8']) {
    const page = await send(url, { headers: { accept } });
    assert.equal(page.status, 200);
    assert.match(page.text, new RegExp(`"url": "${url}"`));
    assert.match(page.text, /files {3}ready {2}http:.*\/mcp\/files\n/);
    assert.match(page.text, /broken {2}failed: it exited with code 1/);
  }
  assert.equal((await send(url, { headers: { accept: 'text/event-stream' } })).status, 400);
  assert.equal((await send(url, { headers: { accept: 'image/png' } })).status, 406);
});

test('health must give each server’s state and reason; ready must wait only for servers that are starting', async (t) => {
  const servers = [status('a'), status('b', { state: 'failed', reason: 'no such image', hint: 'build it' })];
  const { url } = await startEdge(t, { servers });
  const health = await send(url.replace(/mcp$/, 'health'));
  assert.equal(health.status, 200);
  const body = JSON.parse(health.text);
  assert.equal(body.status, 'ok');
  const told = body.servers.map((server: Record<string, unknown>) => [
    server.serverName,
    server.state,
    server.reason,
    server.hint,
  ]);
  assert.deepEqual(told, [
    ['a', 'ready', undefined, undefined],
    ['b', 'failed', 'no such image', 'build it'],
  ]);
  assert.equal((await send(url.replace(/mcp$/, 'ready'))).status, 200);
  servers.push(status('c', { state: 'starting' }));
  const ready = await send(url.replace(/mcp$/, 'ready'));
  assert.equal(ready.status, 503);
  assert.equal(JSON.parse(ready.text).waitingFor[0].serverName, 'c');
});

test('metrics count calls, failures, sessions and server states', async (t) => {
  const { url, received } = await startEdge(t, {
    sources: [source('s', { tools: named('t') })],
    servers: [status('s', { restarts: 3 })],
  });
  const session = await openSession(url);
  for (const kind of ['result', 'error', 'result'] as const) {
    const answer = post(
      url,
      { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 's_t' } },
      session,
    );
    (await received()).answer(kind, '{}');
    await answer;
  }
  const { text } = await send(url.replace(/mcp$/, 'metrics'));
  assert.match(text, /^hive_calls_total\{server="s",outcome="result"\} 2$/m);
  assert.match(text, /^hive_calls_total\{server="s",outcome="error"\} 1$/m);
  assert.match(text, /^hive_calls_in_flight\{server="s"\} 0$/m);
  assert.match(text, /^hive_sessions 1$/m);
  assert.match(text, /^hive_server_state\{server="s",state="ready"\} 1$/m);
  assert.match(text, /^hive_server_restarts_total\{server="s"\} 3$/m);
});

test('the version in serverInfo must be the package’s', () => {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  assert.equal(HIVE_VERSION, manifest.version);
});
