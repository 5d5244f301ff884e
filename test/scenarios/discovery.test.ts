import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { execa } from 'execa';
import { stringify } from 'yaml';
import { dockerLines, startedAt } from '../helpers/docker.ts';
import { container, createStack, native, SERVERS, type Stack } from '../helpers/hive.ts';
import { eventually, followTools } from '../helpers/tools.ts';

interface Foreign {
  compose(...args: string[]): Promise<void>;
}

/** Somebody else's compose project: node:24-slim with these commands and labels, gone when the test ends. */
function foreign(
  t: TestContext,
  stack: Stack,
  services: Record<string, { command: string[]; labels: Record<string, string>; ports?: string[] }>,
): Foreign {
  const file = join(stack.folder, 'foreign.yaml');
  const project = `${stack.name}-foreign`;
  const common = { image: 'node:24-slim', init: true, stdin_open: true, volumes: [`${SERVERS}:/servers:ro`] };
  const all = Object.entries(services).map(([name, own]) => [
    name,
    { ...common, stop_grace_period: '1s', ...own },
  ]);
  writeFileSync(file, stringify({ services: Object.fromEntries(all) }));
  const compose = async (...args: string[]): Promise<void> => {
    await execa('docker', ['compose', '-p', project, '-f', file, ...args]);
  };
  t.after(() =>
    execa('docker', ['compose', '-p', project, 'down', '--volumes', '--timeout', '1'], { cwd: '/' }),
  );
  return { compose };
}

const discovering = (servers: Record<string, unknown>) => ({ gateway: { port: 0, discover: true }, servers });
const labels = (name: string, more: Record<string, string> = {}) => ({
  'mcp.server': name,
  'mcp.type': 'stdio',
  ...more,
});
const echo = ['node', '/servers/echo.mjs'];

test("somebody else's labelled containers must be picked up, served, dropped when they stop, and never removed", async (t) => {
  const stack = createStack(t, discovering({ proc: native('echo') }));
  const { compose } = foreign(t, stack, {
    pipe: { command: echo, labels: labels(`${stack.name}-pipe`) },
    web: {
      command: ['node', '/servers/http.mjs', '3000', '0.0.0.0'],
      labels: labels(`${stack.name}-web`, { 'mcp.type': 'http', 'mcp.port': '3000' }),
      ports: ['127.0.0.1::3000'],
    },
  });
  const hive = await stack.up();
  await hive.untilServer('proc', 'ready');
  const client = await hive.client();
  const [pipe, web] = [`${stack.name}-pipe_echo`, `${stack.name}-web_echo`];
  const tools = await followTools(client, (name) => [pipe, web, 'proc_echo'].includes(name));
  await compose('up', '-d');
  await tools.until(pipe, 'proc_echo', web);
  const found = await client.callTool({ name: pipe, arguments: { a: 1 } });
  assert.deepEqual(found.structuredContent, { a: 1 });
  assert.ok((await client.callTool({ name: web, arguments: {} })).structuredContent);
  const own = await hive.client(`/${stack.name}-pipe`);
  assert.deepEqual(
    (await own.listTools()).tools.map((tool) => tool.name),
    ['echo'],
  );

  assert.equal((await stack.hive('restart', `${stack.name}-pipe`)).exitCode, 0);
  await tools.until(pipe, 'proc_echo', web);
  await compose('stop', 'web');
  await tools.until(pipe, 'proc_echo');
  await compose('start', 'web');
  await tools.until(pipe, 'proc_echo', web);

  assert.equal((await stack.hive('down')).exitCode, 0);
  const left = await dockerLines(
    'ps',
    '-q',
    '--filter',
    `label=com.docker.compose.project=${stack.name}-foreign`,
  );
  assert.equal(left.length, 2);
});

test('foreign containers with a taken name or wrong labels must be ignored, and the fact be visible', async (t) => {
  const stack = createStack(t, discovering({}));
  const name = `${stack.name}-box`;
  stack.save(discovering({ [name]: { ...container('echo'), prefix: 'box' } }));
  const { compose } = foreign(t, stack, {
    taken: { command: echo, labels: labels(name) },
    typo: { command: echo, labels: labels(`${stack.name}-typo`, { 'mcp.type': 'studio' }) },
    port: {
      command: echo,
      labels: labels(`${stack.name}-port`, { 'mcp.type': 'http', 'mcp.port': 'eighty' }),
    },
  });
  const hive = await stack.up();
  await hive.untilServer(name, 'ready');
  const tools = await followTools(
    await hive.client(),
    (it) => it === 'box_echo' || it.startsWith(stack.name),
  );
  await compose('up', '-d');
  const mine = (it: { containerName: string }): boolean =>
    it.containerName.startsWith(`${stack.name}-foreign`);
  await hive.until('all three are told', ({ ignored }) => ignored.filter(mine).length === 3);
  assert.deepEqual(tools.names, ['box_echo']);
  const wanted = [
    new RegExp(`${stack.name}-foreign-taken-1.*${name} is taken: hive.yaml has a server of that name`),
    new RegExp(`${stack.name}-foreign-typo-1.*label mcp.type must be stdio or http, not studio`),
    new RegExp(`${stack.name}-foreign-port-1.*label mcp.port=eighty is not a port`),
  ];
  for (const command of ['logs', 'doctor', 'ps'])
    for (const text of wanted) assert.match((await stack.hive(command)).stdout, text);
  await compose('stop');
  await hive.until(
    'they are forgotten',
    ({ ignored }) => !ignored.some((it) => it.containerName.includes('taken')),
  );
});

test('containers that plain compose brought up must be adopted as they are', async (t) => {
  const servers = { box: container('echo'), web: web('3000') };
  const stack = createStack(t, { servers });
  assert.equal((await stack.hive('compile')).exitCode, 0);
  const file = join(stack.folder, 'docker-compose.mcp.yml');
  assert.match(readFileSync(file, 'utf8'), /mcp\.server/);
  await execa('docker', ['compose', '-f', file, 'up', '-d']);
  const before = await stack.containers();
  assert.deepEqual([...before.keys()].sort(), ['box', 'web']);
  const boots = await Promise.all([...before.values()].map(startedAt));

  const hive = await stack.up();
  await hive.until('both are ready', (it) => it.servers.every(({ state }) => state === 'ready'));
  const client = await hive.client();
  assert.deepEqual((await client.callTool({ name: 'box_echo', arguments: { a: 1 } })).structuredContent, {
    a: 1,
  });
  assert.deepEqual(await stack.containers(), before);
  assert.deepEqual(await Promise.all([...before.values()].map(startedAt)), boots);
  await eventually('nothing is left to do', async () => (await stack.hive('plan')).stdout === '');
});

function web(port: string): Record<string, unknown> {
  const run = container('http', port, '0.0.0.0');
  return { ...run, transport: 'http', port: Number(port) };
}
