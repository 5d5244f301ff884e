import assert from 'node:assert/strict';
import { test } from 'node:test';
import { container, createStack, native } from '../helpers/hive.ts';

/** Servers of test/servers with a faulty stdout, and whether their extra output counts as noise. */
const NOISY = {
  'banner-on-stdout': true,
  'glued-banner': true,
  bom: false,
  crlf: false,
  'split-utf8': false,
  'pretty-printed': false,
} as const;

const VALUE = { text: 'naïve – 日本 😀', number: 1, list: [null, true] };

for (const [kind, make] of [
  ['native', native],
  ['container', container],
] as const) {
  test(`stray output of servers must neither reach a client nor damage a result, ${kind}`, async (t) => {
    const names = Object.keys(NOISY);
    const stack = createStack(t, { servers: Object.fromEntries(names.map((name) => [name, make(name)])) });
    const hive = await stack.up();
    await hive.until('all are ready', ({ servers }) => servers.every((server) => server.state === 'ready'));
    const client = await hive.client();
    for (const name of names) {
      const { structuredContent } = await client.callTool({ name: `${name}_echo`, arguments: VALUE });
      assert.deepEqual(structuredContent, VALUE, name);
    }
    const { servers } = await hive.control.status();
    for (const [name, counts] of Object.entries(NOISY)) {
      const { noise } = servers.find((server) => server.serverName === name) ?? { noise: { lines: 0 } };
      assert.equal(noise.lines > 0, counts, `${name} printed ${noise.lines} lines of noise`);
    }
    const { stdout } = await stack.hive('logs', 'banner-on-stdout');
    assert.match(stdout, /noise .*My MCP server/);
    assert.match((await stack.hive('ps')).stdout, /banner-on-stdout .* 4 lines/);
    assert.match((await stack.hive('ps', '--json')).stdout, /"noise": \{\s+"lines": 4,/);
  });
}

test('a message of 50 MB must pass through a container intact, in both directions', async (t) => {
  const stack = createStack(t, { servers: { big: { ...container('echo'), memory: '1g' } } });
  const hive = await stack.up();
  await hive.untilServer('big', 'ready');
  const text = 'ä'.repeat(25 * 1024 * 1024);
  const { structuredContent } = await (await hive.client()).callTool({
    name: 'big_echo',
    arguments: { text },
  });
  assert.ok((structuredContent as { text: string }).text === text);
});
