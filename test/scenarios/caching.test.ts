/** Caching hints of servers (2026-07-28, server/utilities/caching). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { createStack, native } from '../helpers/hive.ts';
import { ERAS, pairing, rawClient } from '../helpers/raw-client.ts';
import { eventually } from '../helpers/tools.ts';

for (const era of ERAS) {
  const ends = pairing(era, 'modern');
  test(`an expired list must be read again when a client asks for it: ${ends}`, async (t) => {
    const hive = await createStack(t, { servers: { s: { ...native('aging'), prefix: '' } } }).up();
    await hive.untilServer('s', 'ready');
    const client = await rawClient(era, hive.url);
    const other = await hive.client();
    const announced = Promise.withResolvers<void>();
    other.setNotificationHandler(ToolListChangedNotificationSchema, () => announced.resolve());
    const list = async () => {
      const { result = {} } = await client.ask('tools/list');
      if (era === 'modern') assert.deepEqual([result.ttlMs, result.cacheScope], [0, 'private']);
      const [{ name }] = result.tools as [{ name: string }];
      return name;
    };
    const first = await list();
    await eventually('it is read again', async () => (await list()) !== first);
    await announced.promise;
  });
}
