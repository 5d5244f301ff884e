/** `hive up` while other gateways of the same stack start, run or have been killed. */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import type { Readable } from 'node:stream';
import { test } from 'node:test';
import { createStack, native, type Stack } from '../helpers/hive.ts';
import { untilLeft } from '../helpers/processes.ts';

interface Attempt {
  readonly child: ChildProcess;
  /** Output so far, of both streams. */
  output(): string;
  /** Resolves once the gateway listens or has exited. */
  readonly settled: Promise<'listens' | 'ended'>;
}

function attempt(stack: Stack): Attempt {
  const child = stack.start('up', '--no-containers');
  let text = '';
  const listens = new Promise<'listens'>((resolve) => {
    const read = (chunk: Buffer): void => {
      text += chunk;
      if (text.includes('listening at')) resolve('listens');
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
  });
  // Its last output may come after its exit.
  const ended = once(child, 'close').then(() => 'ended' as const);
  return { child, output: () => text, settled: Promise.race([listens, ended]) };
}

async function untilExit({ child }: Attempt): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

for (const how of ['SIGTERM', 'SIGKILL'] as const)
  test(`of three gateways that start at once one must serve, and the others must say so and exit, also after ${how}`, async (t) => {
    const stack = createStack(t, { servers: {} });
    for (let round = 0; round < 5; round++) {
      const attempts = [attempt(stack), attempt(stack), attempt(stack)];
      const outcomes = await Promise.all(attempts.map(({ settled }) => settled));
      const printed = attempts.map((it) => it.output()).join('\n---\n');
      assert.deepEqual(outcomes.toSorted(), ['ended', 'ended', 'listens'], `round ${round}\n${printed}`);
      for (const [index, loser] of attempts.entries())
        if (outcomes[index] === 'ended') assert.match(loser.output(), /a gateway serves this stack already/);
      const winner = attempts[outcomes.indexOf('listens')] as Attempt;
      assert.equal((await stack.hive('ps', '--json')).exitCode, 0);
      winner.child.kill(how);
      await untilExit(winner);
    }
  });

test('a gateway in the background that cannot start must be reported with its reason, not as serving', async (t) => {
  const other = createServer((connection) => connection.destroy()).listen(0, '127.0.0.1');
  t.after(() => other.close());
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const stack = createStack(t, { gateway: { port, discover: false }, servers: {} });
  const up = await stack.hive('up', '-d', '--no-containers');
  assert.equal(up.exitCode, 1, up.stdout);
  assert.match(up.stderr, /^error PORT_TAKEN: /);
  assert.doesNotMatch(up.stdout, /Hive serves/);
  const stdio = await stack.hive('stdio');
  assert.equal(stdio.exitCode, 1);
  assert.match(stdio.stderr, /NOT_RUNNING: the gateway could not start:\n *error PORT_TAKEN: /);
});

test('of three gateways that start in the background at once, the losers must say so and keep out of the output of the winner', async (t) => {
  const stack = createStack(t, { servers: {} });
  for (let round = 0; round < 5; round++) {
    const start = () => stack.hive('up', '-d', '--no-containers');
    const ups = await Promise.all([start(), start(), start()]);
    assert.deepEqual(
      ups.map(({ exitCode }) => exitCode),
      [0, 0, 0],
      `round ${round}\n${ups.map(({ stdout, stderr }) => stdout + stderr).join('\n---\n')}`,
    );
    const isLoser = /^(a gateway serves this stack already|another hive up was faster)/;
    const losers = ups.filter(({ stdout }) => isLoser.test(stdout));
    const printed = ups.map(({ stdout }) => stdout).join('\n---\n');
    assert.equal(losers.length, 2, printed);
    const [, path = ''] = /output in (.*up\.out)\)/.exec(printed) ?? [];
    assert.match(readFileSync(path, 'utf8'), /^listening at /);
    const down = await stack.hive('down');
    assert.match(down.stdout, /^gateway stopped/, down.stderr);
    await untilLeft(stack.file, 0);
  }
});

test('a gateway in the background must be reported once it serves, and be found by a second up', async (t) => {
  const stack = createStack(t, { servers: { a: native('echo') } });
  const first = await stack.hive('up', '-d', '--no-containers');
  assert.equal(first.exitCode, 0, first.stderr);
  assert.match(first.stdout, /Hive serves 1 of 1 server \(1 tool\) at http:/);
  const second = await stack.hive('up', '-d', '--no-containers');
  assert.match(second.stdout, /^a gateway serves this stack already[\s\S]*Hive serves 1 of 1 server/);
  const down = await stack.hive('down');
  assert.match(down.stdout, /^gateway stopped/);
});

for (const flags of [[], ['-d']])
  test(`an up ${flags.join('')} that follows another gateway must fail if that ends before its servers have started`, async (t) => {
    const stack = createStack(t, { servers: { late: native('never-answers') } });
    const hive = await stack.up();
    await hive.untilServer('late', 'starting');
    const follower = stack.start('up', ...flags);
    let output = '';
    for (const stream of [follower.stdout, follower.stderr])
      stream?.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
    while (!output.includes('a gateway serves this stack already'))
      await once(follower.stdout as Readable, 'data');
    const ended = once(follower, 'close');
    hive.child.kill('SIGKILL');
    assert.deepEqual(await ended, [1, null], output);
    assert.match(output, /that gateway ended before its servers had started: run npx hive up again/);
  });
