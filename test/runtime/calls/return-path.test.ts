import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServerNotification, ServerRequest } from '../../../src/model/calls.ts';
import { type Json, jsonText } from '../../../src/model/text/json.ts';
import { addReturnPath } from '../../../src/runtime/calls/return-path.ts';
import { MODERN_CALLER } from '../../helpers/caller.ts';
import { requestOf, resultOf, SESSION, under } from './harness.ts';

function harness() {
  const asked: ServerRequest[] = [];
  const notified: ServerNotification[] = [];
  const { call, passed } = under(
    addReturnPath({
      askClient: async (request) => {
        asked.push(request);
        return resultOf('{"roots":[]}');
      },
      onNotification: (it) => void notified.push(it),
      logLevels: { of: (sessionId) => `level of ${sessionId}` },
    }),
  );
  return { asked, notified, call, passed };
}

test('a server’s request and notification during a legacy call must reach its session, which sets the log level', async () => {
  const { asked, notified, call, passed } = harness();
  call('s', requestOf('tools/call', { name: 'x' }), SESSION);
  const { request } = passed[0] ?? assert.fail();
  assert.deepEqual([request.params?.toString(), request.logLevel], ['{"name":"x"}', 'level of one']);
  request.onNotification?.('notifications/message', jsonText('{}'));
  const { signal } = new AbortController();
  const reply = await request.ask?.('roots/list', undefined, signal);
  assert.equal(reply?.json.toString(), '{"roots":[]}');
  assert.deepEqual(asked, [{ serverName: 's', sessionId: 'one', method: 'roots/list', signal }]);
  assert.deepEqual(notified, [
    { serverName: 's', sessionId: 'one', method: 'notifications/message', params: Buffer.from('{}') },
  ]);
});

test('a modern call must keep its own ways back, and be given no other', () => {
  const { call, passed } = harness();
  const received: unknown[] = [];
  const onNotification = (method: string, params?: Json): void => void received.push(method, `${params}`);
  const request = { ...requestOf('tools/call'), onProgress: () => {}, onNotification };
  call('s', request, MODERN_CALLER);
  const got = passed[0]?.request;
  assert.deepEqual([got?.ask, got?.logLevel], [undefined, undefined]);
  assert.ok(got?.onProgress === request.onProgress);
  got?.onNotification?.('notifications/message', jsonText('{"data":"\\u001b[2J"}'));
  assert.deepEqual(received, ['notifications/message', '{"data":"\\\\x1b[2J"}']);
});
