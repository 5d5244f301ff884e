import assert from 'node:assert/strict';
import { test } from 'node:test';
import { named } from '../../catalog/fixtures.ts';
import { openSession, post, source, startEdge, status } from '../harness.ts';
import { fullEdge, STRANGE } from './legacy-edge.ts';

const VERSIONS: [requested: unknown, answered: string][] = [
  ['2024-11-05', '2024-11-05'],
  ['2025-03-26', '2025-03-26'],
  ['2025-06-18', '2025-06-18'],
  ['2025-11-25', '2025-11-25'],
  ['2026-07-28', '2025-11-25'],
  ['1.0', '2025-11-25'],
  [undefined, '2025-11-25'],
  [7, '2025-11-25'],
];

test('initialize echoes a version that is spoken, and offers the latest otherwise', async (t) => {
  const { url } = await startEdge(t);
  for (const [protocolVersion, answered] of VERSIONS) {
    const answer = await post(url, {
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: { protocolVersion },
    });
    assert.equal(JSON.parse(answer.text).result.protocolVersion, answered, String(protocolVersion));
  }
});

const initialize = async (url: string) =>
  JSON.parse((await post(url, { jsonrpc: '2.0', id: 1, method: 'initialize', params: {} })).text).result;

test('capabilities must cover what the view has, and what servers that are starting may bring', async (t) => {
  const able = source('able', { capabilities: { logging: {}, completions: {} }, instructions: 'Be able.' });
  const servers = [status('able'), status('plain')];
  const { url } = await startEdge(t, { sources: [able, source('plain')], servers });
  const lists = {
    tools: { listChanged: true },
    resources: { listChanged: true },
    prompts: { listChanged: true },
  };
  const all = await initialize(url);
  assert.deepEqual(all.capabilities, { ...lists, completions: {}, logging: {} });
  assert.equal(all.serverInfo.name, 'hive');
  assert.equal(all.instructions, '# able\n\nBe able.');
  const plain = await initialize(`${url}/plain`);
  assert.deepEqual(plain.capabilities, lists);
  assert.equal(plain.instructions, undefined);
  assert.equal((await initialize(`${url}/able`)).instructions, 'Be able.');
  servers[1] = status('plain', { state: 'starting' });
  assert.deepEqual((await initialize(`${url}/plain`)).capabilities, {
    ...lists,
    resources: { listChanged: true, subscribe: true },
    completions: {},
    logging: {},
  });
});

const LISTS: [method: string, result: string][] = [
  [
    'tools/list',
    `{"tools":[{"name":"u","inputSchema":{"type":"object"}},${STRANGE}]}`
      .replace('"u"', '"other_u"')
      .replace('"t"', '"s_t"'),
  ],
  ['resources/list', '{"resources":[{"uri":"file:///r","name":"r"}]}'],
  ['resources/templates/list', '{"resourceTemplates":[{"uriTemplate":"file:///{+path}","name":"t"}]}'],
  ['prompts/list', '{"prompts":[{"name":"s_p","inputSchema":{"type":"object"}}]}'],
];

for (const [method, result] of LISTS) {
  test(`${method} answers whole, byte for byte, and takes no cursor`, async (t) => {
    const { url, session } = await fullEdge(t);
    const answer = await post(url, { jsonrpc: '2.0', id: 1, method }, session);
    assert.equal(answer.text, `{"jsonrpc":"2.0","id":1,"result":${result}}`);
    const empty = await post(url, { jsonrpc: '2.0', id: 1, method, params: {} }, session);
    assert.equal(empty.text, answer.text);
    const paged = await post(url, { jsonrpc: '2.0', id: 1, method, params: { cursor: 'x' } }, session);
    assert.equal(JSON.parse(paged.text).error.code, -32602);
  });
}

test('without any server each list must be empty, under its own name', async (t) => {
  const { url } = await startEdge(t);
  const session = await openSession(url);
  for (const [method, result] of LISTS) {
    const answer = await post(url, { jsonrpc: '2.0', id: 1, method }, session);
    const [name] = Object.keys(JSON.parse(result));
    assert.equal(answer.text, `{"jsonrpc":"2.0","id":1,"result":{"${name}":[]}}`);
  }
});

