/** `docker run` as the command of a native server: its container never outlives the server. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { dockerLines } from '../helpers/docker.ts';
import { createStack, SERVERS, type Stack } from '../helpers/hive.ts';

/** Its server ignores the end of its input, and as PID 1 also SIGTERM: only its removal ends it. */
const stubborn = ({ name }: Stack): object => ({
  type: 'native',
  command: 'docker',
  args: [
    ...['run', '-i', '--rm', '--label', `test=${name}`, '-v', `${SERVERS}:/servers:ro`],
    ...['node:24-slim', 'node', '-e', 'setInterval(() => {}, 1000); import("/servers/echo.mjs")'],
  ],
  stopGrace: '1s',
});

const left = (stack: Stack): Promise<string[]> =>
  dockerLines('ps', '-aq', '--filter', `label=test=${stack.name}`);

test('the container of a docker run entry must be removed at a restart, at the end, and after kill -9', async (t) => {
  const stack = createStack(t, {});
  t.after(async () => {
    const ids = await left(stack);
    if (ids.length > 0) await dockerLines('rm', '-f', ...ids);
  });
  stack.save({ servers: { s: stubborn(stack) } });
  const first = await stack.up();
  await first.untilServer('s', 'ready');
  const [before] = await left(stack);
  await first.control.restart('s');
  await first.until('it is ready again', ({ servers: [s] }) => s?.state === 'ready' && s.restarts === 1);
  const [after, ...others] = await left(stack);
  assert.ok(after !== before && others.length === 0);
  const killed = once(first.child, 'exit');
  first.child.kill('SIGKILL');
  await killed;
  assert.deepEqual(await left(stack), [after], 'the command is dead, the container is not');
  const second = await stack.up();
  await second.untilServer('s', 'ready');
  const running = await left(stack);
  assert.ok(running.length === 1 && running[0] !== after);
  await second.stop();
  assert.deepEqual(await left(stack), []);
});

test('what a killed gateway has left of docker run entries must be removed by down', async (t) => {
  const stack = createStack(t, {});
  stack.save({ servers: { s: stubborn(stack) } });
  const hive = await stack.up();
  await hive.untilServer('s', 'ready');
  const killed = once(hive.child, 'exit');
  hive.child.kill('SIGKILL');
  await killed;
  const { stdout } = await stack.hive('down');
  assert.match(stdout, /removed a container of docker run/);
  assert.deepEqual(await left(stack), []);
});
