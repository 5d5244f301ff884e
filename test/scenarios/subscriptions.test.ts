import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Client, type ClientOptions, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { createStack } from '../helpers/hive.ts';

const URI = 'test://watched-resource';

async function connect(t: TestContext, url: string, options: ClientOptions) {
  const client = new Client({ name: 'test', version: '1' }, options);
  const waiting: (() => void)[] = [];
  client.setNotificationHandler('notifications/resources/updated', () => waiting.shift()?.());
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  t.after(() => client.close());
  return { client, updated: () => new Promise<void>((resolve) => waiting.push(resolve)) };
}

for (const era of ['legacy', 'modern'] as const) {
  test(`subscribers of a resource of a ${era} server must keep receiving updates after the server is replaced`, async (t) => {
    const program = join(import.meta.dirname, `../reference/${era}.mjs`);
    const server = { type: 'native', command: [process.execPath, program], prefix: '' };
    const stack = createStack(t, { servers: { reference: server } });
    const hive = await stack.up();
    const first = await hive.untilServer('reference', 'ready');
    const old = await connect(t, hive.url, {});
    await old.client.subscribeResource({ uri: URI });
    const modern = await connect(t, hive.url, { versionNegotiation: { mode: 'auto' } });
    await modern.client.listen({ resourceSubscriptions: [URI] });
    const update = async () => {
      const heard = Promise.all([old.updated(), modern.updated()]);
      await old.client.callTool({ name: 'test_update_resource', arguments: { uri: URI } });
      await heard;
    };
    await update();
    stack.save({ servers: { reference: { ...server, env: { ANOTHER: '1' } } } });
    await hive.until(
      'the new one serves',
      ({ servers: [it] }) => it?.state === 'ready' && it.pid !== first.pid,
    );
    await update();
    const second = await hive.untilServer('reference', 'ready');
    await stack.hive('restart', 'reference');
    await hive.until(
      'it is restarted',
      ({ servers: [it] }) => it?.state === 'ready' && it.pid !== second.pid,
    );
    await update();
    assert.equal(modern.client.getProtocolEra(), 'modern');
  });
}
