/** Two gateways, each a server of the other: one of the entries fails, and nothing grows without end. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStack, native } from '../helpers/hive.ts';

test('of two gateways that serve each other one must refuse the other, and say which entry to take out', async (t) => {
  const one = createStack(t, { servers: { echo: native('echo') } });
  const first = await one.up();
  const two = createStack(t, { servers: { own: native('echo'), first: { url: first.url } } });
  const second = await two.up();
  await second.untilServer('first', 'ready');
  await second.untilServer('own', 'ready');
  one.save({ servers: { echo: native('echo'), second: { url: second.url } } });
  const { code, reason, hint } = await first.untilServer('second', 'failed');
  assert.equal(code, 'SERVER_MIRRORS');
  assert.match(reason ?? '', /is a gateway that has this one among its servers: each would mirror the other/);
  assert.match(hint ?? '', /^take this entry out, or the entry of the other gateway that leads back here$/);
  const { tools } = await (await second.client()).listTools();
  assert.deepEqual(tools.map(({ name }) => name).sort(), ['first_echo_echo', 'own_echo']);
});
