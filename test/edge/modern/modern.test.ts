import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import '../../helpers/seed.ts';
import {
  ask,
  modernHeaders,
  modernMeta,
  openSession,
  POST_HEADERS,
  post,
  send,
  source,
  startEdge,
} from '../harness.ts';
import { BASE64, edge, errorOf, OLD, parts } from './modern-edge.ts';

test('a request without the required metadata must be refused as malformed', async (t) => {
  const { url } = await edge(t);
  const { 'io.modelcontextprotocol/protocolVersion': version, ...noVersion } = modernMeta();
  const { 'io.modelcontextprotocol/clientCapabilities': _, ...noCapabilities } = modernMeta();
  const bad = { ...modernMeta(), 'io.modelcontextprotocol/clientCapabilities': true };
  for (const params of [
    undefined,
    {},
    { _meta: {} },
    { _meta: noVersion },
    { _meta: noCapabilities },
    { _meta: bad },
    { _meta: { ...modernMeta(), 'io.modelcontextprotocol/logLevel': 'loud' } },
  ]) {
    const body = { jsonrpc: '2.0', id: 'x', method: 'tools/list', params };
    const { status, text } = await post(url, body, modernHeaders('tools/list'));
    assert.deepEqual([status, errorOf(text).code, JSON.parse(text).id], [400, -32602, 'x'], text);
  }
  assert.equal(version, '2026-07-28');
  const { 'io.modelcontextprotocol/clientInfo': _info, ...anonymous } = modernMeta();
  assert.equal((await ask(url, 'tools/list', {}, { meta: anonymous })).status, 200);
});

test('an invalid id must be refused, and not be used in the answer', async (t) => {
  const { url } = await edge(t);
  const params = { _meta: modernMeta() };
  for (const id of ['null', '{}', 'true', '[1]']) {
    const body = `{"jsonrpc":"2.0","id":${id},"method":"tools/list","params":${JSON.stringify(params)}}`;
    const { status, text } = await post(url, body, modernHeaders('tools/list'));
    assert.deepEqual([status, errorOf(text).code, JSON.parse(text).id], [400, -32600, null], id);
  }
});

test('an unsupported version must be answered with the supported ones', async (t) => {
  const { url } = await edge(t);
  for (const version of ['1900-01-01', '2025-11-25', 'v999']) {
    const meta = { ...modernMeta(), 'io.modelcontextprotocol/protocolVersion': version };
    const { status, text } = await ask(
      url,
      'tools/list',
      {},
      { meta, headers: { 'mcp-protocol-version': version } },
    );
    assert.equal(status, 400);
    assert.deepEqual(errorOf(text).data, { supported: ['2026-07-28'], requested: version });
    assert.equal(errorOf(text).code, -32022);
  }
  const legacy = await post(
    url,
    { jsonrpc: '2.0', id: 1, method: 'ping' },
    { 'mcp-protocol-version': '1900-01-01' },
  );
  assert.equal(errorOf(legacy.text).code, -32022);
});

test('methods of earlier revisions must be answered with 404 and -32601', async (t) => {
  const { url } = await edge(t);
  for (const method of [
    'initialize',
    'ping',
    'logging/setLevel',
    'resources/subscribe',
    'resources/unsubscribe',
    'tasks/get',
    'tasks/list',
    'tasks/result',
  ]) {
    const { status, text } = await ask(url, method);
    assert.deepEqual([status, errorOf(text).code, JSON.parse(text).id], [404, -32601, 7], method);
  }
});

test('notifications must be accepted, and messages that modern clients never send refused', async (t) => {
  const { url } = await edge(t);
  const version = { 'mcp-protocol-version': '2026-07-28' };
  const status = async (body: unknown, headers: Record<string, string> = version) =>
    (await post(url, JSON.stringify(body), headers)).status;
  const notification = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } };
  const taken = await post(url, notification, version);
  assert.deepEqual([taken.status, taken.text], [202, '']);
  assert.equal(await status({ ...notification, params: { _meta: modernMeta() } }, {}), 202);
  assert.equal(await status(notification, { ...version, 'mcp-method': 'notifications/other' }), 400);
  assert.equal(await status({ jsonrpc: '2.0', id: 1, result: {} }), 400);
  const list = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta: modernMeta() } };
  assert.equal(await status([list]), 400);
  assert.equal(await status([list], {}), 400);
  assert.equal(await status({ jsonrpc: '2.0', id: 1, method: 'initialize' }), 400);
  for (const method of ['GET', 'DELETE'])
    assert.equal((await send(url, { method, headers: { ...POST_HEADERS, ...version } })).status, 405, method);
});

