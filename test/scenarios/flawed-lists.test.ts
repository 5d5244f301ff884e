/** A server with definitions that official clients refuse must take nothing from the other servers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GatewayStatus } from '../../src/model/status.ts';
import { connectV1, connectV2 } from '../helpers/clients.ts';
import { createStack, native } from '../helpers/hive.ts';

const MENDED = [
  'no-schema',
  'empty-schema',
  'any-of',
  'null-properties',
  'nulls',
  'list-output',
  'lost-reference',
  'half-a-character',
];

test('one server’s flaws must be its own: every client lists all servers and calls what is mended', async (t) => {
  const stack = createStack(t, {
    servers: { a: native('echo'), b: native('flawed'), c: native('echo') },
  });
  const { url, until } = await stack.up();
  await until('all are ready', ({ servers }) => servers.every(({ state }) => state === 'ready'));
  const clients = [await connectV1(url), await connectV2(url), await connectV2(url, 'auto')];
  for (const { client, call, leave } of clients) {
    const names = (await client.listTools()).tools.map(({ name }) => name);
    assert.deepEqual(names, [
      'a_echo',
      'b_good',
      'b_dotted_name',
      ...MENDED.map((name) => `b_${name}`),
      'c_echo',
    ]);
    for (const name of MENDED) {
      const { content } = await call(`b_${name}`);
      assert.deepEqual(content, [{ type: 'text', text: name }]);
    }
    const { content } = await call('b_dotted_name');
    assert.deepEqual(content, [{ type: 'text', text: 'b.dotted/name' }]);
    assert.deepEqual(
      (await client.listResources()).resources.map(({ uri }) => uri),
      ['flawed://nameless'],
    );
    assert.equal((await client.listResourceTemplates()).resourceTemplates.length, 1);
    assert.equal((await client.listPrompts()).prompts.length, 1);
    await leave();
  }

  const { stdout: ps } = await stack.hive('ps');
  assert.match(ps, /\nb: 11 definitions mended and 2 definitions left out, .*: npx hive logs b\n/);
  assert.match(ps, /\n {4}tool no-schema: inputSchema becomes \{"type":"object"\}\n/);
  const status = JSON.parse((await stack.hive('ps', '--json')).stdout) as GatewayStatus;
  const flaws = status.servers.find(({ serverName }) => serverName === 'b')?.flaws;
  assert.deepEqual([flaws?.mended, flaws?.leftOut, flaws?.named.length], [11, 2, 13]);
  const left = flaws?.named.filter(({ isLeftOut }) => isLeftOut).map(({ list, name }) => [list, name]);
  assert.deepEqual(left, [
    ['tools', 'takes-a-list'],
    ['resources', 'no scheme'],
  ]);
  const { stdout: logs } = await stack.hive('logs', 'b');
  assert.match(logs, /tools\/list: takes-a-list is left out: inputSchema is not a JSON Schema of an object/);
  assert.match(logs, /tools\/list: nulls is mended for clients: .*null is taken out/);
  assert.match((await stack.hive('doctor')).stdout, / b +ready, 10 tools\n +11 definitions mended and 2/);
});
