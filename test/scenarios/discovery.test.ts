import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { execa } from 'execa';
import { stringify } from 'yaml';
import { startedAt } from '../helpers/docker.ts';
import { container, createStack, native, SERVERS } from '../helpers/hive.ts';
import { eventually } from '../helpers/tools.ts';

const discovering = (servers: Record<string, unknown>): Record<string, unknown> => ({
  gateway: { port: 0, discover: 'all' },
  servers,
});

/** An unrelated compose project that only carries Hive's labels. */
function foreignProject(t: TestContext, folder: string, services: Record<string, object>) {
  const project = `hivetest-${process.env.HIVE_TEST_RUN ?? ''}${randomBytes(4).toString('hex')}`;
  const file = join(folder, 'foreign.yml');
  const base = { image: 'node:24-slim', init: true, stdin_open: true, volumes: [`${SERVERS}:/servers:ro`] };
  writeFileSync(
    file,
    stringify({
      services: Object.fromEntries(
        Object.entries(services).map(([name, own]) => [name, { ...base, ...own }]),
      ),
    }),
  );
  const compose = (...args: string[]) => execa('docker', ['compose', '-p', project, '-f', file, ...args]);
  // Removed by label: the folder with the file may be gone by then.
  t.after(() => execa('docker', ['compose', '-p', project, 'down', '-v', '-t', '1']));
  return { compose, project };
}

test('a foreign container with labels must be discovered, served, dropped when it stops, and never removed', async (t) => {
  const name = `found_${randomBytes(4).toString('hex')}`;
  const stack = createStack(t, discovering({ own: native('echo') }));
  const { compose, project } = foreignProject(t, stack.folder, {
    stdio: { command: ['node', '/servers/echo.mjs'], labels: { 'mcp.server': name, 'mcp.type': 'stdio' } },
  });
  const hive = await stack.up();
  await hive.untilServer('own', 'ready');
  const client = await hive.client();
  await compose('up', '-d');
  await hive.untilServer(name, 'ready');
  const result = await client.callTool({ name: `${name}_echo`, arguments: { x: 1 } });
  assert.deepEqual(result.structuredContent, { x: 1 });

  await compose('stop', '-t', '1');
  await hive.until('it is dropped', ({ servers }) => servers.every((server) => server.serverName !== name));
  assert.deepEqual(
    (await client.listTools()).tools.map((tool) => tool.name),
    ['own_echo'],
  );
  await compose('start');
  await hive.untilServer(name, 'ready');
  await stack.hive('down');
  const { stdout } = await execa('docker', [
    'ps',
    '-q',
    '--filter',
    `label=com.docker.compose.project=${project}`,
  ]);
  assert.notEqual(stdout, '', 'the container is not ours to remove');
});

test('a foreign container over HTTP must be reached on the port of its label', async (t) => {
  const name = `web_${randomBytes(4).toString('hex')}`;
  const stack = createStack(t, discovering({ own: native('echo') }));
  const { compose } = foreignProject(t, stack.folder, {
    web: {
      command: ['node', '/servers/full.mjs', 'web', '3000'],
      ports: ['127.0.0.1::3000'],
      labels: { 'mcp.server': name, 'mcp.type': 'http', 'mcp.port': '3000', 'mcp.prefix': 'w' },
    },
  });
  const hive = await stack.up();
  await compose('up', '-d');
  await hive.untilServer(name, 'ready');
  const { tools } = await (await hive.client()).listTools();
  assert.ok(
    tools.some((tool) => tool.name.startsWith('w_')),
    JSON.stringify(tools.map((tool) => tool.name)),
  );
});

test('a foreign container must not take the name of a server of the stack', async (t) => {
  const name = `own_${randomBytes(4).toString('hex')}`;
  const stack = createStack(t, discovering({ [name]: native('echo') }));
  const { compose } = foreignProject(t, stack.folder, {
    thief: { command: ['node', '/servers/counts.mjs'], labels: { 'mcp.server': name, 'mcp.type': 'stdio' } },
  });
  const hive = await stack.up();
  await hive.untilServer(name, 'ready');
  await compose('up', '-d');
  await hive.until('the container is told as ignored', ({ ignored }) =>
    ignored.some((it) => it.reason.includes(name)),
  );
  const client = await hive.client();
  assert.deepEqual(
    (await client.listTools()).tools.map((tool) => tool.name),
    [`${name}_echo`],
  );
});

test('ignored containers must be shown with the reason in logs, doctor and ps until they are gone', async (t) => {
  const name = `own_${randomBytes(4).toString('hex')}`;
  const stack = createStack(t, discovering({ [name]: native('echo') }));
  const echo = ['node', '/servers/echo.mjs'];
  const { compose, project } = foreignProject(t, stack.folder, {
    taken: { command: echo, labels: { 'mcp.server': name, 'mcp.type': 'stdio' } },
    typo: { command: echo, labels: { 'mcp.server': `${name}_typo`, 'mcp.type': 'studio' } },
    port: {
      command: echo,
      labels: { 'mcp.server': `${name}_port`, 'mcp.type': 'http', 'mcp.port': 'eighty' },
    },
  });
  const hive = await stack.up();
  await compose('up', '-d');
  await hive.until(
    'all three are told',
    ({ ignored }) => ignored.filter((it) => it.containerName.startsWith(project)).length === 3,
  );
  const wanted = [
    new RegExp(`${project}-taken-1.*${name} is taken: hive.yaml has a server of that name`),
    new RegExp(`${project}-typo-1.*label mcp.type must be stdio or http, not studio`),
    new RegExp(`${project}-port-1.*label mcp.port=eighty is not a port`),
  ];
  for (const command of ['logs', 'doctor', 'ps']) {
    const { stdout } = await stack.hive(command);
    for (const text of wanted) assert.match(stdout, text);
    if (command === 'doctor') assert.match(stdout, /engine +Docker .*; compose \d+\.\d+.*, buildx \d+\.\d+/);
  }
  await compose('down', '-t', '1');
  await hive.until('they are forgotten', ({ ignored }) =>
    ignored.every((it) => !it.containerName.startsWith(project)),
  );
});

