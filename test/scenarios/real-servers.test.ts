import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { execa } from 'execa';
import { parse } from 'yaml';
import { createStack, type Running } from '../helpers/hive.ts';
import { MAIN } from '../helpers/program.ts';

const ROOT = join(import.meta.dirname, '../..');
const STACKS = join(ROOT, 'stacks');

/** A file of stacks/ with its own name and port; paths in it stay valid. */
function stackOf(t: TestContext, file: string) {
  const { servers, defaults = {} } = parse(readFileSync(join(STACKS, file), 'utf8'));
  for (const server of Object.values<Record<string, unknown>>(servers)) {
    if (server.dockerfile) server.dockerfile = resolve(STACKS, String(server.dockerfile));
    if (server.type === 'native') server.workdir = STACKS;
  }
  return createStack(t, { defaults, servers });
}

const allReady = (hive: Running) =>
  hive.until('all are ready', ({ servers }) => servers.every(({ state }) => state === 'ready'));

async function textOf(client: Client, name: string, args: Record<string, unknown> = {}): Promise<string> {
  const { content } = await client.callTool({ name, arguments: args });
  return (content as { text?: string }[]).map(({ text }) => text ?? '').join('\n');
}

async function toolNames(client: Client): Promise<string[]> {
  return (await client.listTools()).tools.map(({ name }) => name);
}

test('the default stack must serve its three servers, and notes must outlive their container', async (t) => {
  const stack = stackOf(t, 'default.yaml');
  const first = await stack.up();
  await allReady(first);
  const client = await first.client();
  const names = await toolNames(client);
  for (const name of ['basic_memory_write_note', 'context7_query-docs', 'everything_get-sum'])
    assert.ok(names.includes(name), name);
  assert.equal(await textOf(client, 'everything_get-sum', { a: 40, b: 2 }), 'The sum of 40 and 2 is 42.');
  // The server queries context7.com. Without internet the server must report a failure, or the gateway a timeout,
  // but the call must be answered.
  const library = { query: 'hooks', libraryName: 'react' };
  const told = await textOf(client, 'context7_resolve-library-id', library).catch(({ message }) => message);
  assert.notEqual(told, '');

  const note = { title: 'Bees', content: 'The queen is called Beatrix.', directory: 'notes' };
  assert.match(await textOf(client, 'basic_memory_write_note', note), /Created note/);
  await untilFound(client, 'Beatrix', /notes\/bees/);

  assert.equal((await stack.hive('down')).exitCode, 0);
  assert.equal((await stack.containers()).size, 0);
  const second = await stack.up();
  await second.untilServer('basic_memory', 'ready');
  const again = await second.client();
  const read = await textOf(again, 'basic_memory_read_note', { identifier: 'notes/bees' });
  assert.match(read, /The queen is called Beatrix/);
  await untilFound(again, 'Beatrix', /notes\/bees/);
});

/** basic_memory writes the note immediately and its index a moment later, without a notification. */
async function untilFound(client: Client, query: string, expected: RegExp): Promise<void> {
  const deadline = Date.now() + 60_000;
  let last = '';
  while (!expected.test(last)) {
    if (Date.now() > deadline) assert.fail(`${query} is not found: ${last}`);
    last = await textOf(client, 'basic_memory_search_notes', { query });
  }
}

test('the browser must open a page and return its content', async (t) => {
  const hive = await stackOf(t, 'browser.yaml').up();
  await allReady(hive);
  const client = await hive.client();
  assert.ok(!(await toolNames(client)).includes('browser_run_code_unsafe'), 'denied in the file');
  await textOf(client, 'browser_navigate', { url: 'data:text/html,<h1>Hello Hive</h1>' });
  assert.match(await textOf(client, 'browser_snapshot'), /heading "Hello Hive" \[level=1\]/);
});

test('the database must keep its rows when its container is removed', async (t) => {
  const stack = stackOf(t, 'sqlite.yaml');
  const first = await stack.up();
  await allReady(first);
  const client = await first.client();
  await textOf(client, 'sqlite_create_table', { query: 'CREATE TABLE bees (name TEXT)' });
  await textOf(client, 'sqlite_write_query', { query: "INSERT INTO bees VALUES ('Beatrix')" });
  assert.match(await textOf(client, 'sqlite_read_query', { query: 'SELECT * FROM bees' }), /Beatrix/);

  assert.equal((await stack.hive('down')).exitCode, 0);
  const second = await stack.up();
  await allReady(second);
  const again = await second.client();
  assert.match(await textOf(again, 'sqlite_read_query', { query: 'SELECT * FROM bees' }), /Beatrix/);
});

test('all kinds of servers must work behind one endpoint, including a server behind another Hive', async (t) => {
  const far = await stackOf(t, 'http.yaml').up();
  await allReady(far);
  const direct = await far.client();
  assert.match(await textOf(direct, 'everything_get-sum', { a: 40, b: 2 }), /is 42/);

  const hive = await stackOf(t, 'mixed.yaml').up({ REMOTE_MCP_URL: far.url });
  await allReady(hive);
  const client = await hive.client();
  assert.match(await textOf(client, 'list_tables'), /\[/);
  assert.equal(await textOf(client, 'web_say', { message: 'hello' }), 'Echo: hello');
  assert.match(await textOf(client, 'here_get-sum', { a: 1, b: 2 }), /is 3/);
  assert.match(await textOf(client, 'remote_everything_get-sum', { a: 40, b: 2 }), /is 42/);
  assert.match(await textOf(client, 'server_list'), /^5 of 5 servers of \S+ serve; container engine: ready/);
  assert.ok(!(await toolNames(client)).includes('web_simulate-research-query'), 'not among those allowed');

  // web, local and remote have the same resources: the logs report the conflict, and each keeps its own endpoint.
  const logs = (await logsOf(hive)).filter(({ stream }) => stream === 'hive').map(({ text }) => text);
  assert.ok(
    logs.some((text) => /local offers the same/.test(text)),
    logs.join('\n'),
  );
  assert.equal((await (await hive.client('/web')).listResources()).resources.length > 0, true);
});

async function logsOf({ control }: Running) {
  const entries = [];
  for await (const entry of control.logs([])) entries.push(entry);
  return entries;
}

test('docker-compose.mcp.yml must be the compiled default stack', async () => {
  const args = [MAIN, 'compile', '--stdout', '-c', 'stacks/default.yaml'];
  const { stdout } = await execa(process.execPath, args, { cwd: ROOT, stripFinalNewline: false });
  assert.equal(readFileSync(join(ROOT, 'docker-compose.mcp.yml'), 'utf8'), stdout);
});

test('docker-compose.mcp.yml must run without Hive', async (t) => {
  const project = `hivetest-${randomBytes(4).toString('hex')}`;
  const folder = mkdtempSync(join(tmpdir(), `${project}-`));
  // A Hive that serves the default stack on this machine must not adopt these containers.
  const label = { labels: { 'mcp.stack': project } };
  const override = join(folder, 'labels.json');
  writeFileSync(override, JSON.stringify({ services: { basic_memory: label, context7: label } }));
  const compose = (...args: string[]) =>
    execa('docker', ['compose', '-p', project, '-f', 'docker-compose.mcp.yml', '-f', override, ...args], {
      cwd: ROOT,
    });
  t.after(async () => {
    await compose('down', '--volumes', '--timeout', '1');
    rmSync(folder, { recursive: true, force: true });
  });
  await compose('up', '-d');
  const { stdout } = await compose('ps', '--format', '{{.Service}} {{.State}}');
  assert.deepEqual(stdout.split('\n').sort(), ['basic_memory running', 'context7 running']);
});
