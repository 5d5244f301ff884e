/** Chaos clients that follow resources: what a gateway does not acknowledge is asked for again, and no more often. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Connection, follow } from './clients/connection.ts';
import { Inbox } from './clients/inbox.ts';
import type { Message, Transport } from './clients/message.ts';
import { Ledger } from './ledger.ts';

test('a gateway that is slow to acknowledge must not get more and more subscriptions', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let sent = 0;
  const transport: Transport = {
    isOpen: true,
    async send({ method }: Message) {
      if (method !== 'subscriptions/listen') return;
      sent += 1;
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      throw new Error('too late');
    },
    close: async () => {},
  };
  follow(new Connection('modern HTTP', new Inbox('c', new Ledger()), transport), ['watch://a', 'watch://b']);
  for (let second = 0; second < 60; second += 1) {
    t.mock.timers.tick(1_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.ok(sent > 5 && sent <= 31, `${sent} subscriptions in a minute`);
});
