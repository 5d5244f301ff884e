import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Client, type ClientOptions, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { jsonText } from '../../../src/model/text/json.ts';
import { located, named, templated } from '../../catalog/fixtures.ts';
import { type Harness, source, startEdge } from '../harness.ts';

const SCHEMA = '{"type":"object","properties":{"region":{"type":"string","x-mcp-header":"Region"}}}';
const parts = {
  capabilities: { resources: { subscribe: true }, prompts: {}, completions: {} },
  tools: [...named('echo'), { key: 'sql', json: `{"name":"sql","inputSchema":${SCHEMA}}` }],
  resources: located('test://r'),
  templates: templated('test://{id}/x'),
  prompts: [{ key: 'p', json: '{"name":"p"}' }],
};
const MODES = { auto: { mode: 'auto' }, pinned: { mode: { pin: '2026-07-28' } } } as const;

async function connect(t: TestContext, url: string, options: ClientOptions): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' }, options);
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  t.after(() => client.close());
  return client;
}

for (const [name, versionNegotiation] of Object.entries(MODES)) {
  test(`the SDK's client v2, ${name}, must land in the modern era and find everything there`, async (t) => {
    const harness = await startEdge(t, { sources: [source('s', parts)] });
    const client = await connect(t, harness.url, { versionNegotiation });
    assert.equal(client.getProtocolEra(), 'modern');
    assert.equal(client.getServerVersion()?.name, 'hive');
    assert.deepEqual(
      (await client.listTools()).tools.map((tool) => tool.name),
      ['s_echo', 's_sql'],
    );
    assert.deepEqual(
      (await client.listResources()).resources.map(({ uri }) => uri),
      ['test://r'],
    );
    assert.equal((await client.listResourceTemplates()).resourceTemplates.length, 1);
    assert.deepEqual(
      (await client.listPrompts()).prompts.map((prompt) => prompt.name),
      ['s_p'],
    );
    await calls(client, harness);
    await hears(client, harness);
    assert.equal(harness.edge.sessions(), 0);
  });
}

async function calls(client: Client, { received }: Harness): Promise<void> {
  const seen: number[] = [];
  const onprogress = ({ progress }: { progress: number }) => void seen.push(progress);
  const called = client.callTool({ name: 's_sql', arguments: { region: 'zürich' } }, { onprogress });
  const call = await received();
  const { progressToken } = JSON.parse(call.params)._meta;
  for (const progress of [1, 2]) call.progress(JSON.stringify({ progressToken, progress }));
  call.answer('result', '{"content":[{"type":"text","text":"hi"}]}');
  assert.deepEqual((await called).content, [{ type: 'text', text: 'hi' }]);
  assert.deepEqual(seen, [1, 2]);

  const read = client.readResource({ uri: 'test://7/x' });
  (await received()).answer('result', '{"contents":[{"uri":"test://7/x","text":"t"}]}');
  assert.deepEqual((await read).contents, [{ uri: 'test://7/x', text: 't' }]);

  const abort = new AbortController();
  const cancelled = client.callTool({ name: 's_echo' }, { signal: abort.signal });
  const doomed = await received();
  abort.abort('enough');
  await assert.rejects(cancelled);
  assert.notEqual(await doomed.cancelled, undefined);
}

async function hears(client: Client, harness: Harness): Promise<void> {
  const [changed, updated] = [Promise.withResolvers<void>(), Promise.withResolvers<string>()];
  client.setNotificationHandler('notifications/tools/list_changed', () => changed.resolve());
  client.setNotificationHandler('notifications/resources/updated', ({ params }) =>
    updated.resolve(params.uri),
  );
  const opening = client.listen({ toolsListChanged: true, resourceSubscriptions: ['test://r'] });
  (await harness.received()).answer('result', '{}');
  const subscription = await opening;
  harness.publish(source('s', { ...parts, tools: named('echo', 'more') }));
  await changed.promise;
  const params = jsonText('{"uri":"test://r"}');
  harness.edge.notify({ serverName: 's', method: 'notifications/resources/updated', params });
  assert.equal(await updated.promise, 'test://r');
  await subscription.close();
  assert.equal((await harness.received()).method, 'resources/unsubscribe');
}

test('a client that follows lists must be notified of changes', async (t) => {
  const harness = await startEdge(t, { sources: [source('s', parts)] });
  const changed = Promise.withResolvers<unknown>();
  await connect(t, harness.url, {
    versionNegotiation: MODES.auto,
    listChanged: { tools: { onChanged: (_error, tools) => changed.resolve(tools?.length) } },
  });
  harness.publish(source('s', { ...parts, tools: named('echo') }));
  assert.equal(await changed.promise, 1);
});
