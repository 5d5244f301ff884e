import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { createStack, SERVERS } from '../helpers/hive.ts';

test('a remote server that has forgotten its session (404) must be connected anew, and its calls work again', async (t) => {
  const child = spawn(process.execPath, [join(SERVERS, 'http.mjs')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(async () => {
    child.kill();
    await once(child, 'exit');
  });
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  const url = `http://127.0.0.1:${String(port).trim()}/mcp`;
  const hive = await createStack(t, { servers: { away: { url } } }).up();
  await hive.untilServer('away', 'ready');
  const client = await hive.client();
  const call = (args = {}) => client.callTool({ name: 'away_echo', arguments: args });
  await call({ forget: true });
  await assert.rejects(call(), /its session is over \(HTTP 404\)/);
  await hive.until(
    'it is connected anew',
    ({ servers: [away] }) => away?.state === 'ready' && away.restarts > 0,
  );
  assert.ok((await call()).structuredContent);
});