test('a server’s own endpoint shows its tools without the prefix', async (t) => {
  const { url } = await fullEdge(t);
  const session = await openSession(`${url}/s`);
  const answer = await post(`${url}/s`, { jsonrpc: '2.0', id: 1, method: 'tools/list' }, session);
  assert.equal(answer.text, `{"jsonrpc":"2.0","id":1,"result":{"tools":[${STRANGE}]}}`);
});

const RAW = '{"a":1.0,"b":12345678901234567890,"c":"\\u00e9é\\/","d":[ 1e400,-0 ],"e":{"name":"s_t"}}';

const CALLS: [method: string, params: string, passed: string][] = [
  [
    'tools/call',
    `{"arguments":${RAW},"name":"s_t","_meta":{"progressToken":7}}`,
    `{"arguments":${RAW},"name":"t","_meta":{"progressToken":7}}`,
  ],
  [
    'tools/call',
    `{ "n\\u0061me" : "s\\u005ft" , "future":${RAW}}`,
    `{ "n\\u0061me" : "t" , "future":${RAW}}`,
  ],
  ['prompts/get', '{"name":"s_p","arguments":{"x":"1.0"}}', '{"name":"p","arguments":{"x":"1.0"}}'],
  ['resources/read', '{"uri":"file:///r"}', '{"uri":"file:///r"}'],
  ['resources/read', '{"uri":"file:///a/b"}', '{"uri":"file:///a/b"}'],
  [
    'completion/complete',
    '{"ref":{"type":"ref/prompt","name":"s_p"},"argument":{"name":"s_p","value":"1.0"}}',
    '{"ref":{"type":"ref/prompt","name":"p"},"argument":{"name":"s_p","value":"1.0"}}',
  ],
  [
    'completion/complete',
    '{"ref":{"type":"ref/resource","uri":"file:///{+path}"},"argument":{"name":"path","value":""}}',
    '{"ref":{"type":"ref/resource","uri":"file:///{+path}"},"argument":{"name":"path","value":""}}',
  ],
  ['tools/call', '{\n  "name": "s_t",\r\n  "arguments": {}\n}', '{   "name": "t",    "arguments": {} }'],
];

for (const [method, params, passed] of CALLS) {
  test(`${method} of ${JSON.stringify(params).slice(0, 50)} passes on every byte but the server’s own name`, async (t) => {
    const { url, session, received } = await fullEdge(t);
    const answer = post(url, `{"jsonrpc":"2.0","id":1,"method":"${method}","params":${params}}`, session);
    const call = await received();
    assert.deepEqual([call.serverName, call.method, call.params], ['s', method, passed]);
    call.answer('result', RAW);
    assert.equal((await answer).text, `{"jsonrpc":"2.0","id":1,"result":${RAW}}`);
  });
}

const IDS = ['1', '0', '-5', '1.0', '1e3', '12345678901234567890', '"a"', '""', '"\\u0061 é"', '"1"'];

test('ids must come back as the same bytes, with results and errors alike', async (t) => {
  const { url, session, received } = await fullEdge(t);
  for (const id of IDS) {
    for (const [kind, member] of [
      ['result', 'result'],
      ['error', 'error'],
    ] as const) {
      const answer = post(
        url,
        `{"method":"tools/call","params":{"name":"s_t"},"id": ${id} ,"jsonrpc":"2.0"}`,
        session,
      );
      (await received()).answer(kind, RAW);
      assert.equal((await answer).text, `{"jsonrpc":"2.0","id":${id},"${member}":${RAW}}`);
    }
    const ping = await post(url, `{"jsonrpc":"2.0","id":${id},"method":"ping"}`, session);
    assert.equal(ping.text, `{"jsonrpc":"2.0","id":${id},"result":{}}`);
  }
});

