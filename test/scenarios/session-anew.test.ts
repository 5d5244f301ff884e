import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { container, createStack, SERVERS } from '../helpers/hive.ts';

async function remote(t: TestContext) {
  const child = spawn(process.execPath, [join(SERVERS, 'http.mjs')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(async () => {
    child.kill();
    await once(child, 'exit');
  });
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  return { url: `http://127.0.0.1:${String(port).trim()}/mcp` };
}

async function connected(t: TestContext, url: string, capabilities: object) {
  const client = new Client({ name: 'test', version: '1' }, { capabilities });
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  t.after(() => client.close());
  return async (args: object) => {
    const { structuredContent } = await client.callTool({ name: 'away_echo', arguments: { ...args } });
    return structuredContent as { marks: unknown[]; held: number };
  };
}

const contained = async () => ({ ...container('http', '3000', '0.0.0.0'), transport: 'http', port: 3000 });

for (const [whose, capabilities, make] of [
  ['that clients share', {}, remote],
  ['of one client', { roots: {} }, remote],
  ['that clients share with a container, which goes on,', {}, contained],
] as const)
  test(`calls in a session ${whose} that the server has lost (404) must be repeated in a new one, each once`, async (t) => {
    const away = { ...(await make(t)), timeouts: { drain: '10m' } };
    const hive = await createStack(t, { servers: { away } }).up();
    await hive.untilServer('away', 'ready');
    const call = await connected(t, hive.url, capabilities);
    const underWay = call({ hold: true, mark: 'under way' });
    while ((await call({})).held === 0);
    const made: unknown[] = ['under way'];
    // More often than a server may fail in a minute without a growing pause.
    for (const round of [1, 2, 3]) {
      await call({ forget: true });
      const marks = [1, 2, 3].map((n) => `${round}.${n}`);
      await Promise.all(marks.map((mark) => call({ mark })));
      made.push(...marks);
    }
    const { marks } = await call({ release: true });
    assert.deepEqual(marks.toSorted(), made.toSorted());
    // The call was made in the first session, which stayed open while others were lost.
    assert.ok(await underWay);
    const [status] = (await hive.control.status()).servers;
    assert.deepEqual([status?.state, status?.restarts], ['ready', 0]);
  });

for (const [how, isRepeated] of [
  ['401', true],
  ['says', true],
  ['500', false],
  ['503', false],
] as const)
  test(`a session that the server has lost (${how}) must be begun anew, and what may have had an effect not be repeated`, async (t) => {
    const { url } = await remote(t);
    const hive = await createStack(t, { servers: { away: { url: `${url}?forgets=${how}` } } }).up();
    await hive.untilServer('away', 'ready');
    const call = await connected(t, hive.url, {});
    await call({ forget: true, mark: 1 });
    const second = call({ mark: 2 });
    if (isRepeated) await second;
    else await assert.rejects(second, /no longer accepts the session.*call again/s);
    const { marks } = await call({ mark: 3 });
    assert.deepEqual(marks, isRepeated ? [1, 2, 3] : [1, 3]);
    const [status] = (await hive.control.status()).servers;
    assert.deepEqual([status?.state, status?.restarts], ['ready', 0]);
    await call({ forget: 'all' });
    await assert.rejects(call({}));
    await assert.rejects(call({}));
    const stateNow = async () => (await hive.control.status()).servers[0]?.state;
    while ((await stateNow()) === 'ready');
  });
