/** Messages of clients that say a second time what Hive has read: no server gets them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallServer } from '../../src/model/calls.ts';
import { jsonText } from '../../src/model/text/json.ts';
import { named } from '../catalog/fixtures.ts';
import { modernHeaders, openEvents, openSession, post, send, source, startEdge } from './harness.ts';

const PARTS = {
  tools: named('safe'),
  prompts: named('p'),
  capabilities: { tools: {}, prompts: {}, resources: { subscribe: true }, completions: {}, tasks: {} },
};
/** Fails the test when a call reaches a server. */
const noCall: CallServer = (_name, { method, params }) => {
  throw new Error(`${method} reached the server with ${params}`);
};
const start = (t: Parameters<typeof startEdge>[0]) =>
  startEdge(t, { sources: [source('s', PARTS, '')], call: noCall });

const call = (params: string): string => `{"jsonrpc":"2.0","id":7,"method":"tools/call","params":${params}}`;

/** With the code of the refusal and the id in it. */
const REFUSED: [text: string, code: number, id: unknown][] = [
  [call('{"name":"safe","Name":"danger","arguments":{}}'), -32602, 7],
  [call('{"NAME":"danger","name":"safe"}'), -32602, 7],
  [call('{"name":"danger","name":"safe"}'), -32602, 7],
  [call('{"name":"safe","n\\u0061me":"safe"}'), -32602, 7],
  [call('{"name":"safe","n\\u0041me":"danger"}'), -32602, 7],
  [call('{"name":"safe","Arguments":{"a":1}}'), -32602, 7],
  [call('{"name":"safe","ta\u017f\u212a":{}}'), -32602, 7],
  [call('{"name":"safe","_meta":{"progressToken":1},"_Meta":{"progressToken":2}}'), -32602, 7],
  [call('{"name":"safe","_META":{"progressToken":2}}'), -32602, 7],
  [call('{"name":"safe","_meta":{"progressToken":1,"progre\u017f\u017fTo\u212aen":2}}'), -32602, 7],
  ['{"jsonrpc":"2.0","id":7,"method":"prompts/get","params":{"name":"p","namE":"q"}}', -32602, 7],
  ['{"jsonrpc":"2.0","id":7,"method":"resources/read","params":{"uri":"a:b","Uri":"c:d"}}', -32602, 7],
  ['{"jsonrpc":"2.0","id":7,"method":"resources/subscribe","params":{"uri":"a:b","URI":"c"}}', -32602, 7],
  ['{"jsonrpc":"2.0","id":7,"method":"tasks/get","params":{"taskId":"a","TaskID":"b"}}', -32602, 7],
  ['{"jsonrpc":"2.0","id":7,"method":"tools/list","params":{"Cursor":"a"}}', -32602, 7],
  [
    '{"jsonrpc":"2.0","id":7,"method":"logging/setLevel","params":{"level":"info","Level":"debug"}}',
    -32602,
    7,
  ],
  [
    '{"jsonrpc":"2.0","id":7,"method":"completion/complete","params":{"ref":{"type":"ref/prompt","name":"p","Name":"q"}}}',
    -32602,
    7,
  ],
  [
    `{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"safe"},"Params":{"name":"x"}}`,
    -32600,
    7,
  ],
  ['{"jsonrpc":"2.0","id":7,"method":"ping","Method":"tools/call"}', -32600, 7],
  ['{"jsonrpc":"2.0","id":7,"id":8,"method":"ping"}', -32600, null],
  ['{"jsonrpc":"2.0","id":7,"ID":8,"method":"ping"}', -32600, null],
  ['{"jsonrpc":"1.0","jsonrpc":"2.0","id":7,"method":"ping"}', -32600, 7],
  ['{"jsonrpc":"1.0","id":7,"method":"ping"}', -32600, 7],
  ['{"jsonrpc":2.0,"id":7,"method":"ping"}', -32600, 7],
  ['{"id":7,"method":"ping"}', -32600, 7],
  [
    '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1,"RequestId":2}}',
    -32602,
    null,
  ],
  ['{"jsonrpc":"2.0","id":3,"result":{},"Result":{}}', -32600, null],
  ['{"jsonrpc":"2.0","id":3,"error":{"code":1,"Code":2}}', -32602, null],
  ['{"id":3,"result":{}}', -32600, null],
];

