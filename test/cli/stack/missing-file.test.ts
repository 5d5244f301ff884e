/** A config file that does not exist must leave nothing behind. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createShell } from '../../helpers/cli.ts';

test('no command may make a state folder for a config file that is not there', async (t) => {
  const shell = createShell(t, {});
  const commands = ['up', 'down', 'pull', 'connect', 'disconnect', 'stdio'];
  await Promise.all(
    commands.map(async (name) => {
      const { exitCode, stderr } = await shell.hive(name, '-c', 'nope.yaml');
      assert.notEqual(exitCode, 0, name);
      assert.match(stderr, /CONFIG_NOT_FOUND/, name);
    }),
  );
  assert.equal(existsSync(join(shell.folder, '.state')), false);
});
