/** Random HTTP requests as bytes: right ones, almost right ones, and wrong ones. */
import fc from 'fast-check';
import { modernMeta } from '../../edge/harness.ts';
import { mutate, mutations, utf8Text } from '../byte-text.ts';

/** Stands for the id of a session that the checker opened. */
export const SESSION = '@SESSION@';

const METHODS = [
  'GET',
  'DELETE',
  'OPTIONS',
  'PUT',
  'PATCH',
  'HEAD',
  'TRACE',
  'CONNECT',
  'QUERY',
  'post',
  'X',
];
const TARGETS = [
  '/mcp/s',
  '/mcp/nobody',
  '/mcp/',
  '/sse',
  '/sse/s',
  '/health',
  '/ready',
  '/metrics',
  '/',
  '*',
  '//mcp',
  '/mcp?x=1',
  '/mcp/%',
  '/mcp/%00',
  '/mcp/..%2f',
  'http://127.0.0.1/mcp',
  'http://evil.example/mcp',
  'mcp',
  '/.well-known/oauth-protected-resource',
  '/mcp/é',
  `/${'x'.repeat(5_000)}`,
];
const VERSIONS = ['HTTP/1.0', 'HTTP/2.0', 'HTTP/0.9', 'http/1.1', 'HTTP/1.1 ', 'HTTP/9'];

const target = fc.oneof(
  { weight: 3, arbitrary: fc.constant('/mcp') },
  { weight: 1, arbitrary: fc.constantFrom(...TARGETS) },
);
const method = fc.oneof(
  { weight: 4, arbitrary: fc.constant('POST') },
  { weight: 1, arbitrary: fc.constantFrom(...METHODS) },
);
const version = fc.oneof(
  { weight: 15, arbitrary: fc.constant('HTTP/1.1') },
  { weight: 1, arbitrary: fc.constantFrom(...VERSIONS) },
);

const host = fc.constantFrom(
  ...Array(8).fill('Host: localhost'),
  '',
  'Host: evil.example',
  'Host: a\r\nHost: b',
  'Host:',
  'Host: localhost:99999',
);
const NORMAL = ['Content-Type: application/json', 'Accept: application/json, text/event-stream'];
const extra = fc.constantFrom(
  `Mcp-Session-Id: ${SESSION}`,
  `Mcp-Session-Id: ${SESSION}`,
  `Mcp-Session-Id: ${SESSION}`,
  'Mcp-Session-Id: nobody',
  'MCP-Protocol-Version: 2025-11-25',
  'MCP-Protocol-Version: 2026-07-28',
  'Mcp-Method: tools/call',
  'Mcp-Name: s_echo',
  'Mcp-Param-Region: =?base64?w6k=?=',
  'Last-Event-ID: 1_1',
  'Last-Event-ID: x',
  'Origin: http://localhost:3000',
  'Origin: null',
  'Authorization: Bearer x',
  'Expect: 100-continue',
  'Expect: x',
  'Connection: close',
  'Connection: Upgrade\r\nUpgrade: websocket',
  'Upgrade: h2c',
  'Content-Encoding: gzip',
  'Content-Length: 3',
  'Content-Length: -1',
  'Content-Length: 0x10',
  'Content-Length: 99999999999999999999',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: gzip, chunked',
  'Transfer-Encoding: identity',
  'Trailer: x',
  ': x',
  'X',
  'X Y: 1',
  ' folded',
  'X: \0',
  'X: é',
  `X: ${'y'.repeat(20_000)}`,
  'Cookie: a=b',
);

const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {} },
};
const call = (params: object) => ({ jsonrpc: '2.0', id: 'x', method: 'tools/call', params });
const BODIES = [
  INITIALIZE,
  call({ name: 's_echo', arguments: { a: 1 } }),
  call({ name: 's_echo', _meta: { progressToken: 1 } }),
  call({ name: 's_echo', _meta: modernMeta() }),
  call({ name: 'nothing' }),
  [call({ name: 's_echo' }), INITIALIZE],
  { jsonrpc: '2.0', id: 1, method: 'tools/list' },
  { jsonrpc: '2.0', id: 2, method: 'tools/list', params: { _meta: modernMeta() } },
  { jsonrpc: '2.0', id: 3, method: 'resources/read', params: { uri: 'test://r' } },
  {
    jsonrpc: '2.0',
    id: 4,
    method: 'subscriptions/listen',
    params: { notifications: { toolsListChanged: true }, _meta: modernMeta() },
  },
  { jsonrpc: '2.0', id: 5, method: 'server/discover', params: { _meta: modernMeta() } },
  { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } },
  { jsonrpc: '2.0', id: 6, result: {} },
  [],
].map((body) => JSON.stringify(body));
const DAMAGE = [
  '"',
  '{',
  '}',
  '[',
  ',',
  ':',
  '\\',
  '\r\n',
  '\r\n\r\n',
  '\n',
  '\0',
  '\xff',
  'é',
  '0',
  ' ',
  '\t',
  'chunked',
  'Content-Length: 5\r\n',
  'POST /mcp HTTP/1.1\r\n',
];

const body = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...BODIES) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom(...BODIES), mutations(fc.constantFrom(...DAMAGE)))
      .map(([text, changes]) => mutate(text, changes)),
  },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 100 }) },
);

/** How a body is announced and written. */
const framed = fc
  .tuple(
    body.map(utf8Text),
    fc.constantFrom('length', 'length', 'length', 'chunked', 'chunks', 'none', 'short', 'long'),
  )
  .map(([text, how]) => {
    const hex = text.length.toString(16);
    switch (how) {
      case 'chunked':
        return { head: 'Transfer-Encoding: chunked', text: `${hex};x=y\r\n${text}\r\n0\r\nT: 1\r\n\r\n` };
      case 'chunks':
        return {
          head: 'Transfer-Encoding: chunked',
          text: `${[...text].map((byte) => `1\r\n${byte}\r\n`).join('')}0\r\n\r\n`,
        };
      case 'none':
        return { head: '', text };
      case 'short':
        return { head: `Content-Length: ${Math.max(0, text.length - 2)}`, text };
      case 'long':
        return { head: `Content-Length: ${text.length + 3}`, text };
      default:
        return { head: `Content-Length: ${text.length}`, text };
    }
  });

/** Bytes of one request. */
const request = fc
  .tuple(
    method,
    target,
    version,
    host,
    fc.shuffledSubarray(NORMAL, { minLength: 1 }),
    fc.array(extra, { maxLength: 3 }),
    framed,
  )
  .map(([verb, path, http, name, normal, more, { head, text }]) => {
    const headers = [name, ...normal, ...more, head].filter((line) => line !== '');
    return `${utf8Text(`${verb} ${path} ${http}\r\n${headers.map((line) => `${line}\r\n`).join('')}\r\n`)}${text}`;
  });

/** Bytes of what one client sends on a connection: requests in a row, some of them damaged. */
export const conversation: fc.Arbitrary<string> = fc
  .tuple(
    fc.array(request, { minLength: 1, maxLength: 4 }),
    fc.oneof(
      { weight: 2, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: mutations(fc.constantFrom(...DAMAGE)) },
    ),
  )
  .map(([requests, changes]) => mutate(requests.join(''), changes));
