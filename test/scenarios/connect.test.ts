/** Clients that `hive connect` has connected reach the gateway that runs, with what stands in their files. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { getDefaultEnvironment, StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { execa } from 'execa';
import { createStack, native, type Stack } from '../helpers/hive.ts';
import { MAIN } from '../helpers/program.ts';

const TOKENS = { auth: { tokens: { other: `sha256:${'1'.repeat(64)}` } } };

/** The folder of the stack is the home of the user too. */
const connect = (stack: Stack, ...args: string[]) =>
  execa(process.execPath, [MAIN, ...args, '-c', stack.file], {
    cwd: stack.folder,
    env: { HOME: stack.folder, HIVE_STATE_DIR: join(stack.folder, '.state'), NO_COLOR: '1' },
    stdin: 'ignore',
  });

const entryIn = (stack: Stack, file: string) =>
  JSON.parse(readFileSync(join(stack.folder, file), 'utf8')).mcpServers.hive;

const toolsOf = async (client: Client): Promise<string[]> =>
  (await client.listTools()).tools.map(({ name }) => name);

test('a client that was connected must get in with its own token, at the port that the gateway has', async (t) => {
  const stack = createStack(t, { servers: { a: native('echo') }, ...TOKENS });
  const hive = await stack.up();
  await hive.untilServer('a', 'ready');
  mkdirSync(join(stack.folder, '.cursor'));
  await connect(stack, 'connect', 'cursor', '--yes', '--write-token');
  const { url, headers } = entryIn(stack, '.cursor/mcp.json');
  assert.equal(url, hive.url);
  const ask = () => fetch(url.replace('/mcp', '/metrics'), { headers });
  while ((await ask()).status !== 200) await new Promise((resolve) => setTimeout(resolve, 20));
  const client = new Client({ name: 'cursor', version: '1' });
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
  t.after(() => client.close());
  assert.ok((await toolsOf(client)).includes('a_echo'));

  const { stdout } = await connect(stack, 'clients', '--json');
  const facts = JSON.parse(stdout).find((it: { client: string }) => it.client === 'cursor');
  assert.equal(facts.connectedAs, 'hive');
  assert.ok(facts.offeredTools > 0);
});

test('a client without HTTP must start a gateway by the command that stands in its file', async (t) => {
  const stack = createStack(t, { servers: { a: native('echo') }, gateway: { port: 8_123 } });
  mkdirSync(join(stack.folder, '.config/Claude'), { recursive: true });
  await connect(stack, 'connect', 'claude-desktop', '--yes');
  const { command, args } = entryIn(stack, '.config/Claude/claude_desktop_config.json');
  stack.save({ servers: { a: native('echo') } });
  const client = new Client({ name: 'claude', version: '1' });
  const env = { ...getDefaultEnvironment(), HIVE_STATE_DIR: join(stack.folder, '.state') };
  // From another folder, as clients do.
  await client.connect(new StdioClientTransport({ command, args, env, cwd: '/', stderr: 'ignore' }));
  t.after(() => client.close());
  // The gateway has just been started, and its server with it.
  while (!(await toolsOf(client)).includes('a_echo')) await new Promise((resolve) => setTimeout(resolve, 20));
});

test('a folder below the project must connect and disconnect the file of the project', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'hive-project-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const name of ['.git', '.cursor', 'src/deep']) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'hive.yaml'), 'servers: { a: { command: x } }\n');
  const below = (...args: string[]) =>
    execa(process.execPath, [MAIN, ...args, '--project', '--yes'], {
      cwd: join(folder, 'src/deep'),
      env: { HOME: folder, HIVE_STATE_DIR: join(folder, '.state'), NO_COLOR: '1' },
      stdin: 'ignore',
    });
  await below('connect', 'Cursor');
  assert.match(readFileSync(join(folder, '.cursor/mcp.json'), 'utf8'), /"hive"/);
  await below('disconnect', 'cursor');
  assert.ok(!existsSync(join(folder, '.cursor/mcp.json')));
});

test('line ends in the words of a person must not look like lines of the message', async (t) => {
  const stack = createStack(t, { servers: {} });
  const { stderr } = await connect(stack, 'connect', 'cur\nerror X: y').catch((error) => error);
  assert.match(stderr, /^error USAGE: no client is called cur\\nerror X: y$/m);
});
