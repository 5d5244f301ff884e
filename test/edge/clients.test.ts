import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import {
  Client as ClientV2,
  StreamableHTTPClientTransport as TransportV2,
} from '@modelcontextprotocol/client';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import {
  LoggingMessageNotificationSchema,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { jsonText } from '../../src/model/text/json.ts';
import { located, named, templated } from '../catalog/fixtures.ts';
import { type Harness, source, startEdge } from './harness.ts';

const parts = {
  capabilities: { resources: {}, prompts: {}, completions: {}, logging: {} },
  tools: named('echo'),
  resources: located('test://r'),
  templates: templated('test://{id}/x'),
  prompts: [{ key: 'p', json: '{"name":"p"}' }],
};
const TEXT = '{"content":[{"type":"text","text":"hi"}],"structuredContent":{"n":1.0}}';

/** What both lines of the SDK's client have in common. */
interface AnyClient {
  listTools(): Promise<{ tools: { name: string }[] }>;
  listResources(): Promise<{ resources: { uri: string }[] }>;
  listResourceTemplates(): Promise<{ resourceTemplates: { uriTemplate: string }[] }>;
  listPrompts(): Promise<{ prompts: { name: string }[] }>;
  ping(): Promise<unknown>;
  close(): Promise<void>;
  getServerVersion(): { name: string } | undefined;
}

interface Connected {
  readonly client: AnyClient;
  call(name: string, onprogress?: (progress: number) => void, signal?: AbortSignal): Promise<unknown>;
  read(uri: string): Promise<unknown>;
  readonly toolsChanged: Promise<unknown>;
  readonly logged: Promise<unknown>;
  end(): Promise<void>;
}

async function connectV1(url: string): Promise<Connected> {
  const client = new ClientV1({ name: 'test', version: '1' });
  const [changed, logged] = [Promise.withResolvers<unknown>(), Promise.withResolvers<unknown>()];
  client.setNotificationHandler(ToolListChangedNotificationSchema, changed.resolve);
  client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => logged.resolve(params));
  const transport = new TransportV1(new URL(url));
  await client.connect(transport as Parameters<typeof client.connect>[0]);
  return {
    client,
    call: (name, onprogress, signal) =>
      client.callTool({ name, arguments: {} }, undefined, {
        ...(onprogress ? { onprogress: ({ progress }) => onprogress(progress) } : {}),
        ...(signal ? { signal } : {}),
      }),
    read: (uri) => client.readResource({ uri }),
    toolsChanged: changed.promise,
    logged: logged.promise,
    async end() {
      await transport.terminateSession();
      await client.close();
    },
  };
}

async function connectV2(url: string): Promise<Connected> {
  const client = new ClientV2({ name: 'test', version: '1' });
  const [changed, logged] = [Promise.withResolvers<unknown>(), Promise.withResolvers<unknown>()];
  client.setNotificationHandler('notifications/tools/list_changed', (notification) =>
    changed.resolve(notification),
  );
  client.setNotificationHandler('notifications/message', ({ params }) => logged.resolve(params));
  const transport = new TransportV2(new URL(url));
  await client.connect(transport);
  assert.equal(client.getProtocolEra(), 'legacy');
  return {
    client,
    call: (name, onprogress, signal) =>
      client.callTool(
        { name, arguments: {} },
        {
          ...(onprogress ? { onprogress: ({ progress }) => onprogress(progress) } : {}),
          ...(signal ? { signal } : {}),
        },
      ),
    read: (uri) => client.readResource({ uri }),
    toolsChanged: changed.promise,
    logged: logged.promise,
    async end() {
      await transport.terminateSession();
      await client.close();
    },
  };
}

const CLIENTS: [name: string, connect: (url: string) => Promise<Connected>][] = [
  ['v1', connectV1],
  ['v2', connectV2],
];

for (const [name, connect] of CLIENTS) {
  test(`the SDK's client ${name} lists, calls, follows, cancels and leaves`, async (t) => {
    const harness = await startEdge(t, { sources: [source('s', parts)] });
    const connected = await connect(harness.url);
    await listsEverything(connected);
    await callsWithProgress(connected, harness);
    await cancels(connected, harness);
    await hearsChanges(connected, harness);
    await connected.end();
    assert.equal(harness.edge.sessions(), 0);
  });

  test(`the SDK's client ${name} works on one server's endpoint`, async (t) => {
    const harness = await startEdge(t, { sources: [source('s', parts), source('u', { tools: named('x') })] });
    const connected = await connect(`${harness.url}/s`);
    const { tools } = await connected.client.listTools();
    assert.deepEqual(
      tools.map((tool) => tool.name),
      ['echo'],
    );
    await connected.end();
  });
}

