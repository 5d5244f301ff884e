/** The memory of subscriptions is divided among clients, in small names or long ones. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type TopicKind, TopicTable } from '../../../src/runtime/calls/topic-table.ts';
import { callerOf } from '../../helpers/caller.ts';

const KIND: TopicKind = {
  subscribe: 's',
  unsubscribe: 'u',
  notification: 'n',
  key: 'uri',
  isAbout: () => true,
};

test('one long name must not take more than the share of its client', () => {
  const table = new TopicTable({ perCaller: 10, totalBytes: 10_000 });
  const add = (length: number, session: string): string =>
    table.add('s', KIND, 'x'.repeat(length), callerOf({ sessionId: session, principal: session }));
  // A name takes two bytes for each character, and 500 for itself.
  assert.equal(add(2_251, 'a'), 'full');
  assert.equal(add(2_250, 'a'), 'new');
  assert.equal(add(1_001, 'b'), 'full');
  assert.equal(add(1_000, 'b'), 'new');
});
