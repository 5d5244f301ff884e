import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import type { Definition } from '../../src/model/catalog.ts';
import { located, named } from '../catalog/fixtures.ts';
import {
  ask,
  type Harness,
  modernHeaders,
  modernMeta,
  openEvents,
  openSession,
  POST_HEADERS,
  post,
  send,
  source,
  startEdge,
} from './harness.ts';

const SQL: Definition = {
  key: 'sql',
  json: JSON.stringify({
    name: 'sql',
    inputSchema: {
      type: 'object',
      properties: {
        region: { type: 'string', 'x-mcp-header': 'Region' },
        count: { type: 'integer', 'x-mcp-header': 'Count' },
        deep: { type: 'object', properties: { dry: { type: 'boolean', 'x-mcp-header': 'Dry' } } },
      },
    },
  }),
};
const OLD: Definition = {
  key: 'old',
  json: '{"name":"old","execution":{"taskSupport":"optional"},"inputSchema":{"type":"object"},"x":1.0}',
};
const parts = {
  capabilities: { resources: { subscribe: true }, prompts: {}, completions: {}, logging: {} },
  tools: [...named('echo', 'näme'), SQL, OLD],
  resources: located('test://r'),
  prompts: [{ key: 'p', json: '{"name":"p"}' }],
  instructions: 'Be kind.',
};
const edge = (t: Parameters<typeof startEdge>[0], more = {}): Promise<Harness> =>
  startEdge(t, { sources: [source('s', parts, '')], ...more });
const INFO = '"io.modelcontextprotocol/serverInfo":{"name":"hive","title":"Hive","version":"0.1.0"}';
const errorOf = (text: string) => JSON.parse(text).error;

type Row = [what: string, code: number | 'ok', headers: Record<string, string | undefined>, params?: object];
const BASE64 = (text: string) => `=?base64?${Buffer.from(text).toString('base64')}?=`;
const CALL = { 'mcp-method': 'tools/call', 'mcp-name': 'echo' };
const ON_SQL = { 'mcp-method': 'tools/call', 'mcp-name': 'sql' };
const sql = (args: object) => ({ name: 'sql', arguments: args });
const HEADERS: Row[] = [
  ['all as it should be', 'ok', CALL],
  ['white space around values', 'ok', { 'mcp-method': ' tools/call ', 'mcp-name': '\techo  ' }],
  ['no version', -32020, { ...CALL, 'mcp-protocol-version': undefined }],
  ['another version than the body', -32020, { ...CALL, 'mcp-protocol-version': '2025-11-25' }],
  ['no method', -32020, { 'mcp-name': 'echo' }],
  ['another method', -32020, { ...CALL, 'mcp-method': 'tools/list' }],
  ['a method in other case', -32020, { ...CALL, 'mcp-method': 'TOOLS/CALL' }],
  ['no name', -32020, { 'mcp-method': 'tools/call' }],
  ['another name', -32020, { ...CALL, 'mcp-name': 'other' }],
  ['a name in base64', 'ok', { ...CALL, 'mcp-name': BASE64('echo') }],
  ['a name that has to be in base64', 'ok', { ...CALL, 'mcp-name': BASE64('näme') }, { name: 'näme' }],
  ['base64 without its padding', -32020, { ...CALL, 'mcp-name': '=?base64?ZWNobw?=' }],
  ['base64 of no text', -32020, { ...CALL, 'mcp-name': '=?base64?/w==?=' }],
  ['bytes that no header may hold', -32020, { ...CALL, 'mcp-name': 'n\xe4me' }, { name: 'näme' }],
  ['a parameter', 'ok', { ...ON_SQL, 'mcp-param-region': 'eu' }, sql({ region: 'eu' })],
  ['a parameter in base64', 'ok', { ...ON_SQL, 'mcp-param-region': BASE64('ü') }, sql({ region: 'ü' })],
  [
    'only the beginning of the mark',
    'ok',
    { ...ON_SQL, 'mcp-param-region': '=?base64?eA==' },
    sql({ region: '=?base64?eA==' }),
  ],
  ['a parameter left out', -32020, ON_SQL, sql({ region: 'eu' })],
  ['another value', -32020, { ...ON_SQL, 'mcp-param-region': 'us' }, sql({ region: 'eu' })],
  ['a value that the body has not', -32020, { ...ON_SQL, 'mcp-param-region': 'us' }, sql({})],
  ['null needs none', 'ok', ON_SQL, sql({ region: null })],
  ['nothing needs none', 'ok', ON_SQL, sql({})],
  ['numbers as numbers', 'ok', { ...ON_SQL, 'mcp-param-count': '42.0' }, sql({ count: 42 })],
  ['another number', -32020, { ...ON_SQL, 'mcp-param-count': '0x2a' }, sql({ count: 42 })],
  ['a boolean further down', 'ok', { ...ON_SQL, 'mcp-param-dry': 'true' }, sql({ deep: { dry: true } })],
  ['another boolean', -32020, { ...ON_SQL, 'mcp-param-dry': 'false' }, sql({ deep: { dry: true } })],
  ['headers that nobody knows', 'ok', { ...CALL, 'mcp-param-x': 'y', 'mcp-session-id': 'z' }],
];

