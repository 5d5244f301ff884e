import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
} from '@modelcontextprotocol/client';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { container, createStack, native } from '../helpers/hive.ts';
import { pidsOf, untilLeft } from '../helpers/processes.ts';
import { eventually } from '../helpers/tools.ts';

/** An argument that only processes of this test have. */
const MARKER = `--marker-${process.pid}`;

const KINDS = [
  ['native', native],
  ['container', container],
] as const;

async function count(client: Client): Promise<string> {
  const { content } = await client.callTool({ name: 's_count', arguments: {} });
  return (content as { text: string }[])[0]?.text ?? '';
}

for (const [kind, make] of KINDS) {
  test(`isolation: session must keep each session's state private, ${kind}`, async (t) => {
    const stack = createStack(t, { servers: { s: { ...make('counts'), isolation: 'session' } } });
    const hive = await stack.up();
    await hive.untilServer('s', 'ready');
    const [one, other] = [await hive.client(), await hive.client()];
    assert.deepEqual(
      [await count(one), await count(one), await count(other), await count(one)],
      ['1', '2', '1', '3'],
    );
  });

  test(`isolation: call must give each call a fresh process, ${kind}`, async (t) => {
    const stack = createStack(t, { servers: { s: { ...make('counts'), isolation: 'call' } } });
    const hive = await stack.up();
    await hive.untilServer('s', 'ready');
    const client = await hive.client();
    assert.deepEqual(await Promise.all([count(client), count(client), count(client)]), ['1', '1', '1']);
  });

  test(`isolation: shared must use one process for all, ${kind}`, async (t) => {
    const stack = createStack(t, { servers: { s: make('counts') } });
    const hive = await stack.up();
    await hive.untilServer('s', 'ready');
    assert.deepEqual([await count(await hive.client()), await count(await hive.client())], ['1', '2']);
  });
}

test('the process of a session must end with it: by DELETE, and with the gateway', async (t) => {
  const stack = createStack(t, { servers: { s: { ...native('counts', MARKER), isolation: 'session' } } });
  const hive = await stack.up();
  await hive.untilServer('s', 'ready');
  const client = await hive.client();
  await count(client);
  await count(await hive.client());
  assert.equal(pidsOf(MARKER).length, 3);
  await (client.transport as unknown as { terminateSession(): Promise<void> }).terminateSession();
  await untilLeft(MARKER, 2);
  await hive.stop();
  await untilLeft(MARKER, 0);
});

test('a change of isolation alone must restart nothing', async (t) => {
  const stack = createStack(t, { servers: { s: container('counts') } });
  const hive = await stack.up();
  await hive.untilServer('s', 'ready');
  const before = await stack.containers();
  const client = await hive.client();
  await count(client);
  stack.save({ servers: { s: { ...container('counts'), isolation: 'call' } } });
  await untilCountsAnew(client);
  assert.deepEqual(await stack.containers(), before);
});

/** The edit has been applied once a call reaches a process that has not counted yet. */
async function untilCountsAnew(client: Client): Promise<void> {
  const deadline = Date.now() + 60_000;
  while ((await count(client)) !== '1') assert.ok(Date.now() < deadline, 'the edit never arrived');
}

for (const [kind, make] of KINDS) {
  test(`each request of a modern client must get a fresh process, started ahead, ${kind}`, async (t) => {
    const config = { ...make('counts', MARKER), isolation: 'session' };
    const stack = createStack(t, { servers: { s: config } });
    const hive = await stack.up();
    await hive.untilServer('s', 'ready');
    const client = new ModernClient(
      { name: 'test', version: '1' },
      { versionNegotiation: { mode: { pin: '2026-07-28' } } },
    );
    await client.connect(new ModernTransport(new URL(hive.url)));
    t.after(() => client.close());
    const call = async (): Promise<unknown> => {
      const { content } = await client.callTool({ name: 's_count', arguments: {} });
      return (content as { text: string }[])[0]?.text;
    };
    const shared = pidsOf(MARKER);
    assert.equal(await call(), '1');
    // A process in a container is surrounded by processes of the engine.
    const each = kind === 'native' ? 1 : undefined;
    if (each) await untilLeft(MARKER, shared.length + each);
    const spares = (): number[] => pidsOf(MARKER).filter((pid) => !shared.includes(pid));
    await eventually('one is started ahead', () => spares().length > 0);
    const spare = spares();
    assert.equal(await call(), '1');
    const isReplaced = (): boolean => spares().length === 1 && !spares().some((pid) => spare.includes(pid));
    if (each)
      await eventually('it was used, did not outlive its use, and another is started ahead', isReplaced);
    assert.deepEqual(await Promise.all([call(), call(), call()]), ['1', '1', '1']);
    await hive.stop();
    await untilLeft(MARKER, 0);
  });
}
