import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Client as ClientV2 } from '@modelcontextprotocol/client';
import { StdioClientTransport as TransportV2 } from '@modelcontextprotocol/client/stdio';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { getDefaultEnvironment, StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { execa } from 'execa';
import { createStack, native, type Stack } from '../helpers/hive.ts';
import { MAIN } from '../helpers/program.ts';

const MODERN = join(import.meta.dirname, '../reference/modern.mjs');

const META =
  '{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}';

async function stdioClient(t: TestContext, stack: Stack, ...args: string[]): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' });
  const env = { ...getDefaultEnvironment(), HIVE_STATE_DIR: join(stack.folder, '.state') };
  const command = [MAIN, 'stdio', ...args, '-c', stack.file];
  await client.connect(
    new StdioClientTransport({ command: process.execPath, args: command, env, stderr: 'ignore' }),
  );
  t.after(() => client.close());
  return client;
}

test('a client that speaks only stdio must reach the running gateway, and be notified of changes', async (t) => {
  const stack = createStack(t, { servers: { a: native('echo') } });
  const hive = await stack.up();
  await hive.untilServer('a', 'ready');
  const client = await stdioClient(t, stack);
  assert.deepEqual((await client.callTool({ name: 'a_echo', arguments: { x: 1 } })).structuredContent, {
    x: 1,
  });

  const changed = new Promise<void>((resolve) => {
    client.fallbackNotificationHandler = async ({ method }) => {
      if (method === 'notifications/tools/list_changed') resolve();
    };
  });
  stack.save({ servers: { a: native('echo'), b: native('echo') } });
  await changed;
  const { tools } = await client.listTools();
  assert.deepEqual(
    tools.map((tool) => tool.name),
    ['a_echo', 'b_echo'],
  );
});

test('a modern client must be served in its era over stdio: calls, subscriptions, cancellation', async (t) => {
  const stack = createStack(t, { servers: { a: native('full', 'a') } });
  const hive = await stack.up();
  await hive.untilServer('a', 'ready');
  const client = new ClientV2({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'auto' } });
  const env = { ...getDefaultEnvironment(), HIVE_STATE_DIR: join(stack.folder, '.state') };
  const args = [MAIN, 'stdio', '-c', stack.file];
  await client.connect(new TransportV2({ command: process.execPath, args, env, stderr: 'ignore' }));
  t.after(() => client.close());
  assert.equal(client.getProtocolEra(), 'modern');
  const call = (name: string, args = {}, options = {}) => client.callTool({ name, arguments: args }, options);
  assert.deepEqual((await call('a_echo', { x: 1 })).structuredContent, { x: 1 });

  const changed = new Promise<void>((resolve) => {
    client.setNotificationHandler('notifications/tools/list_changed', () => resolve());
  });
  const subscription = await client.listen({ toolsListChanged: true });
  stack.save({ servers: { a: native('full', 'a'), b: native('echo') } });
  await changed;
  await subscription.close();

  const abort = new AbortController();
  const waiting = call('a_wait', {}, { signal: abort.signal });
  abort.abort('not wanted');
  await assert.rejects(waiting);
  assert.deepEqual((await call('a_echo', { x: 2 })).structuredContent, { x: 2 });
});

test('hive stdio must forward progress, and exit with its input even if a subscription is open', async (t) => {
  const stack = createStack(t, { servers: { a: native('full', 'a') } });
  const hive = await stack.up();
  await hive.untilServer('a', 'ready');
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const messages = [
    ['subscriptions/listen', { notifications: { toolsListChanged: true }, _meta }],
    ['tools/call', { name: 'a_count', arguments: { steps: 3 }, _meta: { ..._meta, progressToken: 'p' } }],
  ] as const;
  const lines = messages.map(([method, params]) =>
    JSON.stringify({ jsonrpc: '2.0', id: method, method, params }),
  );
  const env = { ...process.env, HIVE_STATE_DIR: join(stack.folder, '.state') };
  const { exitCode, stdout } = await execa(process.execPath, [MAIN, 'stdio', '-c', stack.file], {
    env,
    input: `${lines.join('\n')}\n`,
  });
  assert.equal(exitCode, 0);
  const seen = stdout.split('\n').map((line) => JSON.parse(line));
  const told = seen
    .filter(({ params }) => params?.progressToken === 'p')
    .map(({ params }) => params.progress);
  assert.deepEqual(told, [1, 2, 3]);
  assert.ok(seen.at(-1).result, stdout);
});

test('a modern client that speaks only stdio must be served in its era: calls, server requests, changes, cancellation', async (t) => {
  const servers = {
    a: native('full', 'a'),
    ask: { type: 'native', command: [process.execPath, MODERN], prefix: '' },
  };
  const stack = createStack(t, { servers });
  const hive = await stack.up();
  await hive.until('all are ready', ({ servers }) => servers.every(({ state }) => state === 'ready'));
  const client = new ClientV2(
    { name: 'test', version: '1' },
    { capabilities: { elicitation: {} }, versionNegotiation: { mode: 'auto' } },
  );
  client.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: { name: 'Ada' } }));
  const env = { ...getDefaultEnvironment(), HIVE_STATE_DIR: join(stack.folder, '.state') };
  const args = [MAIN, 'stdio', '-c', stack.file];
  await client.connect(new TransportV2({ command: process.execPath, args, env, stderr: 'ignore' }));
  t.after(() => client.close());
  assert.equal(client.getProtocolEra(), 'modern');

  const echoed = await client.callTool({ name: 'a_echo', arguments: { x: 1 } });
  assert.deepEqual(echoed.structuredContent, { x: 1 });
  const asked = await client.callTool({ name: 'test_input_required_result_elicitation' });
  assert.match(JSON.stringify(asked.content), /Hello, Ada!/);
  const region = { name: 'test_x_mcp_header', arguments: { region: 'eu' } };
  assert.match(JSON.stringify((await client.callTool(region)).content), /eu/);

  const abort = new AbortController();
  const waits = Promise.withResolvers<void>();
  const onprogress = () => waits.resolve();
  const cancelled = client.callTool({ name: 'a_wait' }, { signal: abort.signal, onprogress });
  await waits.promise;
  abort.abort('enough');
  await assert.rejects(cancelled);
  const reason = 'the client closed the stream';
  const seen = await client.callTool({ name: 'a_when-cancelled', arguments: { reason } });
  assert.deepEqual(seen.content, [{ type: 'text', text: reason }]);

  const changed = Promise.withResolvers<void>();
  client.setNotificationHandler('notifications/tools/list_changed', () => changed.resolve());
  await client.listen({ toolsListChanged: true });
  stack.save({ servers: { ...servers, b: native('echo') } });
  await changed.promise;
});

