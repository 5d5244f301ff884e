/** Client libraries of agent frameworks, unmodified, list and call through Hive. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { execa } from 'execa';
import { createStack } from '../helpers/hive.ts';
import { record } from './recording.ts';

const HERE = import.meta.dirname;
const EVERYTHING = join(HERE, '../../node_modules/@modelcontextprotocol/server-everything/dist/index.js');
const IMAGE = `hivetest-${process.env.HIVE_TEST_RUN ?? 'by-hand'}-python-clients`;
const INSTALL_MS = 600_000;
const RUN_MS = 180_000;

type Era = 'legacy' | 'modern';
type Run = (url: string, era: Era) => PromiseLike<{ stdout: string }>;

const inNode =
  (script: string): Run =>
  (url, era) =>
    execa(process.execPath, [join(HERE, script), url, era], { timeout: RUN_MS });
const inPython =
  (client: string): Run =>
  (url, era) =>
    execa('docker', ['run', '--rm', '--network', 'host', IMAGE, client, url, era], { timeout: RUN_MS });

/** Each framework with its eras. A framework that supports another era after an update fails its test until listed. */
const CLIENTS: readonly (readonly [name: string, run: Run, eras: readonly Era[]])[] = [
  ['the Vercel AI SDK', inNode('ai-sdk.mjs'), ['modern', 'legacy']],
  ['LangChain', inNode('langchain.mjs'), ['legacy']],
  ['the OpenAI Agents SDK', inNode('openai-agents.mjs'), ['modern', 'legacy']],
  ['the Python SDK', inPython('sdk'), ['modern', 'legacy']],
  ['FastMCP', inPython('fastmcp'), ['modern', 'legacy']],
];

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

test('agent frameworks must list and call through Hive as they do without it, in each of their eras', async (t) => {
  const everything = { type: 'native', command: [process.execPath, EVERYTHING, 'stdio'] };
  const hive = await createStack(t, { servers: { everything } }).up();
  await hive.untilServer('everything', 'ready');
  const { tools } = await (await hive.client()).listTools();
  const namesOf = (some: typeof tools): string[] => some.map(({ name }) => name).sort();
  // Modern clients cannot call a tool of a legacy server that needs a task.
  const callable = tools.filter(({ execution }) => execution?.taskSupport !== 'required');
  assert.equal(callable.length, tools.length - 1);
  const expected = { legacy: namesOf(tools), modern: namesOf(callable) };
  for (const [name, run, eras] of CLIENTS)
    for (const era of eras)
      await t.test(`${name}, ${era}`, async (t) => {
        const recording = await record(hive.url);
        t.after(recording.close);
        const { stdout } = await run(recording.url, era);
        const seen = JSON.parse(stdout) as { tools: string[]; result: unknown };
        assert.deepEqual(seen.tools.sort(), expected[era]);
        assert.match(JSON.stringify(seen.result), /The sum of 40 and 2 is 42/);
        assert.deepEqual(recording.eras, [era]);
      });
});