test('header fields must repeat what the body says', async (t) => {
  const { url } = await edge(t, {
    call: () => ({ reply: Promise.resolve({ kind: 'result', json: Buffer.from('{}') }), cancel() {} }),
  });
  for (const [what, expected, headers, params = { name: 'echo' }] of HEADERS) {
    const body = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { ...params, _meta: modernMeta() } };
    const all = { 'mcp-protocol-version': '2026-07-28', ...headers };
    const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const { status, text } = await post(url, body, Object.fromEntries(given));
    const { id, error } = JSON.parse(text);
    assert.deepEqual([status, error?.code ?? 'ok', id], [expected === 'ok' ? 200 : 400, expected, 1], what);
  }
});

test('a request without what every request carries must be refused as malformed', async (t) => {
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

test('a version that is not spoken must be answered with those that are', async (t) => {
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

test('methods that this era has not must be 404 with -32601', async (t) => {
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

test('notifications are taken, and what clients of this era never send is refused', async (t) => {
  const { url } = await edge(t);
  const version = { 'mcp-protocol-version': '2026-07-28' };
  const status = async (body: unknown, headers: Record<string, string> = version) =>
    (await post(url, JSON.stringify(body), headers)).status;
  const notification = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } };
  assert.equal(await status(notification), 202);
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

test('each era must see definitions without what only the other has', async (t) => {
  const { url } = await edge(t);
  const modern = (await ask(url, 'tools/list')).text;
  assert.ok(modern.includes('{"name":"old","inputSchema":{"type":"object"},"x":1.0}'), modern);
  const session = await openSession(url);
  const legacy = await post(url, { jsonrpc: '2.0', id: 1, method: 'tools/list' }, session);
  assert.ok(legacy.text.includes(OLD.json));
});

const RESULTS: [method: string, params: object, own: string, shown: string][] = [
  ['tools/call', { name: 'echo' }, '{}', `{"resultType":"complete","_meta":{${INFO}}}`],
  ['tools/call', { name: 'echo' }, '{"a":1.0}', `{"resultType":"complete","_meta":{${INFO}},"a":1.0}`],
  [
    'prompts/get',
    { name: 'p' },
    '{"messages":[],"_meta": {"x":{"_meta":1}}}',
    `{"resultType":"complete","messages":[],"_meta": {${INFO},"x":{"_meta":1}}}`,
  ],
  [
    'resources/read',
    { uri: 'test://r' },
    '{"contents":[{"_meta":{}}],"_meta":{}}',
    `{"resultType":"complete","ttlMs":0,"cacheScope":"private","contents":[{"_meta":{}}],"_meta":{${INFO}}}`,
  ],
];

test('results of legacy servers must be completed in front of their own text', async (t) => {
  const { url, received } = await edge(t);
  for (const [method, params, own, shown] of RESULTS) {
    const answer = ask(url, method, { ...params });
    const call = await received();
    assert.equal(call.era, 'modern');
    assert.deepEqual(JSON.parse(call.params)._meta, modernMeta());
    call.answer('result', own);
    const { status, headers, text } = await answer;
    assert.deepEqual([status, headers['content-type']], [200, 'application/json']);
    assert.equal(text, `{"jsonrpc":"2.0","id":7,"result":${shown}}`);
  }
});

test('replies that are modern already must pass as they are', async (t) => {
  const { url, received } = await edge(t);
  const asking = '{"resultType":"input_required",  "requestState":"s"}';
  for (const [kind, json, status] of [
    ['result', asking, 200],
    ['error', '{"code":-32021,"message":"m","data":{"requiredCapabilities":{"sampling":{}}}}', 400],
    ['error', '{"code":-32602,"message":"m"}', 200],
  ] as const) {
    const answer = ask(url, 'tools/call', { name: 'echo', requestState: 'theirs', inputResponses: {} });
    const call = await received();
    assert.equal(JSON.parse(call.params).requestState, 'theirs');
    call.answer(kind, json, 'modern');
    const { text, status: seen } = await answer;
    assert.deepEqual([seen, text], [status, `{"jsonrpc":"2.0","id":7,"${kind}":${json}}`]);
  }
});

const URLS = {
  code: -32042,
  message: 'm',
  data: { elicitations: [{ mode: 'url', elicitationId: 'e', url: 'https://x.test/', message: 'visit' }] },
};
const ERRORS: [legacy: object, code: number, status: number, capabilities?: object][] = [
  [{ code: -32002, message: 'gone', data: { uri: 'u' } }, -32602, 200],
  [{ code: -32000, message: 'own' }, -32000, 200],
  [{ code: -32050, message: 'own' }, -32603, 200],
  [{ code: -32022, message: 'own' }, -32603, 200],
  [{ code: 42, message: 'own' }, 42, 200],
  [URLS, -32021, 400, { elicitation: {} }],
];

test('error codes of older revisions must not reach modern clients', async (t) => {
  const { url, received } = await edge(t);
  for (const [legacy, code, status, capabilities] of ERRORS) {
    const answer = ask(url, 'tools/call', { name: 'echo' }, { meta: modernMeta(capabilities) });
    (await received()).answer('error', JSON.stringify(legacy));
    const { text, status: seen } = await answer;
    assert.deepEqual([errorOf(text).code, seen], [code, status], text);
    if (code !== -32021) assert.deepEqual(errorOf(text), { ...legacy, code });
    else assert.deepEqual(errorOf(text).data, { requiredCapabilities: { elicitation: { url: {} } } });
  }
});

test('URLs to be visited are asked for in the answer where the client can show them', async (t) => {
  const { url, received } = await edge(t);
  const meta = modernMeta({ elicitation: { form: {}, url: {} } });
  const answer = ask(url, 'tools/call', { name: 'echo' }, { meta });
  (await received()).answer('error', JSON.stringify(URLS));
  assert.deepEqual(JSON.parse((await answer).text).result, {
    resultType: 'input_required',
    inputRequests: {
      url1: {
        method: 'elicitation/create',
        params: { mode: 'url', url: 'https://x.test/', message: 'visit' },
      },
    },
  });
});

test('what nobody serves is an error that says what is meant', async (t) => {
  const { url } = await startEdge(t, {
    sources: [source('s', parts, ''), source('o', { ...parts, tools: [] })],
  });
  const tool = errorOf((await ask(url, 'tools/call', { name: 'ech' })).text);
  assert.deepEqual([tool.code, /did you mean echo/.test(tool.message)], [-32602, true]);
  const resource = errorOf((await ask(url, 'resources/read', { uri: 'nobody://x' })).text);
  assert.deepEqual([resource.code, resource.data], [-32602, { uri: 'nobody://x' }]);
});

test('a client that closes the stream must have its call cancelled, and only then', async (t) => {
  const { url, received, ended } = await edge(t);
  const abort = new AbortController();
  const body = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name: 'echo', _meta: modernMeta() },
  });
  const headers = { ...POST_HEADERS, ...modernHeaders('tools/call', { name: 'echo' }) };
  const answer = fetch(url, { method: 'POST', headers, body, signal: abort.signal });
  const call = await received();
  abort.abort();
  await assert.rejects(answer);
  assert.match((await call.cancelled) ?? '', /closed the stream/);
  await turn();
  assert.deepEqual(ended, [call.sessionId]);
});

test('progress and the log messages asked for must precede the result on the same stream', async (t) => {
  const { url, received, edge: running } = await edge(t);
  const log = (level: string) => JSON.stringify({ level, data: level });
  for (const wanted of [undefined, 'warning']) {
    const more = { progressToken: 'p', ...(wanted ? { 'io.modelcontextprotocol/logLevel': wanted } : {}) };
    const answer = ask(url, 'tools/call', { name: 'echo' }, { meta: modernMeta({}, more) });
    const call = await received();
    call.progress('{"progressToken":"p","progress":1}');
    call.say('notifications/message', log('info'));
    call.say('notifications/message', log('error'));
    const own = { serverName: 's', method: 'notifications/message', params: Buffer.from(log('alert')) };
    running.notify({ ...own, sessionId: call.sessionId });
    running.notify(own);
    call.answer('result', '{}');
    const { headers, text } = await answer;
    assert.equal(headers['content-type'], 'text/event-stream');
    assert.equal(headers['x-accel-buffering'], 'no');
    const seen = [...text.matchAll(/^data: (.*)$/gm)].map(([, data = '']) => JSON.parse(data));
    const said = seen.filter((it) => it.method === 'notifications/message').map((it) => it.params.level);
    assert.deepEqual(said, wanted ? ['error', 'alert'] : []);
    assert.equal(seen[0].params.progressToken, 'p');
    assert.equal(seen.at(-1).result.resultType, 'complete');
  }
});

test('every request must be on its own: no session is begun, and what it began is over with it', async (t) => {
  const harness = await edge(t);
  const { url, received, ended } = harness;
  const session = await openSession(url);
  const answers = [1, 2].map(() => ask(url, 'tools/call', { name: 'echo' }, { headers: session }));
  const calls = [await received(), await received()];
  assert.notEqual(calls[0]?.sessionId, calls[1]?.sessionId);
  assert.ok(!calls.some(({ sessionId }) => sessionId === session['mcp-session-id']));
  assert.deepEqual(
    calls.map(({ capabilities }) => capabilities),
    [undefined, undefined],
  );
  for (const call of calls) call.answer('result', '{}');
  for (const { headers } of await Promise.all(answers)) assert.equal(headers['mcp-session-id'], undefined);
  assert.deepEqual([...ended].sort(), calls.map(({ sessionId }) => sessionId).sort());
  assert.equal(harness.edge.sessions(), 1);
  const meta = modernMeta({ sampling: { tools: {} }, experimental: {}, roots: {} });
  const asking = ask(url, 'tools/call', { name: 'echo' }, { meta });
  const call = await received();
  assert.equal(call.capabilities, '{"sampling":{"tools":{}},"roots":{}}');
  call.answer('result', '{}');
  await asking;
});

test('a legacy session beside it must go on as before', async (t) => {
  const { url, received } = await edge(t);
  const session = await openSession(url);
  const events = await openEvents(url, { headers: session });
  const answer = post(
    url,
    { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'echo' } },
    session,
  );
  const call = await received();
  assert.equal(call.era, undefined);
  call.answer('result', '{"a":1}');
  assert.equal((await answer).text, '{"jsonrpc":"2.0","id":1,"result":{"a":1}}');
  events.close();
});

test('whatever a modern client sends is answered, in JSON-RPC, with a status that the specification has', async (t) => {
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
      const named = 'name' in own ? { 'mcp-name': BASE64(String(own.name)) } : {};
      const { status, text } = await post(url, body, { ...modernHeaders(name), ...named });
      assert.ok([200, 400, 404].includes(status), `${status} ${text}`);
      const { id, result, error } = JSON.parse(text);
      assert.equal(id, 1);
      assert.ok(result?.resultType === 'complete' || Number.isInteger(error?.code), text);
    }),
    { numRuns: 400 },
  );
});