async function listsEverything({ client }: Connected): Promise<void> {
  assert.equal(client.getServerVersion()?.name, 'hive');
  assert.deepEqual(
    (await client.listTools()).tools.map((tool) => tool.name),
    ['s_echo'],
  );
  assert.deepEqual(
    (await client.listResources()).resources.map(({ uri }) => uri),
    ['test://r'],
  );
  const { resourceTemplates } = await client.listResourceTemplates();
  assert.deepEqual(
    resourceTemplates.map(({ uriTemplate }) => uriTemplate),
    ['test://{id}/x'],
  );
  assert.deepEqual(
    (await client.listPrompts()).prompts.map((prompt) => prompt.name),
    ['s_p'],
  );
  await client.ping();
}

async function callsWithProgress(connected: Connected, { received }: Harness): Promise<void> {
  const seen: number[] = [];
  const result = connected.call('s_echo', (progress) => seen.push(progress));
  const call = await received();
  const { progressToken } = JSON.parse(call.params)._meta;
  for (const progress of [1, 2]) call.progress(JSON.stringify({ progressToken, progress }));
  call.answer('result', TEXT);
  assert.deepEqual(await result, JSON.parse(TEXT));
  assert.deepEqual(seen, [1, 2]);

  const failing = connected.call('s_echo');
  (await received()).answer('error', '{"code":-32099,"message":"own words","data":{"x":1}}');
  await assert.rejects(failing, (error: { code?: number; data?: unknown; message: string }) => {
    assert.equal(error.code, -32099);
    assert.deepEqual(error.data, { x: 1 });
    return /own words/.test(error.message);
  });
  await assert.rejects(connected.call('echo'), /did you mean s_echo\?/);

  const contents = connected.read('test://7/x');
  (await received()).answer('result', '{"contents":[{"uri":"test://7/x","text":"t"}]}');
  assert.deepEqual(await contents, { contents: [{ uri: 'test://7/x', text: 't' }] });
}

async function cancels(connected: Connected, { received }: Harness): Promise<void> {
  const abort = new AbortController();
  const result = connected.call('s_echo', undefined, abort.signal);
  const call = await received();
  abort.abort('enough');
  await assert.rejects(result);
  assert.match((await call.cancelled) ?? '', /enough/);
}

async function hearsChanges({ toolsChanged, logged, client }: Connected, harness: Harness): Promise<void> {
  harness.publish(source('s', { ...parts, tools: named('echo', 'more') }));
  await toolsChanged;
  assert.deepEqual(
    (await client.listTools()).tools.map((tool) => tool.name),
    ['s_echo', 's_more'],
  );
  const params = jsonText('{"level":"info","data":"said"}');
  harness.edge.notify({ serverName: 's', method: 'notifications/message', params });
  assert.deepEqual(await logged, { level: 'info', data: 'said' });
}

/** A bare Debian has none; the byte checks of test/scenarios/clients.test.ts run over plain HTTP there. */
const NO_CURL = spawnSync('curl', ['--version']).status === 0 ? false : 'there is no curl here';

test('plain curl can open a session, list and call', { skip: NO_CURL }, async (t) => {
  const { url, received } = await startEdge(t, { sources: [source('s', parts)] });
  const curl = async (body: string, ...more: string[]) => {
    const args = ['-sS', '-i', url, '-H', 'content-type: application/json', '-d', body, ...more];
    return (await promisify(execFile)('curl', args)).stdout;
  };
  const opened = await curl(
    '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25"}}',
  );
  const session = ['-H', /mcp-session-id: \S+/i.exec(opened)?.[0] ?? ''];
  assert.match(await curl('{"jsonrpc":"2.0","id":2,"method":"tools/list"}', ...session), /"s_echo"/);
  const called = curl(
    '{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"s_echo"}}',
    ...session,
  );
  (await received()).answer('result', TEXT);
  assert.ok((await called).endsWith(`{"jsonrpc":"2.0","id":3,"result":${TEXT}}`));
  assert.match((await promisify(execFile)('curl', ['-sS', url])).stdout, /This is Hive/);
});
