/** `hive ls`: the stacks of a user that are up. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { createShell } from '../helpers/cli.ts';
import { createStack, native } from '../helpers/hive.ts';

test('a stack must be listed while its gateway runs, and no longer', async (t) => {
  const stack = createStack(t, { servers: { echo: native('echo'), db: native('crash-on-start') } });
  const shell = createShell(t, {}, { HIVE_STATE_DIR: join(stack.folder, '.state') });
  const hive = await stack.up();
  await hive.untilServer('echo', 'ready');
  const [row, ...others] = JSON.parse((await shell.hive('ls', '--json')).stdout);
  assert.deepEqual(others, []);
  assert.deepEqual([row.ready, row.servers, row.url], [1, 2, hive.url]);
  const { stdout } = await shell.hive('ls');
  assert.match(stdout, /^STACK +READY +URL +PID +FILE\n\S+ +1 of 2 +http:\S+ +\d+ +\/\S+hive\.yaml$/);
  await hive.stop();
  assert.match((await shell.hive('ls')).stdout, /^no stack of this user is up\n {2}fix: .*hive up -d$/);
});
