/** Engines that are reached in other ways than by their socket, and how an engine is named. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createShell, type Shell } from '../helpers/cli.ts';
import { dockerLines } from '../helpers/docker.ts';
import { engineSocket, overSsh, overTcp } from '../helpers/engine-routes.ts';
import { container, createStack, native, type Stack } from '../helpers/hive.ts';
import { eventually } from '../helpers/tools.ts';

const ROUTES: Readonly<Record<string, typeof overSsh | typeof overTcp>> = { TCP: overTcp, ssh: overSsh };
const SOCKET = engineSocket();
const skip = SOCKET === undefined && 'the engine under test has no socket on this machine';

const web = { ...container('full', 'web', '3000'), transport: 'http', port: 3000 };

for (const [how, route] of Object.entries(ROUTES))
  test(`an engine over ${how} must serve, follow crashes and edits, and be cleaned up`, {
    skip,
  }, async (t) => {
    const env = await route(t, SOCKET ?? '');
    const stack = createStack(t, { servers: { box: container('echo'), web } });
    const hive = await stack.up(env);
    await hive.untilServer('web', 'ready');
    assert.equal((await hive.untilServer('box', 'ready')).link, 'attach');
    await hive.untilPrinted(
      new RegExp(`^  engine +\\w+ \\d\\S+ \\(root\\w+\\) at ${env.DOCKER_HOST}, DOCKER_HOST$`, 'm'),
    );
    const client = await hive.client();
    const echoes = async (name: string): Promise<boolean> => {
      const answer = await client.callTool({ name, arguments: { a: 1 } }).catch(() => undefined);
      return JSON.stringify(answer?.structuredContent) === '{"a":1}';
    };
    assert.ok(await echoes('box_echo'));
    assert.ok((await client.listTools()).tools.some(({ name }) => name.startsWith('web_')));
    assert.match(
      (await stack.hive('logs', 'box')).stdout,
      /by attach, not by pipe: the engine is not on this/,
    );

    await dockerLines('kill', (await stack.containers()).get('box') as string);
    await eventually('box is back after a crash', () => echoes('box_echo'));
    stack.save({ servers: { box: container('echo'), more: container('echo') } });
    await hive.untilServer('more', 'ready');
    await eventually('more serves', () => echoes('more_echo'));
    await eventually('web is removed', async () => !(await stack.containers()).has('web'));

    assert.equal((await hive.stop()) ?? 0, 0);
    const shell = shellOf(t, stack, env);
    const plan = await shell.hive('plan', '-c', stack.file);
    assert.equal(plan.exitCode, 0, plan.stderr);
    const down = await shell.hive('down', '-c', stack.file);
    assert.equal(down.exitCode, 0, down.stderr);
    assert.equal((await stack.containers()).size, 0);
  });

test('doctor must name the engine, how it is reached, and who chose it', { skip }, async (t) => {
  const stack = createStack(t, { servers: { own: native('echo') } });
  for (const env of [
    { DOCKER_HOST: `unix://${SOCKET}` },
    await overTcp(t, SOCKET ?? ''),
    overSsh(t, SOCKET ?? ''),
  ]) {
    const { stdout } = await shellOf(t, stack, env).hive('doctor', '-c', stack.file);
    const named = new RegExp(
      `^ok +engine +(Docker|Podman) \\d\\S+ \\(root\\w+\\) at ${env.DOCKER_HOST}, DOCKER_HOST; compose \\d`,
      'm',
    );
    assert.match(stdout, named);
  }
});

test('an engine that cannot be meant must end up, with what to type', async (t) => {
  const stack = createStack(t, { servers: { box: container('echo') } });
  const up = await shellOf(t, stack, { DOCKER_HOST: '', DOCKER_CONTEXT: 'nosuch' }).hive(
    'up',
    '-c',
    stack.file,
  );
  assert.equal(up.exitCode, 3);
  assert.match(
    up.stderr,
    /ENGINE_UNREACHABLE: docker context "nosuch", named by DOCKER_CONTEXT, does not exist/,
  );
  assert.match(up.stderr, /fix: unset DOCKER_CONTEXT; docker context ls lists all$/m);
});

function shellOf(t: TestContext, stack: Stack, env: Readonly<Record<string, string>>): Shell {
  return createShell(t, {}, { HIVE_STATE_DIR: join(stack.folder, '.state'), ...env });
}
