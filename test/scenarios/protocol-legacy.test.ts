import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import {
  CreateMessageRequestSchema,
  ElicitationCompleteNotificationSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
  LoggingMessageNotificationSchema,
  ResourceUpdatedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { createStack, native as either, type Running } from '../helpers/hive.ts';

const LEGACY = join(import.meta.dirname, '../reference/legacy.mjs');
const native = { type: 'native', command: [process.execPath, LEGACY], prefix: '' };

async function remote(t: TestContext): Promise<object> {
  const child = spawn(process.execPath, [LEGACY, '--http'], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(async () => {
    child.kill();
    await once(child, 'exit');
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { type: 'remote', url: line.toString().trim(), prefix: '' };
}

/** Links on which a server's request can be attributed to a client. */
const EXACT: Readonly<Record<string, (t: TestContext) => Promise<object>>> = {
  'isolation: session': async () => ({ ...native, isolation: 'session' }),
  'isolation: call': async () => ({ ...native, isolation: 'call' }),
  'HTTP, shared': remote,
};

async function serve(t: TestContext, server: object): Promise<Running> {
  const hive = await createStack(t, { servers: { s: server } }).up();
  await hive.untilServer('s', 'ready');
  return hive;
}

/** A client that puts its own name into every answer to a server. */
async function named(t: TestContext, { url }: Running, name: string): Promise<Client> {
  const capabilities = { sampling: {}, elicitation: { form: {} }, roots: { listChanged: true } };
  const client = new Client({ name, version: '1' }, { capabilities });
  client.setRequestHandler(CreateMessageRequestSchema, () => ({
    model: 'm',
    role: 'assistant',
    content: { type: 'text', text: `${name} sampled` },
  }));
  client.setRequestHandler(ElicitRequestSchema, () => ({
    action: 'accept',
    content: { username: name, email: 'a@b.c' },
  }));
  client.setRequestHandler(ListRootsRequestSchema, () => ({ roots: [{ uri: `file:///${name}` }] }));
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  t.after(() => client.close());
  return client;
}

async function say(client: Client, tool: string, args: Record<string, unknown> = {}): Promise<string> {
  const { content } = await client.callTool({ name: tool, arguments: args });
  return (content as { text: string }[])[0]?.text ?? '';
}

for (const [way, make] of Object.entries(EXACT)) {
  test(`a server's request must reach only the client whose call caused it: ${way}`, async (t) => {
    const hive = await serve(t, await make(t));
    const clients = await Promise.all(['ada', 'bob', 'eve'].map((name) => named(t, hive, name)));
    const asked = clients.flatMap((client) => [
      say(client, 'test_sampling', { prompt: 'who?' }),
      say(client, 'test_elicitation', { message: 'who?' }),
      say(client, 'test_roots'),
    ]);
    const answers = await Promise.all(asked);
    const expected = ['ada', 'bob', 'eve'].flatMap((name) => [
      `LLM response: ${name} sampled`,
      `User response: action=accept, content={"username":"${name}","email":"a@b.c"}`,
      `{"roots":[{"uri":"file:///${name}"}]}`,
    ]);
    assert.deepEqual(answers, expected);
  });
}

test('a shared legacy stdio server must see no client capabilities', async (t) => {
  const client = await named(t, await serve(t, native), 'ada');
  assert.match(await say(client, 'test_sampling', { prompt: 'who?' }), /does not support|not found/i);
});

test('a server’s request that its client did not declare must fail, and not reach the client', async (t) => {
  const hive = await serve(t, { ...native, isolation: 'session' });
  const capabilities = { roots: {}, elicitation: { url: {} } };
  const client = new Client({ name: 'some', version: '1' }, { capabilities });
  client.fallbackRequestHandler = async ({ method }) => assert.fail(`asked for ${method}`);
  await client.connect(new StreamableHTTPClientTransport(new URL(hive.url)));
  t.after(() => client.close());
  assert.match(await say(client, 'test_sampling', { prompt: 'who?' }), /-32601.*sampling\/createMessage/);
  await assert.rejects(say(client, 'test_elicitation'), /-32602.*elicitation\.form/);
});

test('if a client disconnects with a server’s request pending, the server must get an error and keep serving others', async (t) => {
  const hive = await serve(t, { ...native, isolation: 'session' });
  const leaving = await named(t, hive, 'leaving');
  const asked = Promise.withResolvers<void>();
  leaving.setRequestHandler(ElicitRequestSchema, () => {
    asked.resolve();
    return new Promise(() => {});
  });
  const call = say(leaving, 'test_elicitation').catch((error: Error) => error.message);
  await asked.promise;
  await leaving.close();
  assert.match(await call, /closed|abort/i);
  assert.match(await say(await named(t, hive, 'other'), 'test_elicitation'), /other/);
});

for (const [way, make] of Object.entries({ 'stdio, shared': async () => native, 'HTTP, shared': remote })) {
  test(`updates of a resource must reach its subscribers, sub-resources included: ${way}`, async (t) => {
    const hive = await serve(t, await make(t));
    const [one, other] = [await hive.client(), await hive.client()];
    const heard = new Map<Client, string[]>([one, other].map((client) => [client, []]));
    const arrived = Promise.withResolvers<void>();
    for (const [client, uris] of heard)
      client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => {
        uris.push(params.uri);
        if (params.uri.endsWith('/last')) arrived.resolve();
      });
    const uri = 'test://watched-resource';
    await one.subscribeResource({ uri });
    await other.subscribeResource({ uri });
    await other.unsubscribeResource({ uri });
    await say(one, 'test_update_resource', { uri });
    await say(one, 'test_update_resource', { uri: `${uri}-not` });
    await say(one, 'test_update_resource', { uri: `${uri}/last` });
    await arrived.promise;
    assert.deepEqual([...heard.values()], [[uri, `${uri}/last`], []]);
  });
}

test('a level set by one session must not silence another, and log messages must reach their own session', async (t) => {
  const hive = await serve(t, { ...native, isolation: 'session' });
  const [quiet, loud] = [await hive.client(), await hive.client()];
  const heard = new Map<Client, number>([quiet, loud].map((client) => [client, 0]));
  for (const client of heard.keys())
    client.setNotificationHandler(
      LoggingMessageNotificationSchema,
      () => void heard.set(client, (heard.get(client) ?? 0) + 1),
    );
  await quiet.setLoggingLevel('error');
  await say(quiet, 'test_tool_with_logging');
  await say(loud, 'test_tool_with_logging');
  assert.deepEqual([...heard.values()], [0, 3]);
});

test('log messages on the response of a call must reach only its session: HTTP, shared', async (t) => {
  const hive = await serve(t, await remote(t));
  const clients = [await hive.client(), await hive.client()];
  const heard = clients.map((client) => {
    const messages: unknown[] = [];
    client.setNotificationHandler(
      LoggingMessageNotificationSchema,
      ({ params }) => void messages.push(params),
    );
    return messages;
  });
  await Promise.all(clients.map((client) => say(client, 'test_tool_with_logging')));
  assert.deepEqual(
    heard.map(({ length }) => length),
    [3, 3],
  );
});

test('a client’s roots/list_changed must reach only the process that serves it', async (t) => {
  const server = { ...either('either-era', 'legacy'), prefix: '', isolation: 'session' };
  const hive = await serve(t, server);
  const [ada, bob] = await Promise.all(['ada', 'bob'].map((name) => named(t, hive, name)));
  const changes = async (client: Client | undefined) =>
    (await client?.callTool({ name: 'roots', arguments: {} }))?.structuredContent;
  assert.deepEqual([await changes(ada), await changes(bob)], [{ changes: 0 }, { changes: 0 }]);
  await ada?.sendRootsListChanged();
  assert.deepEqual([await changes(ada), await changes(bob)], [{ changes: 1 }, { changes: 0 }]);
});

test('the end of an elicitation must be announced only to its client', async (t) => {
  const server = { ...either('either-era', 'legacy'), prefix: '', isolation: 'session' };
  const hive = await serve(t, server);
  const heard = Promise.withResolvers<void>();
  const [ada, bob] = await Promise.all(
    ['ada', 'bob'].map(async (name) => {
      const client = await named(t, hive, name);
      const ended: string[] = [];
      client.setNotificationHandler(ElicitationCompleteNotificationSchema, ({ params }) => {
        ended.push(params.elicitationId);
        if (params.elicitationId === 'last') heard.resolve();
      });
      const end = (elicitationId: string) =>
        client.callTool({ name: 'complete', arguments: { elicitationId } });
      return { ended, end };
    }),
  );
  await bob?.end('his');
  await ada?.end('hers');
  await ada?.end('last');
  await heard.promise;
  assert.deepEqual([ada?.ended, bob?.ended], [['hers', 'last'], ['his']]);
});
