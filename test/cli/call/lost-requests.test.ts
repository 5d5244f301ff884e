/** Requests whose stream ends without an answer. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JSONRPCMessage, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { endLostRequests, LOST } from '../../../src/cli/call/lost-requests.ts';

type Sent = Parameters<StreamableHTTPClientTransport['send']>;

test('a request must be answered with an error once its stream has ended, a notification must not', async () => {
  const sent: Sent[] = [];
  const got: JSONRPCMessage[] = [];
  const transport = {
    async send(...args: Sent) {
      sent.push(args);
    },
    onmessage: (message: JSONRPCMessage) => void got.push(message),
  };
  endLostRequests(transport);
  await transport.send({ jsonrpc: '2.0', id: 7, method: 'tools/call' }, { resumptionToken: 'kept' });
  await transport.send({ jsonrpc: '2.0', method: 'notifications/cancelled' });
  assert.equal(sent[0]?.[1]?.resumptionToken, 'kept');
  for (const [, options] of sent) options?.onRequestStreamEnd?.();
  assert.deepEqual(
    got.map((it) => 'error' in it && [it.id, it.error.code]),
    [[7, LOST]],
  );
});
