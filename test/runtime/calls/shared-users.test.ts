import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServerNotification } from '../../../src/model/calls.ts';
import { SharedUsers } from '../../../src/runtime/calls/shared-users.ts';
import { serving } from './harness.ts';

const LOG: ServerNotification = { serverName: 's', method: 'notifications/message' };

test('a log message must name the clients that have used its own instance, up to three', () => {
  const users = new SharedUsers();
  const [old, fresh] = [serving({}, {}), serving({}, {})];
  assert.equal(users.withUsers(old, LOG), LOG);
  for (const principal of ['a', 'a', 'b', 'c', 'd', 'e']) users.note(old, principal);
  users.note(fresh, 'a');
  assert.deepEqual([...(users.withUsers(old, LOG).users ?? [])], ['a', 'b', 'c']);
  assert.deepEqual([...(users.withUsers(fresh, LOG).users ?? [])], ['a']);
  const other = { ...LOG, method: 'notifications/resources/updated' };
  assert.equal(users.withUsers(old, other), other);
});
