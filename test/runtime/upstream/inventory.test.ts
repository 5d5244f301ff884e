import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { connect, HELLO, script, tool } from './harness.ts';

test('a burst of list_changed must cause one reading, and one notification if something differs', async () => {
  const { upstream, told } = await connect('changes-its-list');
  await upstream.call(tool({ names: ['a', 'b'], times: 7 })).reply;
  await told.until(() => told.inventories.length > 0);
  assert.deepEqual(
    told.inventories.map(({ tools }) => tools.map(({ key }) => key)),
    [['a', 'b']],
  );
  assert.equal(upstream.inventory, told.inventories[0]);
  assert.deepEqual(told.notifications, []);
  await upstream.close(1_000);
});

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('announcements must be gathered for 100 ms, an unchanged list not reported, and a list that fails kept', async () => {
  const clock = fakeClock(0);
  let list: object = { result: { tools: [{ name: 'a' }] } };
  const { open, sent, say } = script({ ...HELLO, 'tools/list': () => list });
  const { upstream, told } = await connect('s', { open, clock });
  const looks = (): number => sent.filter(({ method }) => method === 'tools/list').length;
  const changed = { method: 'notifications/tools/list_changed' };

  for (let i = 0; i < 5; i++) say(changed);
  clock.advance(99);
  assert.equal(looks(), 1);
  clock.advance(1);
  await settle();
  assert.equal(looks(), 2);
  assert.equal(told.inventories.length, 0);

  list = { error: { code: -32603, message: 'busy' } };
  say(changed);
  clock.advance(100);
  await settle();
  assert.equal(told.inventories.length, 0);
  assert.deepEqual(
    upstream.inventory.tools.map(({ key }) => key),
    ['a'],
  );

  list = { result: { tools: [{ name: 'a', description: 'new' }] } };
  say(changed);
  clock.advance(100);
  await settle();
  assert.equal(told.inventories.length, 1);

  say(changed);
  await upstream.close(0);
  clock.advance(100);
  assert.equal(looks(), 4);
});

test('other notifications must be passed on with their params untouched', async () => {
  const { open, say } = script(HELLO);
  const { upstream, told } = await connect('s', { open });
  say({ method: 'notifications/message', params: { level: 'info', data: 'ä' } });
  say({ method: 'notifications/resources/updated', params: { uri: 'r://1' } });
  say({ method: 'notifications/cancelled', params: { requestId: 1 } });
  assert.deepEqual(
    told.notifications.map(({ serverName, method, params }) => [serverName, method, params?.toString()]),
    [
      ['s', 'notifications/message', '{"level":"info","data":"ä"}'],
      ['s', 'notifications/resources/updated', '{"uri":"r://1"}'],
    ],
  );
  await upstream.close(0);
});

test('flaws of a list must be kept until it is read without them, and their change be a change', async () => {
  const clock = fakeClock(0);
  const good = { name: 'a', inputSchema: { type: 'object' } };
  let tools: unknown[] = [good, { name: 'b', inputSchema: 5 }];
  const { open, say } = script({ ...HELLO, 'tools/list': () => ({ result: { tools } }) });
  const { upstream, told } = await connect('s', { open, clock });
  const named = [
    { list: 'tools', name: 'b', what: 'inputSchema is not a JSON Schema of an object', isLeftOut: true },
  ];
  assert.deepEqual(upstream.inventory.flaws, { tools: { mended: 0, leftOut: 1, named } });
  tools = [good];
  say({ method: 'notifications/tools/list_changed' });
  clock.advance(100);
  await settle();
  assert.equal(told.inventories.length, 1);
  assert.equal('flaws' in upstream.inventory, false);
  await upstream.close(0);
});
