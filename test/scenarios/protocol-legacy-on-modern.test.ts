import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
  LoggingMessageNotificationSchema,
  ResourceUpdatedNotificationSchema,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { createStack, type Running } from '../helpers/hive.ts';

const MODERN = join(import.meta.dirname, '../reference/modern.mjs');

/** A server that refuses everything legacy, reached over stdio and over HTTP, shared by all clients. */
const WAYS: Readonly<Record<string, (t: TestContext) => Promise<object>>> = {
  stdio: async () => ({ type: 'native', command: [process.execPath, MODERN, '--only'], prefix: '' }),
  HTTP: async (t) => {
    const child = spawn(process.execPath, [MODERN, '--only', '--http'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    t.after(async () => {
      child.kill();
      await once(child, 'exit');
    });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    return { type: 'remote', url: line.toString().trim(), prefix: '' };
  },
};

async function serve(t: TestContext, way: string): Promise<Running> {
  const hive = await createStack(t, { servers: { s: await WAYS[way]?.(t) } }).up();
  const { protocolVersion } = await hive.untilServer('s', 'ready');
  assert.equal(protocolVersion, '2026-07-28');
  return hive;
}

/** A legacy client that puts its own name into every answer to a server. */
async function named(t: TestContext, { url }: Running, name: string): Promise<Client> {
  const capabilities = { sampling: {}, elicitation: { form: {} }, roots: { listChanged: true } };
  const client = new Client({ name, version: '1' }, { capabilities });
  client.setRequestHandler(CreateMessageRequestSchema, () => ({
    model: 'm',
    role: 'assistant',
    content: { type: 'text', text: `${name} sampled` },
  }));
  client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
    const fields = 'requestedSchema' in params ? Object.keys(params.requestedSchema.properties) : [];
    return { action: 'accept', content: Object.fromEntries(fields.map((field) => [field, name])) };
  });
  client.setRequestHandler(ListRootsRequestSchema, () => ({ roots: [{ uri: `file:///${name}` }] }));
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  t.after(() => client.close());
  return client;
}

async function say(client: Client, tool: string, args: Record<string, unknown> = {}): Promise<string> {
  const { content } = await client.callTool({ name: tool, arguments: args });
  return (content as { text: string }[])[0]?.text ?? '';
}

for (const way of Object.keys(WAYS)) {
  test(`all kinds of requests of a modern server must reach the legacy client whose call caused them: ${way}`, async (t) => {
    const hive = await serve(t, way);
    const names = ['ada', 'bob'];
    const clients = await Promise.all(names.map((name) => named(t, hive, name)));
    const asked = clients.flatMap((client) => [
      say(client, 'test_sampling', { prompt: 'who?' }),
      say(client, 'test_elicitation', { message: 'who?' }),
      say(client, 'test_roots'),
      say(client, 'test_input_required_result_multiple_inputs'),
      say(client, 'test_input_required_result_multi_round'),
      client
        .getPrompt({ name: 'test_input_required_result_prompt' })
        .then(({ messages }) => (messages[0]?.content as { text?: string } | undefined)?.text),
    ]);
    const expected = names.flatMap((name) => [
      `LLM response: ${name} sampled`,
      `User response: action=accept, content={"username":"${name}","email":"${name}"}`,
      `{"roots":[{"uri":"file:///${name}"}]}`,
      `${name} sampled ${name}, file:///${name}`,
      `Multi-round complete: ${name} likes ${name}`,
      `Use the following context: ${name}`,
    ]);
    assert.deepEqual(await Promise.all(asked), expected);
  });

  test(`a legacy client must see no modern members in results, and structured content as an object: ${way}`, async (t) => {
    const client = await (await serve(t, way)).client();
    const result = await client.callTool({ name: 'test_simple_text', arguments: {} });
    assert.equal('resultType' in result, false);
    const { structuredContent } = await client.callTool({ name: 'test_structured_array', arguments: {} });
    assert.deepEqual(structuredContent, { result: [1, 2, 3] });
    assert.match(await say(client, 'test_error_handling'), /intentionally/);
  });

  test(`a request that a client does not support must be explained, not reported as an error of the gateway: ${way}`, async (t) => {
    const client = await (await serve(t, way)).client();
    await assert.rejects(say(client, 'test_missing_capability'), /s needs a client that has: sampling/);
  });

  test(`progress and log messages must reach the client of their call: ${way}`, async (t) => {
    const hive = await serve(t, way);
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
    const steps: number[] = [];
    await loud.callTool({ name: 'test_tool_with_progress', arguments: {} }, undefined, {
      onprogress: ({ progress }) => steps.push(progress),
    });
    assert.deepEqual(steps, [0, 50, 100]);
  });

  test(`updates of a resource must reach each subscriber once: ${way}`, async (t) => {
    const hive = await serve(t, way);
    const [one, other] = [await hive.client(), await hive.client()];
    const heard = new Map<Client, string[]>([one, other].map((client) => [client, []]));
    const arrived = Promise.withResolvers<void>();
    for (const [client, uris] of heard)
      client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => {
        assert.equal(params._meta, undefined);
        uris.push(params.uri);
        if (params.uri === 'test://static-text') arrived.resolve();
      });
    const [watched, last] = ['test://watched-resource', 'test://static-text'];
    await one.subscribeResource({ uri: watched });
    await other.subscribeResource({ uri: watched });
    await one.subscribeResource({ uri: last });
    await other.unsubscribeResource({ uri: watched });
    await say(one, 'test_update_resource', { uri: watched });
    await say(one, 'test_update_resource', { uri: 'test://static-binary' });
    await say(one, 'test_update_resource', { uri: last });
    await arrived.promise;
    assert.deepEqual([...heard.values()], [[watched, last], []]);
  });

  test(`a new tool must be announced and served: ${way}`, async (t) => {
    const client = await (await serve(t, way)).client();
    const changed = Promise.withResolvers<void>();
    client.setNotificationHandler(ToolListChangedNotificationSchema, () => changed.resolve());
    await say(client, 'test_trigger_tool_change');
    await changed.promise;
    assert.equal(await say(client, 'test_appearing'), 'Here.');
  });
}

for (const isolation of ['session', 'call'])
  test(`a modern server under isolation: ${isolation} must be able to send requests to the client of the call`, async (t) => {
    const server = { ...(await WAYS.stdio?.(t)), isolation };
    const hive = await createStack(t, { servers: { s: server } }).up();
    await hive.untilServer('s', 'ready');
    const clients = await Promise.all(['ada', 'bob'].map((name) => named(t, hive, name)));
    assert.deepEqual(await Promise.all(clients.map((client) => say(client, 'test_roots'))), [
      '{"roots":[{"uri":"file:///ada"}]}',
      '{"roots":[{"uri":"file:///bob"}]}',
    ]);
  });
