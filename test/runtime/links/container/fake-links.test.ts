/** Ends of container links that a real engine shows too rarely, or too slowly: on the fake engine. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openAttach } from '../../../../src/runtime/links/container/attach.ts';
import { openExec } from '../../../../src/runtime/links/container/exec.ts';
import { collect } from '../../../contract/collect.ts';
import type { FakeContainerSpec, FakeProgram } from '../../../helpers/fake-container.ts';
import { FakeEngine } from '../../../helpers/fake-engine.ts';

async function attached(spec: FakeContainerSpec = {}) {
  const engine = new FakeEngine();
  const container = engine.create(spec);
  const seen = collect();
  const link = await openAttach(engine, container.containerId, seen.events);
  const ended = (): Promise<void> => seen.until(() => seen.closed.length > 0);
  return { engine, container, seen, link, ended };
}

test('attach: output up to the end must be reported before the end, an unfinished line too', async () => {
  const program: FakeProgram = (process) => {
    process.stdout('{"jsonrpc":"2.0","id":1,"result":{}}\nhalf');
    process.stderr('bye');
    process.exit(2);
  };
  const { container, seen, ended } = await attached({ program });
  container.start();
  await ended();
  assert.equal(seen.messages.length, 1);
  assert.deepEqual([seen.noise, seen.stderr], [[['half', 4]], 'bye']);
  assert.deepEqual(seen.closed, [{ exitCode: 2, oomKilled: false }]);
});

test('attach: a kill for memory must be reported as one, though the engine records it late', async () => {
  const { container, seen, ended } = await attached();
  container.start();
  container.process.signal('SIGKILL');
  setTimeout(() => {
    container.isOomKilled = true;
  }, 20);
  await ended();
  assert.deepEqual(seen.closed, [{ exitCode: 137, oomKilled: true }]);
});

test("attach: the engine's own reason for an end must be passed on", async () => {
  const { container, seen, ended } = await attached();
  container.start();
  container.error = 'no space left';
  container.process.exit(128);
  await ended();
  assert.deepEqual(seen.closed, [{ exitCode: 128, oomKilled: false, message: 'no space left' }]);
});

test('attach: a removed container and an engine that is down must be told apart', async () => {
  const removed = await attached();
  removed.container.start();
  await removed.engine.remove(removed.container.containerId);
  await removed.ended();
  assert.deepEqual(removed.seen.closed, [{ message: 'the container was removed' }]);
  const lost = await attached();
  lost.container.start();
  lost.engine.setDown(true);
  lost.container.process.exit(0);
  await lost.ended();
  assert.deepEqual(lost.seen.closed, [{ message: 'the engine does not answer: it is down' }]);
});

test('attach: an engine that is down must be the error itself, and not a fault of the container', async () => {
  const engine = new FakeEngine();
  engine.setDown(true);
  await assert.rejects(openAttach(engine, '1', collect().events), { code: 'ENGINE_UNREACHABLE' });
});

async function executed(program: FakeProgram) {
  const engine = new FakeEngine({ findProgram: () => program });
  const container = engine.create();
  container.start();
  const seen = collect();
  const link = await openExec(engine, container.containerId, ['serve'], seen.events);
  const ended = (): Promise<void> => seen.until(() => seen.closed.length > 0);
  return { engine, container, seen, link, ended };
}

test('exec: a server that ends with its input must not be signalled', async () => {
  const { engine, seen, link } = await executed((process) => process.onInputEnd(() => process.exit(0)));
  await link.close(5_000);
  assert.deepEqual(seen.closed, [{ exitCode: 0, oomKilled: false }]);
  assert.ok(!engine.requests.some((request) => request.startsWith('execDetached')));
});

test('exec: a process that Hive cannot see must be signalled through its container', async () => {
  const commands: (readonly string[])[] = [];
  const engine = new FakeEngine({
    findProgram: (command) => (process) => {
      commands.push(command);
      if (command[0] === '/bin/sh') server?.exit(143);
      else server = process;
    },
  });
  let server: Parameters<FakeProgram>[0] | undefined;
  const container = engine.create();
  container.start();
  const seen = collect();
  const link = await openExec(engine, container.containerId, ['serve'], seen.events);
  await link.close(20);
  assert.deepEqual(seen.closed, [{ exitCode: 143, oomKilled: false }]);
  assert.deepEqual([commands[1]?.at(-1), commands[1]?.at(-2)?.split('=')[0]], ['TERM', 'HIVE_LINK']);
});

test('exec: a container that goes away must end its processes, and be named', async () => {
  const { engine, container, seen, ended } = await executed(() => {});
  await engine.remove(container.containerId);
  await ended();
  assert.deepEqual(seen.closed, [{ message: 'its container is gone' }]);
});

test('exec: a command that cannot be started, and a container that does not run, must be told apart', async () => {
  const engine = new FakeEngine();
  const container = engine.create();
  const open = () => openExec(engine, container.containerId, ['serve'], collect().events);
  await assert.rejects(open(), { code: 'SERVER_UNREACHABLE', message: /is not running/ });
  container.start();
  await assert.rejects(open(), { code: 'START_FAILED', message: /"serve": not found/ });
  engine.setDown(true);
  await assert.rejects(open(), { code: 'ENGINE_UNREACHABLE' });
});
