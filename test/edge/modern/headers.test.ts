import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, modernMeta, post } from '../harness.ts';
import { BASE64, edge, errorOf } from './modern-edge.ts';

type Row = [what: string, code: number | 'ok', headers: Record<string, string | undefined>, params?: object];
const CALL = { 'mcp-method': 'tools/call', 'mcp-name': 'echo' };
const ON_SQL = { 'mcp-method': 'tools/call', 'mcp-name': 'sql' };
const sql = (args: object) => ({ name: 'sql', arguments: args });
const HEADERS: Row[] = [
  ['all as it should be', 'ok', CALL],
  ['names in other case', 'ok', { 'MCP-METHOD': 'tools/call', 'Mcp-NAME': 'echo' }],
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
  [
    'bytes that no parameter may hold',
    -32020,
    { ...ON_SQL, 'mcp-param-region': '\xfc' },
    sql({ region: 'ü' }),
  ],
  [
    'base64 of no parameter',
    -32020,
    { ...ON_SQL, 'mcp-param-region': '=?base64?/w==?=' },
    sql({ region: 'ü' }),
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

test('header fields must repeat the body', async (t) => {
  const { url } = await edge(t, {
    call: () => ({ reply: Promise.resolve({ kind: 'result', json: Buffer.from('{}') }), cancel() {} }),
  });
  for (const [what, expected, headers, params = { name: 'echo' }] of HEADERS) {
    const body = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { ...params, _meta: modernMeta() } };
    const all = { 'mcp-protocol-version': '2026-07-28', ...headers };
    const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
    // There names are the server's own, with characters that no header may hold.
    const { status, text } = await post(`${url}/s`, body, Object.fromEntries(given));
    const { id, error } = JSON.parse(text);
    assert.deepEqual([status, error?.code ?? 'ok', id], [expected === 'ok' ? 200 : 400, expected, 1], what);
  }
});

test('the name in a request must be repeated in a header: of prompts, resources and tasks as well as tools', async (t) => {
  const { url, received } = await edge(t);
  for (const [method, params, name] of [
    ['prompts/get', { name: 'p' }, 'p'],
    ['resources/read', { uri: 'test://r' }, 'test://r'],
  ] as const) {
    for (const headers of [{ 'mcp-name': '' }, { 'mcp-name': 'other' }]) {
      const { status, text } = await ask(url, method, params, { headers });
      assert.deepEqual([status, errorOf(text).code], [400, -32020], method);
    }
    const answer = ask(url, method, params, { headers: { 'mcp-name': BASE64(name) } });
    (await received()).answer('result', '{}');
    assert.equal((await answer).status, 200);
  }
});
