/** What is dangerous and allowed is named by every command that reads the config, once. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createStack, native } from '../helpers/hive.ts';

const timesIn = (text: string, part: string): number => text.split(part).length - 1;

test('a danger must be named once with its line by validate, doctor and up, and by up again for an edit', async (t) => {
  const odd = { ...native('echo'), envFile: '/etc/hostname' };
  const stack = createStack(t, { servers: { odd } });
  const warning = 'warning: server "odd" gets the contents of /etc/hostname as its variables';
  const validated = await stack.hive('validate');
  assert.equal(validated.exitCode, 0);
  assert.match(validated.stdout, /^hive\.yaml:\d+: warning: server "odd"/m);
  assert.equal(timesIn(validated.stdout, warning), 1);
  stack.save({ servers: { odd, bad: { ...native('echo'), foo: 1 } } });
  const refused = await stack.hive('validate');
  assert.match(
    refused.stdout,
    /^hive\.yaml:\d+: warning: server "odd"/m,
    'beside a problem of another server',
  );
  assert.match(refused.stderr, /unknown key "foo"[\s\S]*error CONFIG_INVALID: 1 problem/);
  stack.save({ servers: { odd } });
  const { warnings } = JSON.parse((await stack.hive('validate', '--json')).stdout) as {
    warnings: { keyPath: string }[];
  };
  assert.deepEqual(
    warnings.map(({ keyPath }) => keyPath),
    ['servers.odd.envFile'],
  );
  assert.equal(timesIn((await stack.hive('doctor')).stdout, warning), 1);
  const hive = await stack.up();
  await hive.untilServer('odd', 'ready');
  assert.equal(timesIn(hive.output(), warning), 1);
  stack.save({ servers: { odd, other: { ...odd } } });
  await hive.untilServer('other', 'ready');
  await hive.untilPrinted('warning: server "other" gets the contents of /etc/hostname');
  assert.equal(await hive.stop(), 0);
});

test('a parent of the state folder that others may write must be named by up and doctor', async (t) => {
  const stack = createStack(t, { servers: { calm: native('echo') } });
  const parent = join(stack.folder, '.state');
  mkdirSync(parent, { recursive: true });
  chmodSync(parent, 0o777);
  const said = /warning: the state folder's parent .*\.state can be written by other users/;
  assert.match((await stack.hive('doctor')).stdout, said);
  const hive = await stack.up();
  assert.match(hive.output(), said);
  assert.equal(await hive.stop(), 0);
});
