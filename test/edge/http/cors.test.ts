import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { test } from 'node:test';
import { createCors } from '../../../src/edge/http/cors.ts';
import type { AccessRules } from '../../../src/model/stack.ts';
import { openSession, POST_HEADERS, post, send, source, startEdge } from '../harness.ts';

const PAGE = 'https://app.example.com';
const OTHERS = [
  'https://example.com',
  'https://app.example.com.evil.test',
  'http://app.example.com',
  `${PAGE}:8443`,
  'null',
];
const sources = [source('s')];
const cors = (headers: object) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('access-control')));
const asks = (origin: string, wanted: string) => ({
  method: 'OPTIONS',
  headers: {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': wanted,
  },
});

test('without allowed origins, pages of other hosts must be refused', async (t) => {
  const { url } = await startEdge(t, { sources });
  assert.equal((await send(url, asks(PAGE, 'content-type'))).status, 403);
  const local = await send(url, asks('http://localhost:3000', 'content-type'));
  assert.deepEqual([local.status, cors(local.headers), local.headers.vary], [405, {}, undefined]);
});

test('pages of an allowed origin, and of no other, may use the gateway', async (t) => {
  const { url } = await startEdge(t, { sources, access: () => ({ allowedOrigins: [PAGE] }) });
  const wanted = 'Content-Type, mcp-session-id,Mcp-Method, mcp-param-region, X-Other, mcp-param-';
  const preflight = await send(url, asks(PAGE, wanted));
  assert.equal(preflight.status, 204);
  assert.deepEqual(cors(preflight.headers), {
    'access-control-allow-origin': PAGE,
    'access-control-allow-methods': 'GET, POST, DELETE',
    'access-control-allow-headers': 'content-type, mcp-session-id, mcp-method, mcp-param-region',
    'access-control-max-age': '600',
  });
  assert.equal(preflight.headers.vary, 'Origin');
  const opened = await post(
    url,
    { jsonrpc: '2.0', id: 1, method: 'initialize', params: {} },
    { origin: PAGE },
  );
  assert.equal(opened.status, 200);
  assert.deepEqual(cors(opened.headers), {
    'access-control-allow-origin': PAGE,
    'access-control-expose-headers': 'Mcp-Session-Id, WWW-Authenticate',
  });
  for (const origin of OTHERS) {
    const refused = await send(url, { method: 'POST', headers: { ...POST_HEADERS, origin }, body: '{}' });
    assert.deepEqual([refused.status, cors(refused.headers)], [403, {}], origin);
    assert.equal((await send(url, asks(origin, 'accept'))).status, 403, origin);
  }
  await openSession(url);
});

test('a page must be able to read why it was refused', async (t) => {
  const { url } = await startEdge(t, {
    sources,
    access: () => ({ allowedOrigins: [PAGE] }),
    auth: () => ({ tokens: {} }),
  });
  const refused = await post(url, { jsonrpc: '2.0', id: 1, method: 'ping' }, { origin: PAGE });
  assert.equal(refused.status, 401);
  assert.equal(refused.headers['access-control-allow-origin'], PAGE);
  assert.equal((await send(url, asks(PAGE, 'authorization'))).status, 204);
});

test('the streams of an origin that is removed must end at once, and those of others stay', async (t) => {
  let rules: AccessRules = { allowedOrigins: [PAGE] };
  const { url, edge } = await startEdge(t, { sources, access: () => rules });
  const sse = url.replace('/mcp', '/sse');
  const headers = { accept: 'text/event-stream' };
  const removed = await fetch(sse, { headers: { ...headers, origin: PAGE } });
  const kept = await fetch(sse, { headers });
  const reader = kept.body?.getReader();
  t.after(() => reader?.cancel());
  const [, path] = /data: (.*)/.exec(Buffer.from((await reader?.read())?.value ?? []).toString()) ?? [];
  rules = {};
  edge.expelUnadmitted();
  await assert.rejects(removed.text());
  const answer = await post(new URL(path ?? '', url).href, { jsonrpc: '2.0', id: 1, method: 'ping' });
  assert.equal(answer.status, 202);
});

test('an origin that is added or removed while the gateway runs must count from the next request on', async (t) => {
  let rules: AccessRules = {};
  const { url } = await startEdge(t, { sources, access: () => rules });
  const preflight = async () => {
    const { status, headers } = await send(url, asks(PAGE, 'accept'));
    return [status, headers['access-control-allow-origin']];
  };
  assert.deepEqual(await preflight(), [403, undefined]);
  rules = { allowedOrigins: [PAGE] };
  assert.deepEqual(await preflight(), [204, PAGE]);
  rules = {};
  assert.deepEqual(await preflight(), [403, undefined]);
});

/** What `createCors` does to one request, without a server. */
function answered(rules: AccessRules, method: string, headers: Record<string, string>) {
  const set: Record<string, unknown> = {};
  let status = 0;
  const response = {
    setHeader(name: string, value: unknown) {
      set[name] = value;
    },
    writeHead: (code: number) => {
      status = code;
      return { end() {} };
    },
  };
  const request = { method, headers };
  const isDone = createCors(() => rules)(
    request as unknown as IncomingMessage,
    response as unknown as ServerResponse,
  );
  return { isDone, status, set };
}

const PREFLIGHT = { origin: PAGE, 'access-control-request-method': 'POST' };

test('each header of MCP clients must be allowed, parameters too, and no other', () => {
  const names =
    'accept, authorization, content-type, last-event-id, mcp-method, mcp-name, mcp-protocol-version, mcp-session-id';
  const wanted = `${names.toUpperCase()}, mcp-param-a!#$%&'*+-.^_\`|~9z,cookie,x-mcp-param-a,mcp-param-a b,mcp-param-ä, host`;
  const { set } = answered({ allowedOrigins: [PAGE] }, 'OPTIONS', {
    ...PREFLIGHT,
    'access-control-request-headers': wanted,
  });
  assert.equal(set['access-control-allow-headers'], `${names}, mcp-param-a!#$%&'*+-.^_\`|~9z`);
});

test('a page may reach a gateway in a private network only if it asks for that', () => {
  const rules = { allowedOrigins: [PAGE] };
  const name = 'access-control-allow-private-network';
  const asked = answered(rules, 'OPTIONS', {
    ...PREFLIGHT,
    'access-control-request-private-network': 'true',
  });
  assert.equal(asked.set[name], 'true');
  assert.equal(answered(rules, 'OPTIONS', PREFLIGHT).set[name], undefined);
});

test('only a preflight must be answered at once: OPTIONS of an allowed page that names a method', () => {
  const rules = { allowedOrigins: [PAGE] };
  const table: [string, Record<string, string>, boolean][] = [
    ['OPTIONS', PREFLIGHT, true],
    ['OPTIONS', { origin: PAGE }, false],
    ['POST', PREFLIGHT, false],
    ['OPTIONS', { ...PREFLIGHT, origin: 'https://other.example' }, false],
    ['OPTIONS', { 'access-control-request-method': 'POST' }, false],
  ];
  for (const [method, headers, isDone] of table) {
    const answer = answered(rules, method, headers);
    assert.deepEqual([answer.isDone, answer.status], [isDone, isDone ? 204 : 0], JSON.stringify(headers));
  }
  assert.deepEqual(answered({}, 'OPTIONS', PREFLIGHT).set, {});
});