const REFUSED: [method: string, params: object, code: number, message: RegExp][] = [
  ['tools/call', { name: 't' }, -32602, /Unknown tool: t \(did you mean s_t\?\)/],
  ['tools/call', { name: 'S-T' }, -32602, /did you mean s_t\?/],
  ['tools/call', { name: 'othr_u' }, -32602, /did you mean other_u\?/],
  ['tools/call', { name: 'nothing_like_it' }, -32602, /list tools to see what there is/],
  [
    'tools/call',
    { name: 'down_x' },
    -32602,
    /server down has failed: it exited with code 1; fix: hive logs down/,
  ],
  ['tools/call', { name: 5 }, -32602, /needs a name/],
  ['tools/call', {}, -32602, /needs a name/],
  ['tools/call', { name: '__proto__' }, -32602, /Unknown tool/],
  ['prompts/get', { name: 'p' }, -32602, /Unknown prompt: p \(did you mean s_p\?\)/],
  ['resources/read', { uri: 5 }, -32602, /needs a uri/],
  ['completion/complete', { ref: { type: 'ref/prompt', name: 'x' } }, -32602, /Unknown prompt/],
  ['completion/complete', { ref: 'x' }, -32602, /ref\.type/],
  ['completion/complete', {}, -32602, /ref\.type/],
  ['logging/setLevel', { level: 'loud' }, -32602, /level must be one of debug, info/],
  ['logging/setLevel', {}, -32602, /level must be/],
  ['server/discover', {}, -32601, /Method not found: server\/discover/],
  ['toString', {}, -32601, /Method not found/],
  ['', {}, -32601, /Method not found/],
];

for (const [method, params, code, message] of REFUSED) {
  test(`${method || 'no method'} with ${JSON.stringify(params)} is refused with ${code} and the way out`, async (t) => {
    const { url, session } = await fullEdge(t);
    const answer = await post(url, { jsonrpc: '2.0', id: 'q', method, params }, session);
    assert.equal(answer.status, 200);
    const { id, error } = JSON.parse(answer.text);
    assert.equal(id, 'q');
    assert.equal(error.code, code);
    assert.match(error.message, message);
  });
}

test('an unknown resource must be an error that names the servers which are down', async (t) => {
  const both = { capabilities: { resources: {} } };
  const servers = [status('a'), status('b'), status('down', { state: 'starting' })];
  const { url } = await startEdge(t, { sources: [source('a', both), source('b', both)], servers });
  const session = await openSession(url);
  const answer = await post(
    url,
    { jsonrpc: '2.0', id: 1, method: 'resources/read', params: { uri: 'x://y' } },
    session,
  );
  const message = 'Resource not found: x://y (server down is starting)';
  assert.deepEqual(JSON.parse(answer.text).error, { code: -32002, message, data: { uri: 'x://y' } });
});

test('a session must be told what servers offer its era, once they are connected for it', async (t) => {
  const gate = Promise.withResolvers<void>();
  const begun: string[] = [];
  const onSessionBegin = (sessionId: string, scope: string): Promise<void> => {
    begun.push(sessionId, scope);
    return gate.promise;
  };
  const { url, publishLegacy } = await startEdge(t, {
    sources: [source('s')],
    servers: [status('s')],
    onSessionBegin,
  });
  const answer = post(`${url}/s`, { jsonrpc: '2.0', id: 1, method: 'initialize', params: {} });
  while (begun.length === 0) await new Promise(setImmediate);
  publishLegacy(source('s', { capabilities: { logging: {} }, instructions: 'Of the legacy era.' }));
  gate.resolve();
  const { headers, text } = await answer;
  const { capabilities, instructions } = JSON.parse(text).result;
  assert.deepEqual(begun, [headers['mcp-session-id'], 's']);
  assert.deepEqual([capabilities.logging, instructions], [{}, 'Of the legacy era.']);
});

test('lists for legacy clients must be theirs alone', async (t) => {
  const { url, publish, publishLegacy } = await startEdge(t, { sources: [source('s')] });
  const session = await openSession(url);
  const list = async (headers: Record<string, string>, meta: object): Promise<string[]> => {
    const params = { _meta: meta };
    const { text } = await post(url, { jsonrpc: '2.0', id: 2, method: 'tools/list', params }, headers);
    return JSON.parse(text).result.tools.map(({ name }: { name: string }) => name);
  };
  publish(source('s', { tools: named('both') }));
  publishLegacy(source('s', { tools: named('old') }));
  const version = '2026-07-28';
  const modern = { 'mcp-protocol-version': version, 'mcp-method': 'tools/list' };
  const meta = {
    'io.modelcontextprotocol/protocolVersion': version,
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  assert.deepEqual([await list(session, {}), await list(modern, meta)], [['s_old'], ['s_both']]);
});
