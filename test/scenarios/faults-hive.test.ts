import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { execa } from 'execa';
import { container, createStack, native, type Running, type Stack } from '../helpers/hive.ts';
import { pidsOf, untilLeft } from '../helpers/processes.ts';

const MARKER = `--crash-${process.pid}`;

for (const mode of ['refuse', 'ignore']) {
  test(`an adopted container whose server would ${mode} a second initialize must be restarted once, and its log must say so`, async (t) => {
    const stack = createStack(t, { servers: { s: container('initialises-once', mode) } });
    const first = await stack.up();
    await first.untilServer('s', 'ready');
    const before = await stack.containers();
    await killed(first);
    const second = await stack.up();
    const { restarts } = await second.untilServer('s', 'ready');
    assert.equal(restarts, 1);
    assert.deepEqual(await stack.containers(), before);
    assert.match(
      (await stack.hive('logs', 's')).stdout,
      /did not accept a second initialize: restarting it once/,
    );
  });
}

test('a running container must be adopted with its process and state', async (t) => {
  const stack = createStack(t, { servers: { s: container('counts') } });
  const count = async (hive: Running): Promise<unknown> =>
    (await (await hive.client()).callTool({ name: 's_count', arguments: {} })).content;
  const first = await stack.up();
  await first.untilServer('s', 'ready');
  assert.deepEqual(await count(first), [{ type: 'text', text: '1' }]);
  await killed(first);
  const second = await stack.up();
  assert.equal((await second.untilServer('s', 'ready')).restarts, 0);
  assert.deepEqual(await count(second), [{ type: 'text', text: '2' }]);
});

const MOMENTS: readonly [string, (hive: Running, stack: Stack) => Promise<unknown>][] = [
  ['while compose creates', (hive) => hive.untilPrinted('creating container')],
  ['while it waits for initialize', (hive) => hive.untilPrinted('waiting for initialize')],
  [
    'in the middle of a reload',
    async (hive, stack) => {
      await hive.untilServer('s', 'ready');
      stack.save({ servers: { s: { ...container('echo'), env: { A: '1' } }, n: native('echo', MARKER) } });
      await hive.until('the replacement is under way', ({ servers }) =>
        servers.some(({ detail }) => detail?.includes('replacement')),
      );
    },
  ],
];

for (const [moment, reach] of MOMENTS) {
  test(`a gateway killed with -9 ${moment} must leave nothing that the next gateway does not adopt or remove`, async (t) => {
    const stack = createStack(t, { servers: { s: container('echo'), n: native('echo', MARKER) } });
    const first = await stack.up();
    await reach(first, stack);
    await killed(first);
    await untilLeft(MARKER, 0);
    const second = await stack.up();
    await second.until('all are ready', ({ servers }) => servers.every(({ state }) => state === 'ready'));
    await untilContainers(stack, 1);
    assert.equal((await stack.hive('plan')).stdout, '');
    await second.stop();
    await stack.hive('down');
    await assertNothingLeft(stack);
  });
}

test('a gateway killed with -9 during a build must not prevent the next gateway from building', async (t) => {
  const entry = { type: 'container', dockerfile: 'Dockerfile', command: container('echo').command };
  const stack = createStack(t, { servers: {} });
  writeFileSync(join(stack.folder, 'Dockerfile'), `FROM node:24-slim\nRUN echo ${stack.name} && sleep 2\n`);
  stack.save({ servers: { s: { ...entry, volumes: container('echo').volumes } } });
  const first = await stack.up();
  await first.untilPrinted(/sleep 2|building/);
  await killed(first);
  const second = await stack.up();
  await second.untilServer('s', 'ready');
  await untilContainers(stack, 1);
  await second.stop();
  await stack.hive('down');
  await assertNothingLeft(stack);
});

async function killed({ child }: Running): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

/** Containers that compose was still creating when its gateway died appear later, and must be removed. */
async function untilContainers(stack: Stack, count: number): Promise<void> {
  const deadline = Date.now() + 120_000;
  for (;;) {
    const { stdout } = await execa('docker', ['ps', '-aq', '--filter', `label=mcp.stack=${stack.name}`]);
    const found = stdout.split('\n').filter(Boolean).length;
    if (found === count) return;
    assert.ok(Date.now() < deadline, `${found} containers instead of ${count}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function assertNothingLeft(stack: Stack): Promise<void> {
  await untilContainers(stack, 0);
  const filter = ['--filter', `label=com.docker.compose.project=${stack.name}`];
  assert.equal((await execa('docker', ['network', 'ls', '-q', ...filter])).stdout, '');
  assert.deepEqual(pidsOf(MARKER), []);
}
