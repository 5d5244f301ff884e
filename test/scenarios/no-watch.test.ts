/** `hive up --no-watch`: the files are read once, and again when a person asks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GatewayStatus } from '../../src/model/status.ts';
import { createStack, native } from '../helpers/hive.ts';

test('with --no-watch an edit must change nothing until `restart` or the next `up`', async (t) => {
  const stack = createStack(t, { servers: { echo: native('echo'), other: native('echo') } });
  const { stdout, exitCode } = await stack.hive('up', '--no-watch', '-d');
  assert.equal(exitCode, 0);
  assert.match(stdout, /edits +wait for .*hive restart or .*hive up \(--no-watch\)/);
  const names = async (): Promise<string[]> => {
    const status: GatewayStatus = JSON.parse((await stack.hive('ps', '--json')).stdout);
    assert.equal(status.watches, false);
    return status.servers.map(({ serverName, prefix }) => prefix ?? serverName).toSorted();
  };
  stack.save({ servers: { echo: { ...native('echo'), prefix: 'new' }, other: native('echo') } });
  // Each makes the loop run, which reads an edit that is followed.
  await stack.hive('stop', 'other');
  await stack.hive('start', 'other');
  assert.deepEqual(await names(), ['echo', 'other']);
  assert.match((await stack.hive('ps')).stdout, /^.* at .*, edits wait for .*hive.* up.*\)\n/);
  assert.match((await stack.hive('plan')).stdout, /^~ update +echo /);

  assert.equal((await stack.hive('restart', 'other')).exitCode, 0);
  assert.deepEqual(await names(), ['new', 'other']);

  stack.save({ servers: { echo: native('echo'), other: native('echo'), third: native('echo') } });
  const again = await stack.hive('up');
  assert.match(again.stdout, /serves this stack already; it has read the file again/);
  assert.match(again.stdout, /^\+ connect +third /m);
  await stack.hive('ps');
  assert.equal((await stack.hive('restart', 'third')).exitCode, 0);
  assert.deepEqual(await names(), ['echo', 'other', 'third']);

  stack.save({ servers: { echo: { ...native('echo'), prefx: 'x' } } });
  assert.match((await stack.hive('up')).stderr, /prefx/);
  assert.deepEqual(await names(), ['echo', 'other', 'third']);
  await stack.hive('down');
});
