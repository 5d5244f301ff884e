/** A client is served in its own era where the server has both over HTTP, so that nothing is lost between the eras. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
} from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import {
  ElicitRequestSchema,
  LoggingMessageNotificationSchema,
  ResourceUpdatedNotificationSchema,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { createStack, type Running, type Stack } from '../helpers/hive.ts';

const BOTH = join(import.meta.dirname, '../reference/both.mjs');

interface Seen {
  readonly modern: number;
  readonly legacy: number;
  readonly begun: number;
  readonly deleted: number;
}

interface Both {
  readonly hive: Running;
  readonly stack: Stack;
  /** Requests that the server has seen, by era. */
  seen(): Promise<Seen>;
  /** Has the legacy era answer this HTTP status to everything; undefined: serve. */
  answer(status?: number): Promise<unknown>;
}

/** A gateway before a server of both eras. */
async function serve(t: TestContext, { answer, ...more }: Record<string, unknown> = {}): Promise<Both> {
  const child = spawn(process.execPath, [BOTH], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(async () => {
    child.kill();
    await once(child, 'exit');
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const url = line.toString().trim();
  const at = (path: string) => new URL(path, url);
  const both = {
    seen: async () => (await (await fetch(at('/seen'))).json()) as Seen,
    answer: (status?: number) => fetch(at(`/legacy${status ? `?answer=${status}` : ''}`), { method: 'POST' }),
  };
  if (typeof answer === 'number') await both.answer(answer);
  const stack = createStack(t, { servers: { s: { type: 'remote', url, prefix: '', ...more } } });
  const hive = await stack.up();
  const { protocolVersion } = await hive.untilServer('s', 'ready');
  assert.equal(protocolVersion, '2026-07-28');
  return { hive, stack, ...both };
}

/** A client of the SDK's first line. With a name, it answers forms with it. */
async function legacyClient(t: TestContext, { url }: Running, name?: string): Promise<Client> {
  const capabilities = name ? { elicitation: { form: {} } } : {};
  const client = new Client({ name: 'legacy', version: '1' }, { capabilities });
  if (name)
    client.setRequestHandler(ElicitRequestSchema, () => ({
      action: 'accept',
      content: { username: name, email: name },
    }));
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  t.after(() => client.close());
  return client;
}

async function modernClient(t: TestContext, { url }: Running): Promise<ModernClient> {
  const versionNegotiation = { mode: { pin: '2026-07-28' } } as const;
  const client = new ModernClient({ name: 'modern', version: '1' }, { versionNegotiation });
  await client.connect(new ModernTransport(new URL(url)));
  t.after(() => client.close());
  assert.equal(client.getProtocolEra(), 'modern');
  return client;
}

const textOf = (result: object): string => (result as { content: { text: string }[] }).content[0]?.text ?? '';
const namesOf = async (client: Client | ModernClient): Promise<string[]> =>
  (await client.listTools()).tools.map(({ name }) => name);

test('each client must see and call what the server offers its era, and a modern one without any session', async (t) => {
  const { hive, seen } = await serve(t);
  const modern = await modernClient(t, hive);
  const ofModern = await namesOf(modern);
  assert.equal(
    textOf(await modern.callTool({ name: 'test_streaming_elicitation' })),
    'Nothing but a result.',
  );
  assert.equal((await seen()).legacy, 0);

  const legacy = await legacyClient(t, hive, 'ada');
  const ofLegacy = await namesOf(legacy);
  assert.deepEqual(
    [ofModern, ofLegacy].map((names) => names.includes('test_structured_array')),
    [true, false],
  );
  // A tool that asks while it runs exists in the legacy era alone.
  const said = textOf(await legacy.callTool({ name: 'test_streaming_elicitation', arguments: {} }));
  assert.equal(said, 'User response: action=accept, content={"username":"ada","email":"ada"}');
  await assert.rejects(legacy.callTool({ name: 'test_structured_array' }), /Unknown tool/);
  assert.deepEqual(await namesOf(modern), ofModern);
});

test('a list change that the server announces must reach the clients of the era in which it does', async (t) => {
  const { hive } = await serve(t);
  const [modern, legacy] = [await modernClient(t, hive), await legacyClient(t, hive)];
  const heard: string[] = [];
  const waiting = new Map<string, () => void>();
  const hear = (era: string) => (): void => {
    heard.push(era);
    waiting.get(era)?.();
  };
  const heardBy = (era: string): Promise<void> =>
    new Promise((resolve) => (heard.includes(era) ? resolve() : waiting.set(era, resolve)));
  legacy.setNotificationHandler(ToolListChangedNotificationSchema, hear('legacy'));
  modern.setNotificationHandler('notifications/tools/list_changed', hear('modern'));
  await modern.listen({ toolsListChanged: true });

  await legacy.callTool({ name: 'test_trigger_tool_change', arguments: {} });
  await heardBy('legacy');
  assert.deepEqual(heard, ['legacy']);
  assert.ok((await namesOf(legacy)).includes('test_extra'));
  assert.equal((await namesOf(modern)).includes('test_extra'), false);

  await modern.callTool({ name: 'test_trigger_tool_change' });
  await heardBy('modern');
  assert.deepEqual(heard, ['legacy', 'modern']);
  assert.ok((await namesOf(modern)).includes('test_appearing'));
  assert.equal((await namesOf(legacy)).includes('test_appearing'), false);
});

test('progress, log messages and updates of resources must reach a legacy client from its own era, once', async (t) => {
  const { hive, seen } = await serve(t);
  const [legacy, other] = [await legacyClient(t, hive), await legacyClient(t, hive)];
  const modern = await modernClient(t, hive);
  const before = await seen();
  const logs: string[] = [];
  legacy.setNotificationHandler(
    LoggingMessageNotificationSchema,
    ({ params }) => void logs.push(params.level),
  );
  await legacy.callTool({ name: 'test_tool_with_logging', arguments: {} });
  assert.deepEqual(logs, ['info', 'info', 'info']);
  const steps: number[] = [];
  const onprogress = ({ progress }: { progress: number }): void => void steps.push(progress);
  await legacy.callTool({ name: 'test_tool_with_progress', arguments: {} }, undefined, { onprogress });
  assert.deepEqual(steps, [0, 50, 100]);

  const [watched, last] = ['test://watched-resource', 'test://static-text'];
  const heard: string[] = [];
  const done = Promise.withResolvers<void>();
  legacy.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => {
    heard.push(params.uri);
    if (params.uri === last) done.resolve();
  });
  for (const uri of [watched, last]) await legacy.subscribeResource({ uri });
  await other.subscribeResource({ uri: watched });
  await other.unsubscribeResource({ uri: watched });
  assert.equal((await seen()).modern, before.modern);
  // Nobody follows it in the other era.
  await modern.callTool({ name: 'test_update_resource', arguments: { uri: watched } });
  await legacy.callTool({ name: 'test_update_resource', arguments: { uri: watched } });
  await legacy.callTool({ name: 'test_update_resource', arguments: { uri: last } });
  await done.promise;
  assert.deepEqual(heard, [watched, last]);
});

test('a server without a legacy era must be asked for it once, in this run and the next, and serve all clients', async (t) => {
  const { hive, stack, seen } = await serve(t, { answer: 404 });
  const first = await legacyClient(t, hive, 'ada');
  const said = textOf(await first.callTool({ name: 'test_elicitation', arguments: {} }));
  assert.equal(said, 'User response: action=accept, content={"username":"ada","email":"ada"}');
  const { begun } = await seen();
  const second = await legacyClient(t, hive);
  assert.ok((await namesOf(second)).includes('test_structured_array'));
  await hive.stop();
  const next = await stack.up();
  await next.untilServer('s', 'ready');
  assert.ok((await namesOf(await legacyClient(t, next))).includes('test_structured_array'));
  assert.equal((await seen()).begun, begun);
});

test('a legacy era that fails must not keep legacy clients from the server, and be taken once it works', async (t) => {
  const { hive, answer } = await serve(t, { answer: 500 });
  const client = await legacyClient(t, hive, 'ada');
  assert.ok((await namesOf(client)).includes('test_structured_array'));
  assert.match(
    textOf(await client.callTool({ name: 'test_elicitation', arguments: {} })),
    /"username":"ada"/,
  );
  const changed = Promise.withResolvers<void>();
  client.setNotificationHandler(ToolListChangedNotificationSchema, () => changed.resolve());
  await answer();
  await changed.promise;
  assert.equal((await namesOf(client)).includes('test_structured_array'), false);
  assert.match(textOf(await client.callTool({ name: 'test_streaming_elicitation', arguments: {} })), /"ada"/);
});

test('a restart, and the end of the gateway, must end the sessions at the server, and a restarted server serve both', async (t) => {
  const { hive, seen } = await serve(t);
  const [legacy, modern] = [await legacyClient(t, hive, 'ada'), await modernClient(t, hive)];
  await legacy.callTool({ name: 'test_simple_text', arguments: {} });
  assert.deepEqual(await seen().then(({ begun, deleted }) => [begun, deleted]), [2, 0]);
  await hive.control.restart('s');
  while ((await seen()).deleted < 2) await delay(20);
  assert.equal((await legacy.callTool({ name: 'test_simple_text', arguments: {} })).isError ?? false, false);
  assert.match(textOf(await legacy.callTool({ name: 'test_streaming_elicitation', arguments: {} })), /"ada"/);
  assert.equal(
    textOf(await modern.callTool({ name: 'test_streaming_elicitation' })),
    'Nothing but a result.',
  );
  const { begun } = await seen();
  await hive.stop();
  assert.equal((await seen()).deleted, begun);
});
