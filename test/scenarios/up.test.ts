/** `hive up` while other gateways of the same stack start, run or have been killed. */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { createStack, type Stack } from '../helpers/hive.ts';

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
  const ended = once(child, 'exit').then(() => 'ended' as const);
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
      await Promise.all(attempts.map(({ settled }) => settled));
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
