import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GatewayError } from '../../../src/errors.ts';
import {
  type ContainerTarget,
  openContainer,
  openProcess,
  startByEngine,
} from '../../../src/runtime/containers/open-container.ts';
import { collect } from '../../contract/collect.ts';
import { FakeEngine, refusal } from '../../helpers/fake-engine.ts';
import { containerServer, labelsOf } from './harness.ts';

function targetOn(
  engine: FakeEngine,
  containerId: string,
  changes: Partial<ContainerTarget> = {},
): ContainerTarget {
  const start = (id: string): Promise<void> => engine.start(id);
  const target = { engine, containerId, container: undefined, pipe: undefined, restart: false, values: {} };
  return { ...target, start, ...changes };
}

test('the streams of a container must be open before its process begins', async () => {
  const engine = new FakeEngine();
  const container = engine.create({ program: (process) => process.stderr('first words') });
  const seen = collect();
  const link = await openContainer(
    containerServer('a'),
    targetOn(engine, container.containerId),
    seen.events,
  );
  assert.equal(link.kind, 'attach');
  await seen.until(() => seen.stderr === 'first words');
  assert.deepEqual(engine.requests, ['inspect 1', 'attach 1', 'start 1']);
});

test('a process that has failed must be replaced before the link is opened', async () => {
  const engine = new FakeEngine();
  const container = engine.create();
  container.start();
  const before = container.process;
  const target = targetOn(engine, container.containerId, { restart: true });
  await openContainer(containerServer('a'), target, collect().events);
  assert.notEqual(before.exitCode, undefined);
  assert.equal(container.isRunning, true);
});

test('a container that does not start must leave no open link', async () => {
  const engine = new FakeEngine();
  const { containerId } = engine.create();
  const seen = collect();
  const start = (): Promise<void> => Promise.reject(new GatewayError('START_FAILED', 'no'));
  const opened = openContainer(containerServer('a'), targetOn(engine, containerId, { start }), seen.events);
  await assert.rejects(opened, { code: 'START_FAILED' });
  assert.deepEqual(seen.closed, [{ message: 'detached' }]);
});

test('a variable that no shell passes on must rule out the pipe', async () => {
  const engine = new FakeEngine();
  const { containerId } = engine.create({ env: { 'A.B': '1' } });
  const target = targetOn(engine, containerId, { pipe: '/nowhere' });
  const opened = openContainer(containerServer('a'), target, collect().events);
  await assert.rejects(opened, { scope: 'image', why: 'no shell would pass on its variable A.B' });
});

test('an HTTP server without a port that can be reached must be reported with the key to set', async () => {
  const engine = new FakeEngine();
  const labels = labelsOf('web', { type: 'http', port: 80 });
  const server = containerServer('web', { transport: 'http', path: '/mcp' });
  const open = (id: string) => openContainer(server, targetOn(engine, id), collect().events);
  const here = engine.create({ labels, network: 'isolated' });
  await assert.rejects(open(here.containerId), { code: 'SERVER_UNREACHABLE', hint: /set `port`/ });
});

test('a refused start must name the server and the reason of the engine', async () => {
  const engine = new FakeEngine();
  const { containerId } = engine.create();
  engine.failNext('start', refusal('exec: "x": not found'));
  await assert.rejects(startByEngine(engine, containerId, 'a'), {
    code: 'START_FAILED',
    message: 'the engine could not start a: exec: "x": not found',
  });
  engine.setDown(true);
  await assert.rejects(startByEngine(engine, containerId, 'a'), { code: 'ENGINE_UNREACHABLE' });
});

test('a container that was removed under a call must be reported as such, and not as a defect', async () => {
  const engine = new FakeEngine();
  await assert.rejects(openProcess(containerServer('s'), engine, 'abc', {}, collect().events), {
    code: 'SERVER_EXITED',
    message: 'the container of s was removed',
  });
});

test('a further process must run the command of config and image, with references resolved', async () => {
  const commands: (readonly string[])[] = [];
  const engine = new FakeEngine({ findProgram: (command) => () => void commands.push(command) });
  engine.images.set('i', { imageId: 'sha256:i', labels: {}, entrypoint: ['entry'], command: ['default'] });
  const container = engine.create({ image: 'i' });
  container.start();
  const run = async (changes: object): Promise<void> => {
    const server = containerServer('a', changes);
    await openProcess(server, engine, container.containerId, { WHO: 'me' }, collect().events);
  };
  await run({});
  await run({ command: ['${WHO}'] });
  await run({ entrypoint: ['own'] });
  await run({ entrypoint: ['own'], command: ['$${WHO}'] });
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(commands, [['entry', 'default'], ['entry', 'me'], ['own'], ['own', '${WHO}']]);
});
