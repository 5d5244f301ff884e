/** `hive top`: what native servers and containers use, and what they did in the last minute. */
import assert from 'node:assert/strict';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import type { ServerRates } from '../../src/cli/watch/rates.ts';
import { container, createStack, native } from '../helpers/hive.ts';

interface Sample {
  readonly servers: readonly ServerRates[];
}

test('hive top must show what a native server and a container use, and their calls', async (t) => {
  const stack = createStack(t, {
    servers: {
      nat: native('echo'),
      boxed: { ...container('echo'), memory: '256m' },
      down: native('crash-on-start'),
    },
  });
  const hive = await stack.up();
  for (const name of ['nat', 'boxed']) await hive.untilServer(name, 'ready');
  await hive.untilServer('down', 'failed');
  assert.equal((await stack.hive('call', 'nat_echo', 'text=hi')).exitCode, 0);

  await t.test('one table where the output is no terminal', async () => {
    const { stdout, exitCode } = await stack.hive('top');
    assert.equal(exitCode, 0);
    assert.match(stdout, /^SERVER +STATE +CPU +MEMORY +LIMIT +IN\/S +OUT\/S +CALLS\/MIN +P95 MS +ERR\/MIN\n/);
    assert.match(stdout, /^nat +ready +[\d.]+% +\d+ MB +- +- +- +1 +[\d.]+ +0$/m);
    assert.match(stdout, /^boxed +ready +[\d.]+% +\d+ MB +268 MB +\d+ B +\d+ B +0 +- +0$/m);
    assert.match(stdout, /^down +failed( +-){5} +0 +- +0$/m);
  });

  await t.test('JSON, of the servers that are named', async () => {
    const { servers }: Sample = JSON.parse((await stack.hive('top', '--json', 'nat')).stdout);
    assert.deepEqual(
      servers.map(({ server, callsPerMinute }) => [server, callsPerMinute]),
      [['nat', 1]],
    );
    assert.match((await stack.hive('top', 'nta')).stderr, /SERVER_UNKNOWN.*\n.*did you mean nat/);
  });

  await t.test('sample after sample, until the gateway ends', async () => {
    const following = stack.start('top', '--json', '-f');
    t.after(() => following.kill('SIGKILL'));
    assert.ok(following.stdout);
    const samples = createInterface({ input: following.stdout })[Symbol.asyncIterator]();
    for (let count = 0; count < 2; count += 1) {
      const { servers }: Sample = JSON.parse(String((await samples.next()).value));
      assert.equal(servers.length, 3);
      assert.ok(servers.every(({ server, cpuPercent }) => server === 'down' || cpuPercent !== undefined));
    }
    assert.equal((await stack.hive('down')).exitCode, 0);
    assert.equal((await samples.next()).done, true);
  });
});
