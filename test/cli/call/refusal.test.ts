/** Errors of `hive call`: a server's wrong answer is told in plain words, and never as the SDK's report. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { LOST } from '../../../src/cli/call/lost-requests.ts';
import { refusal } from '../../../src/cli/call/refusal.ts';
import { CallSession } from '../../../src/cli/call/session.ts';

const INITIALIZED = {
  protocolVersion: '2025-11-25',
  capabilities: { tools: {} },
  serverInfo: { name: 'gateway', version: '1' },
};
/** Answers each call with the result and in the form that its arguments name. */
const gateway = createServer(async (request, response) => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const { id, method, params } = JSON.parse(Buffer.concat(parts).toString() || '{}');
  if (id === undefined) return void response.writeHead(request.method === 'POST' ? 202 : 405).end();
  const { result, isStream } = method === 'initialize' ? { result: INITIALIZED } : params.arguments;
  const text = JSON.stringify({ jsonrpc: '2.0', id, result });
  response.setHeader('content-type', isStream ? 'text/event-stream' : 'application/json');
  response.end(isStream ? `event: message\ndata: ${text}\n\n` : text);
}).listen(0, '127.0.0.1');
await once(gateway, 'listening');
after(() => gateway.close());
const url = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}/mcp`;

for (const [what, result, place] of [
  ['no object', 'text', ''],
  ['nothing', null, ''],
  ['content that is no list', { content: 'text' }, ': content is missing or of a wrong kind'],
  ['a text without text', { content: [{ type: 'text' }] }, ': content.0 is missing or of a wrong kind'],
  [
    'content of a kind that does not exist',
    { content: [{ type: 'smell' }] },
    ': content.0 is missing or of a wrong kind',
  ],
] as const)
  for (const isStream of [false, true])
    test(`a wrong result must be told in plain words: ${what}, ${isStream ? 'in a stream' : 'as JSON'}`, async () => {
      const signal = AbortSignal.timeout(30_000);
      const session = await CallSession.open({ url, token: 't' }, undefined, signal);
      try {
        const called = session.call(
          { name: 'odd_tool', server: 'odd' },
          { result, isStream },
          { signal, onProgress() {} },
        );
        await assert.rejects(called, {
          code: 'SERVER_REFUSED',
          message: `odd answered with a result that MCP does not allow${place}`,
        });
      } finally {
        await session.close();
      }
    });

test('the error of an answer must be told without the words of the SDK', () => {
  assert.equal(refusal(new Error('MCP error -32602: no such thing'), 'odd').message, 'no such thing');
});

test('a lost answer must be told as the end of the gateway', () => {
  assert.equal(refusal(Object.assign(new Error('lost'), { code: LOST }), 'odd').code, 'NOT_RUNNING');
});

test('an error of the gateway must keep its code and fix, with its lines indented', () => {
  const text = 'odd exited with code 9\nlast lines of stderr:\n  boom\nfix: npx hive logs odd';
  const data = { code: 'SERVER_EXITED' };
  const error = refusal(Object.assign(new Error(`MCP error -31001: ${text}`), { data }), 'odd');
  assert.equal(error.code, 'SERVER_EXITED');
  assert.equal(error.message, 'odd exited with code 9\n  last lines of stderr:\n    boom');
  assert.equal(error.hint, 'npx hive logs odd');
});

test('an error of a server must be refused with its own text, whatever its data is', () => {
  for (const data of [undefined, null, 'SERVER_EXITED', { code: 9 }, { code: 'constructor' }]) {
    const error = refusal(Object.assign(new Error('no\nfix: rm'), { data }), 'odd');
    assert.deepEqual([error.code, error.message, error.hint], ['SERVER_REFUSED', 'no\n  fix: rm', undefined]);
  }
});
