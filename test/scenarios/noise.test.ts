import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServerStatus } from '../../src/model/status.ts';
import { container, createStack, native } from '../helpers/hive.ts';

/** What each server prints besides messages: the lines that are counted, and what `hive logs` shows of them. */
const NOISE: Readonly<Record<string, { lines: number; shown?: RegExp }>> = {
  'banner-on-stdout': { lines: 4, shown: /noise .*=== My MCP server v1\.2 ===/ },
  'glued-banner': { lines: 1, shown: /noise .*Loading…/ },
  bom: { lines: 0 },
  crlf: { lines: 0 },
  'pretty-printed': { lines: 0 },
  'split-utf8': { lines: 0 },
  'string-ids': { lines: 0 },
};
const TEXT = { text: 'žluťoučký 🐎\u2028\r\n\t"\\ \u0000 }{ ][', nested: [{ a: null }, 1.5, true] };

for (const [where, place] of Object.entries({ natively: native, 'in a container': container }))
  test(`whatever a server prints around its messages ${where}, results must be exact and the noise be told`, async (t) => {
    const names = Object.keys(NOISE);
    const stack = createStack(t, { servers: Object.fromEntries(names.map((name) => [name, place(name)])) });
    const hive = await stack.up();
    await hive.until('all are ready', ({ servers }) => servers.every((it) => it.state === 'ready'));
    const client = await hive.client();
    for (const name of names) {
      const result = await client.callTool({ name: `${name}_echo`, arguments: TEXT });
      assert.deepEqual(result, { content: [], structuredContent: TEXT }, name);
    }
    const { stdout } = await stack.hive('ps', '--json');
    const { servers } = JSON.parse(stdout) as { servers: ServerStatus[] };
    for (const { serverName, noise, restarts } of servers) {
      const { lines, shown } = NOISE[serverName] ?? { lines: -1 };
      assert.equal(noise.lines, lines, `${serverName}: ${JSON.stringify(noise)}`);
      assert.equal(noise.bytes > 0, lines > 0, serverName);
      assert.equal(restarts, 0);
      const logs = (await stack.hive('logs', serverName)).stdout;
      if (shown) assert.match(logs, shown);
      else assert.doesNotMatch(logs, / noise /);
    }
    const table = (await stack.hive('ps')).stdout;
    assert.match(table, /banner-on-stdout .* 4 lines/);
  });

test('a message of 50 MB must come through whole, from a container and natively', async (t) => {
  const servers = { box: { ...container('huge-message'), memory: '1g' }, proc: native('huge-message') };
  const stack = createStack(t, { servers });
  const hive = await stack.up();
  await hive.until('all are ready', (it) => it.servers.every(({ state }) => state === 'ready'));
  const client = await hive.client();
  const bytes = 50 * 1024 * 1024;
  for (const name of ['box_echo', 'proc_echo']) {
    const { content } = await client.callTool({ name, arguments: { bytes } });
    const [{ text }] = content as [{ text: string }];
    assert.equal(text.length, bytes);
    assert.ok(/^x+$/.test(text), name);
  }
});
