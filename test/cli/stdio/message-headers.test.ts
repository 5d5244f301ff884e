import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMessageHeaders } from '../../../src/cli/stdio/message-headers.ts';
import { readEnvelope } from '../../../src/wire/envelope.ts';

const _meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' };

/**
 * The `mcp-method` header of each message, one after the other; undefined for a message of the legacy era.
 */
function methods(...messages: object[]): (string | undefined)[] {
  const headersOf = createMessageHeaders();
  return messages.map((message) => {
    const bytes = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
    return headersOf(bytes, readEnvelope(bytes) as NonNullable<ReturnType<typeof readEnvelope>>)?.[
      'mcp-method'
    ];
  });
}

test('a message that names its version must get the headers of the modern era, another one none', () => {
  assert.deepEqual(
    methods(
      { id: 1, method: 'tools/list', params: { _meta } },
      { id: 2, method: 'tools/list' },
      { id: 3, method: 'initialize', params: { protocolVersion: '2025-11-25' } },
      { id: 4, result: {} },
    ),
    ['tools/list', undefined, undefined, undefined],
  );
});

test('a cancellation must have the era of the request that it cancels', () => {
  const cancel = (requestId: unknown): object => ({
    method: 'notifications/cancelled',
    params: { requestId },
  });
  assert.deepEqual(
    methods(
      { id: 1, method: 'tools/call', params: { _meta } },
      { id: 2, method: 'tools/call' },
      cancel(1),
      cancel(2),
      cancel('1'),
    ).slice(2),
    ['notifications/cancelled', undefined, undefined],
  );
});

test('ids that are remembered must be bounded, and the newest ones kept', () => {
  const requests = Array.from({ length: 1_500 }, (_, id) => ({ id, method: 'ping', params: { _meta } }));
  const cancels = [0, 1_499].map((requestId) => ({
    method: 'notifications/cancelled',
    params: { requestId },
  }));
  assert.deepEqual(methods(...requests, ...cancels).slice(-2), [undefined, 'notifications/cancelled']);
});
