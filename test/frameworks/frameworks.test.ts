/** Clients that agents are built with, each as its makers ship it: they list and call through Hive. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { execa } from 'execa';
import { createStack } from '../helpers/hive.ts';

const HERE = import.meta.dirname;
const EVERYTHING = join(HERE, '../../node_modules/@modelcontextprotocol/server-everything/dist/index.js');
const IMAGE = `hivetest-${process.env.HIVE_TEST_RUN ?? 'by-hand'}-python-clients`;
const INSTALL_MS = 240_000;
const RUN_MS = 60_000;

const inNode = (script: string, url: string) =>
  execa(process.execPath, [join(HERE, script), url], { timeout: RUN_MS });
const inPython = (client: string, url: string) =>
  execa('docker', ['run', '--rm', '--network', 'host', IMAGE, client, url], { timeout: RUN_MS });

const CLIENTS: Readonly<Record<string, (url: string) => PromiseLike<{ stdout: string }>>> = {
  'the Vercel AI SDK': (url) => inNode('ai-sdk.mjs', url),
  LangChain: (url) => inNode('langchain.mjs', url),
  'the OpenAI Agents SDK': (url) => inNode('openai-agents.mjs', url),
  'the Python SDK': (url) => inPython('sdk', url),
  FastMCP: (url) => inPython('fastmcp', url),
};

before(async () => {
  await Promise.all([
    installNode(),
    execa('docker', ['build', '-q', '-f', 'python.Dockerfile', '-t', IMAGE, '.'], {
      cwd: HERE,
      timeout: INSTALL_MS,
    }),
  ]);
});
after(() => execa('docker', ['rmi', '-f', IMAGE], { reject: false }));

async function installNode(): Promise<void> {
  if (existsSync(join(HERE, 'node_modules/@ai-sdk/mcp'))) return;
  const packages = join(HERE, '../../scripts/packages.mjs');
  const { npmCommand } = (await import(packages)) as { npmCommand: () => string[] };
  const [file, ...args] = [...npmCommand(), 'ci', '--no-audit', '--no-fund', '--ignore-scripts'];
  await execa(file as string, args, { cwd: HERE, timeout: INSTALL_MS });
}

test('agent frameworks must list and call through Hive as they do without it', async (t) => {
  const everything = { type: 'native', command: [process.execPath, EVERYTHING, 'stdio'] };
  const hive = await createStack(t, { servers: { everything } }).up();
  await hive.untilServer('everything', 'ready');
  const { tools } = await (await hive.client()).listTools();
  const expected = tools.map(({ name }) => name).sort();
  for (const [name, run] of Object.entries(CLIENTS))
    await t.test(name, async () => {
      const { stdout } = await run(hive.url);
      const seen = JSON.parse(stdout) as { tools: string[]; result: unknown };
      assert.deepEqual(seen.tools.sort(), expected);
      assert.match(JSON.stringify(seen.result), /The sum of 40 and 2 is 42/);
    });
});
