/** The note of the process that has a lock: its length, and the wait for it. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, Socket } from 'node:net';
import { test } from 'node:test';
import { holdLock } from '../../src/setup/lock.ts';

test('of a note without an end the first 8192 characters must be taken', async (t) => {
  const name = randomUUID();
  const owner = createServer((socket) => {
    socket.on('error', () => {});
    socket.write('x'.repeat(20_000));
  });
  t.after(() => owner.close());
  owner.listen(`\0hive-${name}`);
  await once(owner, 'listening');
  assert.deepEqual(await holdLock(name, 'other'), { ownerNote: 'x'.repeat(8_192) });
});

test('an owner must have 2 s for its note', async (t) => {
  const { setTimeout } = Socket.prototype;
  const waits: number[] = [];
  t.mock.method(Socket.prototype, 'setTimeout', function (this: Socket, ms: number, late?: () => void) {
    waits.push(ms);
    return setTimeout.call(this, 20, late);
  });
  const name = randomUUID();
  const silent = createServer(() => {});
  t.after(() => silent.close());
  silent.listen(`\0hive-${name}`);
  await once(silent, 'listening');
  assert.deepEqual(await holdLock(name, 'note'), { ownerNote: '' });
  assert.deepEqual(waits, [2_000]);
});