const seen = ({ text }: { text: string }): unknown[] => {
  const { id, error } = JSON.parse(text);
  return [error?.code, id];
};

for (const [text, code, id] of REFUSED)
  test(`must be refused, and reach no server: ${text}`, async (t) => {
    const { url } = await start(t);
    const session = await openSession(url, '2025-03-26');
    const refused = await post(url, text, session);
    assert.equal(refused.status, 400);
    assert.deepEqual(seen(refused), [code, id]);
    const batch = await post(url, `[{"jsonrpc":"2.0","id":1,"method":"ping"},${text}]`, session);
    const [pong, part] = JSON.parse(batch.text);
    assert.deepEqual([pong.id, pong.result], [1, {}]);
    assert.deepEqual([part.error.code, part.id], [code, id]);
  });

const META =
  '"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}';

for (const params of [
  `{"name":"safe","Name":"danger",${META}}}`,
  `{"name":"safe",${META}},"_Meta":{}}`,
  `{"name":"safe",${META},"progresstoken":1}}`,
  `{"name":"safe",${META},"io.modelcontextprotocol/ProtocolVersion":"2025-06-18"}}`,
  `{"name":"safe",${META},"io.modelcontextprotocol/clientCapabilities":{"sampling":{}}}}`,
  `{"name":"safe","requestState":"a","RequestState":"b",${META}}}`,
  `{"name":"safe","inputResponses":{},"inputre\u017fponses":{},${META}}}`,
])
  test(`must be refused in the modern era: ${params}`, async (t) => {
    const { url } = await start(t);
    const refused = await post(url, call(params), modernHeaders('tools/call', { name: 'safe' }));
    assert.equal(refused.status, 400);
    assert.deepEqual(seen(refused), [-32602, 7]);
  });

test('over HTTP+SSE such a message must be refused too', async (t) => {
  const { url } = await start(t);
  const root = url.replace('/mcp', '');
  const events = await openEvents(`${root}/sse`);
  const endpoint = `${root}${await events.next()}`;
  const refused = await send(endpoint, { method: 'POST', body: call('{"name":"safe","Name":"danger"}') });
  assert.equal(refused.status, 400);
  assert.deepEqual(seen(refused), [-32602, 7]);
  events.close();
});

test('an argument that a header repeats must be said once, in either era', async (t) => {
  const region = { type: 'string', 'x-mcp-header': 'Region' };
  const inputSchema = { type: 'object', properties: { region } };
  const tools = [{ key: 'safe', json: JSON.stringify({ name: 'safe', inputSchema }) }];
  const { url } = await startEdge(t, {
    sources: [source('s', { era: 'modern', tools }, '')],
    call: (_name, { params }) => ({
      reply: Promise.resolve({ kind: 'result', json: params ?? jsonText('{}') }),
      cancel: () => {},
    }),
  });
  const params = (args: string, meta = ''): string => call(`{"name":"safe","arguments":{${args}}${meta}}`);
  const headers = { ...modernHeaders('tools/call', { name: 'safe' }), 'mcp-param-region': 'eu' };
  const session = await openSession(url);
  const twice = '"region":"eu","Region":"us"';
  assert.equal((await post(url, params('"region":"eu","Other":1,"other":2'), session)).status, 200);
  assert.deepEqual(seen(await post(url, params(twice), session)), [-32602, 7]);
  const modern = await post(url, params(twice, `,${META}}`), headers);
  assert.deepEqual(seen(modern), [-32602, 7]);
  const once = await post(url, params('"region":"eu"', `,${META}}`), headers);
  assert.match(once.text, /"result"/);
});
