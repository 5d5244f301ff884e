import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { createStack, native, type Running } from '../helpers/hive.ts';

const LEGACY = join(import.meta.dirname, '../reference/legacy.mjs');
const ASKABLE = { elicitation: { form: {} }, sampling: {}, roots: {} };

/** A client of 2026-07-28 that answers every request for input; `asked` records them. */
async function connect(t: TestContext, url: string, capabilities: object = ASKABLE) {
  const asked: string[] = [];
  const client = new Client(
    { name: 'test', version: '1' },
    { capabilities, versionNegotiation: { mode: { pin: '2026-07-28' } } },
  );
  if ('elicitation' in capabilities)
    client.setRequestHandler('elicitation/create', ({ method }) => {
      asked.push(method);
      return { action: 'accept', content: { username: 'ada', email: 'ada@x.test' } };
    });
  if ('sampling' in capabilities)
    client.setRequestHandler('sampling/createMessage', ({ method }) => {
      asked.push(method);
      return { role: 'assistant', content: { type: 'text', text: 'Paris' }, model: 'm' };
    });
  if ('roots' in capabilities)
    client.setRequestHandler('roots/list', ({ method }) => {
      asked.push(method);
      return { roots: [{ uri: 'file:///here', name: 'here' }] };
    });
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  t.after(() => client.close());
  return { client, asked };
}

const WAYS: Readonly<Record<string, (t: TestContext) => Promise<object>>> = {
  'a process of its own over stdio': async () => ({
    type: 'native',
    command: [process.execPath, LEGACY],
    prefix: '',
    isolation: 'session',
  }),
  'an MCP session of its own over HTTP': async (t) => {
    const child = spawn(process.execPath, [LEGACY, '--http'], { stdio: ['ignore', 'pipe', 'inherit'] });
    t.after(async () => {
      child.kill();
      await once(child, 'exit');
    });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    return { type: 'remote', url: line.toString().trim(), prefix: '' };
  },
};

for (const [way, server] of Object.entries(WAYS)) {
  test(`a legacy server must be able to send requests to a modern client: ${way}`, async (t) => {
    const hive = await createStack(t, { servers: { reference: await server(t) } }).up();
    await hive.untilServer('reference', 'ready');
    const { client, asked } = await connect(t, hive.url);
    const text = async (name: string, args: Record<string, unknown> = {}) =>
      JSON.stringify((await client.callTool({ name, arguments: args })).content);
    assert.match(await text('test_elicitation', { message: 'Who?' }), /action=accept.*ada@x\.test/);
    assert.match(await text('test_sampling', { prompt: 'Capital?' }), /LLM response: Paris/);
    assert.match(await text('test_roots'), /file:\/\/\/here/);
    assert.deepEqual(asked, ['elicitation/create', 'sampling/createMessage', 'roots/list']);
    await asksOnlyWhatIsDeclared(t, hive);
    await logsOnlyWhatIsWanted(t, hive);
  });
}

async function asksOnlyWhatIsDeclared(t: TestContext, { url }: Running): Promise<void> {
  const { client, asked } = await connect(t, url, { roots: {} });
  const { isError } = await client.callTool({ name: 'test_sampling', arguments: { prompt: 'x' } });
  assert.deepEqual([isError, asked], [true, []]);
}

async function logsOnlyWhatIsWanted(t: TestContext, { url }: Running): Promise<void> {
  const { client } = await connect(t, url);
  const logs: unknown[] = [];
  client.setNotificationHandler('notifications/message', ({ params }) => void logs.push(params.data));
  await client.callTool({ name: 'test_tool_with_logging' });
  assert.deepEqual(logs, []);
  const _meta = { 'io.modelcontextprotocol/logLevel': 'info' } as never;
  await client.callTool({ name: 'test_tool_with_logging', _meta });
  assert.equal(logs.length, 3);
}

test('members meant for the gateway alone must not reach a legacy server', async (t) => {
  const hive = await createStack(t, { servers: { params: { ...native('params'), prefix: '' } } }).up();
  await hive.untilServer('params', 'ready');
  const { client } = await connect(t, hive.url);
  const _meta = { traceparent: '00-1', 'example.com/own': 1 } as never;
  const { structuredContent } = await client.callTool({ name: 'echo', arguments: { a: 1 }, _meta });
  const { _meta: seen, ...rest } = structuredContent as Record<string, Record<string, unknown>>;
  assert.deepEqual(rest, { name: 'echo', arguments: { a: 1 } });
  assert.deepEqual(
    Object.keys(seen ?? {}).filter((key) => key !== 'progressToken'),
    ['traceparent', 'example.com/own'],
  );
});