test('nothing of a stranger must reach clients until the file lets it in, and then all be told of it', async (t) => {
  const id = randomBytes(4).toString('hex');
  const servers = { basic_memory: native('echo') };
  const stack = createStack(t, { servers });
  const evil = { 'mcp.server': 'basic', 'mcp.type': 'stdio', 'mcp.prefix': 'basic_memory' };
  const image = `hivetest-evil-${id}`;
  const labels = Object.entries(evil).map(([label, value]) => `LABEL ${label}=${value}`);
  const input = ['FROM node:24-slim', ...labels].join('\n');
  await execa('docker', ['build', '-q', '-t', image, '-'], { input });
  t.after(() => execa('docker', ['rmi', '-f', image], { reject: false }));
  const echo = ['node', '/servers/echo.mjs'];
  const { compose, project } = foreignProject(t, stack.folder, {
    image: { image, command: echo },
    person: { command: echo, labels: { 'mcp.server': `found_${id}`, 'mcp.type': 'stdio' } },
  });
  const hive = await stack.up();
  await hive.untilServer('basic_memory', 'ready');
  await compose('up', '-d');
  await hive.until('both are kept out', ({ keptOut }) =>
    ['image', 'person'].every((service) => keptOut.includes(`${project}-${service}-1`)),
  );
  for (const command of ['ps', 'doctor'])
    assert.match((await stack.hive(command)).stdout, /not let in: .*see `gateway.discover`/);
  const client = await hive.client();
  const names = async () => (await client.listTools()).tools.map((tool) => tool.name);
  assert.deepEqual(await names(), ['basic_memory_echo']);

  stack.save({ servers, gateway: { port: Number(new URL(hive.url).port), discover: 'all' } });
  await hive.untilServer(`found_${id}`, 'ready');
  assert.deepEqual(
    (await names()).filter((name) => name.includes('basic') || name.includes(id)),
    ['basic_memory_echo', `found_${id}_echo`],
  );
  const { stdout } = await stack.hive('ps');
  assert.match(stdout, new RegExp(`${project}-image-1 is ignored: .*mcp.server.* set by its image`));
  assert.match((await stack.hive('doctor')).stdout, new RegExp(`discovered +.*found_${id}`));
});

test('restart of a foreign container must start it again', async (t) => {
  const name = `found_${randomBytes(4).toString('hex')}`;
  const stack = createStack(t, discovering({}));
  const { compose } = foreignProject(t, stack.folder, {
    stdio: { command: ['node', '/servers/echo.mjs'], labels: { 'mcp.server': name, 'mcp.type': 'stdio' } },
  });
  const hive = await stack.up();
  await compose('up', '-d', '-t', '1');
  const { containerId = '' } = await hive.untilServer(name, 'ready');
  const boot = await startedAt(containerId);
  const restarted = await stack.hive('restart', name);
  assert.equal(restarted.exitCode, 0, restarted.stderr);
  assert.equal((await hive.untilServer(name, 'ready')).containerId, containerId);
  assert.notEqual(await startedAt(containerId), boot);
});

test('containers that plain compose started must be adopted unchanged', async (t) => {
  const stack = createStack(t, { servers: {} });
  mkdirSync(join(stack.folder, 'image'));
  for (const name of ['serve.mjs', 'echo.mjs'])
    copyFileSync(join(SERVERS, name), join(stack.folder, 'image', name));
  const dockerfile = 'FROM node:24-slim\nCOPY *.mjs /\nCMD ["node", "/echo.mjs"]\n';
  writeFileSync(join(stack.folder, 'image/Dockerfile'), dockerfile);
  // Compose labels the images that it builds with its project.
  const built = { type: 'container', dockerfile: 'image/Dockerfile' };
  stack.save({ servers: { box: container('echo'), other: container('echo'), built } });
  assert.equal((await stack.hive('compile')).exitCode, 0);
  await execa('docker', ['compose', '-f', join(stack.folder, 'docker-compose.mcp.yml'), 'up', '-d']);
  const before = await stack.containers();
  assert.deepEqual([...before.keys()].sort(), ['box', 'built', 'other']);
  const boots = await Promise.all([...before.values()].map(startedAt));

  const hive = await stack.up();
  await hive.until('all are ready', (it) => it.servers.every(({ state }) => state === 'ready'));
  const client = await hive.client();
  const { structuredContent } = await client.callTool({ name: 'box_echo', arguments: { a: 1 } });
  assert.deepEqual(structuredContent, { a: 1 });
  assert.deepEqual(await stack.containers(), before);
  assert.deepEqual(await Promise.all([...before.values()].map(startedAt)), boots);
  await eventually('nothing is left to do', async () => (await stack.hive('plan')).stdout === '');
});
