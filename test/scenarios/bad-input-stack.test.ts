/** Obstacles to a whole stack: taken ports, unrelated files, other gateways, a second `up`, a `down` without its config. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { container, createStack, native } from '../helpers/hive.ts';

test('a taken port must be reported with the process that holds it, and nothing be left behind', async (t) => {
  const holder = createTcpServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  t.after(() => holder.close());
  const { port } = holder.address() as AddressInfo;
  const stack = createStack(t, { gateway: { port, discover: false }, servers: { box: container('echo') } });
  const { exitCode, stderr } = await stack.hive('up');
  assert.equal(exitCode, 1);
  assert.match(
    stderr,
    new RegExp(
      `^error PORT_TAKEN: port ${port} on 127\\.0\\.0\\.1 is taken by \\S+ \\(pid ${process.pid}\\)\\n`,
    ),
  );
  assert.match(stderr, /\n {2}fix: .*gateway\.port in the config/);
  assert.equal((await stack.containers()).size, 0);
  assert.equal((await stack.hive('ps')).exitCode, 1);
});

test("a port held by another stack's gateway must be reported with that stack", async (t) => {
  const first = createStack(t, { servers: { proc: native('echo') } });
  const { port } = new URL((await first.up()).url);
  const second = createStack(t, {
    gateway: { port: Number(port), discover: false },
    servers: { proc: native('echo') },
  });
  const { exitCode, stderr } = await second.hive('up');
  assert.equal(exitCode, 1);
  assert.match(
    stderr,
    new RegExp(`^error PORT_TAKEN: port ${port} .* by the gateway of the stack ${first.name} \\(pid \\d+\\)`),
  );
});

test('an unrelated file at the path of the Compose file must not be overwritten', async (t) => {
  const stack = createStack(t, { servers: { box: container('echo'), proc: native('echo') } });
  const path = join(stack.folder, 'docker-compose.mcp.yml');
  const theirs = 'services: {}\n';
  writeFileSync(path, theirs);
  for (const verb of ['up', 'compile']) {
    const { exitCode, stderr } = await stack.hive(verb);
    assert.equal(exitCode, 2, stderr);
    assert.match(
      stderr,
      /^error CONFIG_INVALID: .*docker-compose\.mcp\.yml exists and was not written by Hive\n/,
    );
    assert.match(stderr, /fix: set `composeFile` in the config to another path, or move that file away/);
  }
  assert.equal(readFileSync(path, 'utf8'), theirs);
  assert.equal((await stack.containers()).size, 0);
});

test('a second up of a running stack must show it, start nothing, and exit with 0', async (t) => {
  const stack = createStack(t, { servers: { box: container('echo'), proc: native('echo') } });
  const hive = await stack.up();
  await hive.until('both are ready', ({ servers }) => servers.every(({ state }) => state === 'ready'));
  const before = [await stack.containers(), (await hive.control.status()).pid];
  const { exitCode, stdout } = await stack.hive('up');
  assert.equal(exitCode, 0);
  assert.match(stdout, /^a gateway serves this stack already/);
  assert.match(stdout, /^Hive serves 2 of 2 servers \(2 tools\) at http:/m);
  assert.deepEqual([await stack.containers(), (await hive.control.status()).pid], before);
});

test('up -d, ps, logs, restart and down must work together', async (t) => {
  const stack = createStack(t, { servers: { box: container('echo'), noisy: native('stderr-noise') } });
  const up = await stack.hive('up', '-d');
  assert.equal(up.exitCode, 0, up.stderr);
  assert.match(up.stdout, /^Hive serves 2 of 2 servers .* at http:/m);
  assert.match(up.stdout, /to stop +npx hive down \(pid \d+; output in .*up\.out\)/);
  const ps = await stack.hive('ps');
  assert.equal(ps.exitCode, 0);
  assert.match(ps.stdout, /^box +container +ready /m);
  assert.match(ps.stdout, /^noisy +native +ready /m);
  const json = JSON.parse((await stack.hive('ps', '--json')).stdout) as { servers: { serverName: string }[] };
  assert.deepEqual(
    json.servers.map(({ serverName }) => serverName),
    ['box', 'noisy'],
  );
  assert.match((await stack.hive('logs', 'noisy')).stdout, /noisy stderr /);
  const restart = await stack.hive('restart', 'box');
  assert.equal(restart.exitCode, 0);
  assert.match(restart.stdout, /^box {2}ready +1 tool$/);
  const down = await stack.hive('down');
  assert.match(down.stdout, /^gateway stopped\n/);
  assert.equal((await stack.hive('ps')).exitCode, 1);
});

test('up -d that cannot start must exit with the code and message of the failure', async (t) => {
  const holder = createTcpServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  t.after(() => holder.close());
  const { port } = holder.address() as AddressInfo;
  const stack = createStack(t, { gateway: { port, discover: false }, servers: { proc: native('echo') } });
  const { exitCode, stderr } = await stack.hive('up', '-d');
  assert.equal(exitCode, 1);
  assert.match(stderr, /^error PORT_TAKEN: /m);
});
