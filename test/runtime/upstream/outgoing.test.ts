import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Link } from '../../../src/runtime/links/link.ts';
import { Outgoing } from '../../../src/runtime/upstream/outgoing.ts';

function link(log: string[], members: Partial<Link> = {}): Link {
  return {
    kind: 'child',
    send: async (message) => void log.push(String(message)),
    close: async (graceMs) => void log.push(`closed after ${graceMs}`),
    ...members,
  };
}

test('sending before the link is open must fail, and posting must not', async () => {
  const outgoing = new Outgoing('s');
  await assert.rejects(outgoing.send(Buffer.from('{}')), { code: 'SERVER_EXITED' });
  await outgoing.post(Buffer.from('{}'));
  assert.equal(outgoing.kind, undefined);
});

test('a link that opens after the connection was closed must be closed', async () => {
  const log: string[] = [];
  const outgoing = new Outgoing('s');
  await outgoing.close(10);
  outgoing.use(link(log));
  assert.deepEqual(log, ['closed after 0']);
});

test('a second close must wait for the first, and not close again', async () => {
  const log: string[] = [];
  const outgoing = new Outgoing('s');
  outgoing.use(link(log));
  assert.equal(outgoing.isClosing, false);
  await Promise.all([outgoing.close(10), outgoing.close(20)]);
  assert.deepEqual([log, outgoing.isClosing], [['closed after 10'], true]);
});

test('a cancellation must be a notification, but for modern HTTP, which closes the response', () => {
  const log: string[] = [];
  const outgoing = new Outgoing('s');
  outgoing.use(link(log, { abort: (id) => void log.push(`abort ${id}`) }));
  outgoing.cancel(7, 'timeout', 'modern');
  outgoing.cancel(8, 'timeout', 'legacy');
  const params = '{"requestId":8,"reason":"timeout"}';
  assert.deepEqual(log, [
    'abort 7',
    `{"jsonrpc":"2.0","method":"notifications/cancelled","params":${params}}`,
  ]);
});