test('hive stdio must end with its gateway, although its client keeps its input open', async (t) => {
  const stack = createStack(t, { servers: { a: native('echo') } });
  const hive = await stack.up();
  await hive.untilServer('a', 'ready');
  const env = { ...process.env, HIVE_STATE_DIR: join(stack.folder, '.state') };
  const child = spawn(process.execPath, [MAIN, 'stdio', '-c', stack.file], { env, stdio: 'pipe' });
  t.after(() => child.kill('SIGKILL'));
  const ask = (id: number) =>
    child.stdin.write(`{"jsonrpc":"2.0","id":${id},"method":"tools/list","params":{"_meta":${META}}}\n`);
  ask(1);
  await once(child.stdout, 'data');
  const ended = once(child, 'exit');
  // It may notice the end of its gateway before the request.
  child.stdin.on('error', () => {});
  hive.child.kill('SIGKILL');
  await once(hive.child, 'exit');
  ask(2);
  assert.deepEqual(await ended, [1, null]);
});

test('hive stdio SERVER must show only that server, without prefix', async (t) => {
  const stack = createStack(t, { servers: { a: native('echo'), b: native('echo') } });
  const hive = await stack.up();
  await hive.untilServer('a', 'ready');
  const client = await stdioClient(t, stack, 'a');
  assert.deepEqual(
    (await client.listTools()).tools.map((tool) => tool.name),
    ['echo'],
  );
});

test('messages piped in without waiting for answers must all be answered', async (t) => {
  const stack = createStack(t, { servers: { a: native('echo') } });
  const hive = await stack.up();
  await hive.untilServer('a', 'ready');
  const messages = [
    { id: 1, method: 'initialize', params: { protocolVersion: '2025-11-25' } },
    { method: 'notifications/initialized' },
    { id: 2, method: 'tools/call', params: { name: 'a_echo', arguments: { x: 1 } } },
  ];
  const input = messages.map((message) => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`).join('');
  const { stdout } = await execa(process.execPath, [MAIN, 'stdio', '-c', stack.file], {
    env: { HIVE_STATE_DIR: join(stack.folder, '.state') },
    input,
  });
  const answers = stdout.split('\n').map((line) => JSON.parse(line));
  assert.deepEqual(answers.find(({ id }) => id === 2)?.result.structuredContent, { x: 1 });
});

test('hive stdio must start the gateway if none is running', async (t) => {
  const stack = createStack(t, { servers: { a: native('echo') } });
  const client = await stdioClient(t, stack);
  await client.ping();
  const { stdout } = await stack.hive('ps', '--json');
  assert.equal(JSON.parse(stdout).stack, stack.name);
  await stack.hive('down');
});

test('a gateway that requires tokens must let in hive stdio without one, and nobody else', async (t) => {
  const digest = `sha256:${'0'.repeat(64)}`;
  const stack = createStack(t, { auth: { tokens: { x: digest } }, servers: { a: native('echo') } });
  const hive = await stack.up();
  await hive.untilServer('a', 'ready');
  const client = await stdioClient(t, stack);
  assert.equal((await client.listTools()).tools.length, 1);
  assert.equal((await fetch(hive.url, { method: 'POST' })).status, 401);
});

/** Sends `initialize` to `hive stdio`, whose input stays open. */
async function initializeOf(stack: Stack, file: string) {
  const env = { ...process.env, HIVE_STATE_DIR: join(stack.folder, '.state') };
  const child = spawn(process.execPath, [MAIN, 'stdio', '-c', file], { env });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 't', version: '1' } };
  child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'initialize', params })}\n`);
  const [exitCode] = await once(child, 'close');
  return { exitCode, stderr, answer: JSON.parse(stdout) };
}

test('a gateway that cannot start must be told at once, as the error of initialize and on stderr', async (t) => {
  const stack = createStack(t, { servers: { a: native('echo') } });
  const broken = join(stack.folder, 'broken.yaml');
  writeFileSync(broken, 'servers: { a: { comand: x } }\n');
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const taken = join(stack.folder, 'taken.yaml');
  writeFileSync(taken, `name: ${stack.name}-taken\ngateway: { port: ${port} }\nservers: {}\n`);
  for (const [file, why] of [
    [join(stack.folder, 'missing.yaml'), /missing\.yaml/],
    [broken, /comand/],
    [taken, /PORT_TAKEN/],
  ] as const) {
    const began = Date.now();
    const { exitCode, stderr, answer } = await initializeOf(stack, file);
    assert.deepEqual([answer.id, exitCode !== 0], [7, true], stderr);
    assert.match(answer.error.message, why);
    assert.match(stderr, why);
    assert.ok(Date.now() - began < 25_000, 'no time limit has been waited for');
  }
});