test('server/discover and lists must be complete, private, and the same every time', async (t) => {
  const { url } = await edge(t);
  const discovered = JSON.parse((await ask(url, 'server/discover')).text).result;
  assert.deepEqual(discovered, {
    resultType: 'complete',
    supportedVersions: ['2026-07-28'],
    capabilities: {
      tools: { listChanged: true },
      resources: { listChanged: true, subscribe: true },
      prompts: { listChanged: true },
      completions: {},
      logging: {},
    },
    instructions: 'Be kind.',
    ttlMs: 0,
    cacheScope: 'private',
    _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'hive', title: 'Hive', version: '0.1.0' } },
  });
  for (const [method, key] of [
    ['tools/list', 'tools'],
    ['resources/list', 'resources'],
    ['resources/templates/list', 'resourceTemplates'],
    ['prompts/list', 'prompts'],
  ] as const) {
    const [first, second] = [await ask(url, method), await ask(url, method)];
    const { resultType, ttlMs, cacheScope, [key]: list } = JSON.parse(first.text).result;
    assert.deepEqual([resultType, ttlMs, cacheScope, Array.isArray(list)], ['complete', 0, 'private', true]);
    assert.equal(first.text, second.text);
    assert.equal(errorOf((await ask(url, method, { cursor: 'x' })).text).code, -32602);
  }
});

test('each era must see definitions without members that only the other era has', async (t) => {
  const { url } = await edge(t);
  const modern = (await ask(url, 'tools/list')).text;
  assert.ok(modern.includes('{"name":"old","inputSchema":{"type":"object"},"x":1.0}'), modern);
  const session = await openSession(url);
  const legacy = await post(url, { jsonrpc: '2.0', id: 1, method: 'tools/list' }, session);
  assert.ok(legacy.text.includes(OLD.json));
});

test('an unknown name must be an error with a suggestion', async (t) => {
  const { url } = await startEdge(t, {
    sources: [source('s', parts, ''), source('o', { ...parts, tools: [] })],
  });
  const tool = errorOf((await ask(url, 'tools/call', { name: 'ech' })).text);
  assert.deepEqual([tool.code, /did you mean echo/.test(tool.message)], [-32602, true]);
  for (const [method, params] of [
    ['prompts/get', { name: 'nobody' }],
    [
      'completion/complete',
      { ref: { type: 'ref/prompt', name: 'nobody' }, argument: { name: 'a', value: '' } },
    ],
    ['completion/complete', { ref: 'p', argument: { name: 'a', value: '' } }],
  ] as const)
    assert.equal(errorOf((await ask(url, method, { ...params })).text).code, -32602, method);
  const resource = errorOf((await ask(url, 'resources/read', { uri: 'nobody://x' })).text);
  assert.deepEqual([resource.code, resource.data], [-32602, { uri: 'nobody://x' }]);
});

test('any message of a modern client must be answered in JSON-RPC, with a status of the specification', async (t) => {
  const reply = Promise.resolve({ kind: 'result', json: Buffer.from('{}') } as const);
  const { url } = await edge(t, { call: () => ({ reply, cancel() {} }) });
  const method = fc.constantFrom(
    'tools/call',
    'tools/list',
    'prompts/get',
    'resources/read',
    'completion/complete',
    'server/discover',
    'x',
  );
  const meta = fc.oneof(
    fc.constant(modernMeta()),
    fc.dictionary(fc.constantFrom(...Object.keys(modernMeta()), 'progressToken', 'x'), fc.jsonValue()),
  );
  const params = fc
    .tuple(
      fc.dictionary(
        fc.constantFrom('name', 'uri', 'arguments', 'cursor', 'ref', 'requestState', 'inputResponses'),
        fc.jsonValue(),
      ),
      meta,
    )
    .map(([own, _meta]) => ({ ...own, _meta }));
  await fc.assert(
    fc.asyncProperty(method, params, async (name, own) => {
      const body = { jsonrpc: '2.0', id: 1, method: name, params: own };
      const named = 'name' in own ? { 'mcp-name': BASE64(headerText(own.name)) } : {};
      const { status, text } = await post(url, body, { ...modernHeaders(name), ...named });
      assert.ok([200, 400, 404].includes(status), `${status} ${text}`);
      const { id, result, error } = JSON.parse(text);
      assert.equal(id, 1);
      assert.ok(result?.resultType === 'complete' || Number.isInteger(error?.code), text);
    }),
    { numRuns: 400 },
  );
});

/** Never `String(value)`: an object may have a `toString` of its own that is no function. */
const headerText = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
