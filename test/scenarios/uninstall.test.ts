/** `hive uninstall` removes what Hive has made for a user, and lists it before. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { execa } from 'execa';
import { createShell, type Shell } from '../helpers/cli.ts';
import { container, createStack, native, type Stack } from '../helpers/hive.ts';

/** Every folder in which Hive keeps something is one of the test: the user's own must not be reached. */
function shellOf(t: TestContext, stack: Stack, env: Record<string, string> = {}): Shell {
  return createShell(
    t,
    {},
    {
      HIVE_STATE_DIR: join(stack.folder, '.state'),
      XDG_CACHE_HOME: join(stack.folder, '.cache'),
      XDG_CONFIG_HOME: join(stack.folder, '.config'),
      HOME: stack.folder,
      ...env,
    },
  );
}

/** A container server with a named volume. */
function withData(): Record<string, unknown> {
  const server = container('echo');
  return { ...server, volumes: [...(server.volumes as string[]), 'data:/data'] };
}

async function volumesOf(stack: Stack): Promise<string> {
  const { stdout } = await execa('docker', ['volume', 'ls', '-q', '--filter', `name=${stack.name}`]);
  return stdout;
}

test('uninstall must list and then remove the gateway, containers, state and caches of every stack', async (t) => {
  const servers = { box: withData(), own: native('echo') };
  const stack = createStack(t, { servers });
  const running = await stack.up();
  await running.untilServer('box', 'ready');
  const cache = join(stack.folder, '.cache/hive');
  mkdirSync(join(cache, 'compile'), { recursive: true });
  // Not Hive's: it stays, and so does the folder around it.
  writeFileSync(join(stack.folder, '.state/notes'), 'mine');
  const shell = shellOf(t, stack);

  const shown = await shell.hive('uninstall', '--dry-run');
  assert.equal(shown.exitCode, 0, shown.stderr);
  assert.match(shown.stdout, new RegExp(`of ${stack.file}: its containers and networks; its gateway runs`));
  assert.ok(shown.stdout.includes(cache), shown.stdout);
  assert.match(shown.stdout, /Stays:.*your config files.*volumes with the data.*--volumes removes/s);
  assert.equal((await shell.hive('uninstall')).stdout.split('\n').at(-1), 'Not done without --yes.');
  assert.equal((await stack.containers()).size, 1);

  const done = await shell.hive('uninstall', '--yes');
  assert.equal(done.exitCode, 0, done.stderr);
  assert.match(done.stdout, /gateway stopped\nremoved .*box.*npm uninstall -g hive-mcp/s);
  assert.equal((await stack.containers()).size, 0);
  assert.deepEqual(readdirSync(join(stack.folder, '.state')), ['notes']);
  assert.equal(existsSync(cache), false);
  assert.ok(existsSync(stack.file));
  assert.notEqual(await volumesOf(stack), '');
});

test('uninstall --volumes must remove the data of a stack that is down and whose file is gone', async (t) => {
  const stack = createStack(t, { servers: { box: withData() } });
  await (await stack.up()).untilServer('box', 'ready');
  await stack.hive('down');
  rmSync(stack.file);
  const { exitCode, stdout, stderr } = await shellOf(t, stack).hive('uninstall', '--yes', '--volumes');
  assert.equal(exitCode, 0, stderr);
  assert.match(stdout, /removed volume /);
  assert.equal(await volumesOf(stack), '');
  assert.equal(existsSync(join(stack.folder, '.state')), false);
});

test('uninstall must keep the state of containers that it cannot reach, for the next try', async (t) => {
  const stack = createStack(t, { servers: { box: container('echo') } });
  const running = await stack.up();
  await running.untilServer('box', 'ready');
  await running.stop();
  const lost = await shellOf(t, stack, { DOCKER_HOST: 'unix:///nonexistent.sock' }).hive(
    'uninstall',
    '--yes',
  );
  assert.equal(lost.exitCode, 1);
  assert.match(lost.stderr, /kept .*which the next try needs/);
  assert.equal((await shellOf(t, stack).hive('uninstall', '--yes')).exitCode, 0);
  assert.equal((await stack.containers()).size, 0);
});

test('uninstall must remove the unit of the service where there is no systemd, and say when there is nothing', async (t) => {
  const stack = createStack(t, { servers: {} });
  const shell = shellOf(t, stack);
  const unit = join(stack.folder, '.config/systemd/user/hive.service');
  const shown = await shell.hive('service', 'install', '--dry-run', '-c', stack.file);
  assert.equal(shown.stdout.split('\n')[0], `${unit}:`);
  assert.match(shown.stdout, new RegExp(`^ExecStart=.* up -c ${stack.file}$`, 'm'));
  assert.equal(existsSync(unit), false);
  mkdirSync(join(unit, '..'), { recursive: true });
  writeFileSync(unit, '');
  const done = await shell.hive('uninstall', '--yes');
  assert.equal(done.exitCode, 0, done.stderr);
  assert.equal(existsSync(unit), false);
  assert.match((await shell.hive('uninstall', '--yes')).stdout, /^Hive keeps nothing for this user\.\n/);
});
