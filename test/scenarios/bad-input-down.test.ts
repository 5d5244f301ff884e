/** `down` removes what `up` created, even if the config has changed or disappeared. */
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createShell, type Shell } from '../helpers/cli.ts';
import { container, createStack, type Stack } from '../helpers/hive.ts';

test('down must stop and remove everything, and a second down must say that nothing was running', async (t) => {
  const stack = createStack(t, { servers: { box: container('echo') } });
  await (await stack.up()).untilServer('box', 'ready');
  const first = await stack.hive('down');
  assert.equal(first.exitCode, 0);
  assert.match(first.stdout, /^gateway stopped\nremoved .*box/);
  const second = await stack.hive('down');
  assert.equal(second.exitCode, 0);
  assert.equal(second.stdout, 'nothing was running');
});

const SPOILS: readonly [what: string, spoil: (file: string) => void][] = [
  ['broken', (file) => writeFileSync(file, 'servers: [')],
  ['gone', (file) => rmSync(file)],
  ['under another name', (file) => writeFileSync(file, 'name: hivetest-renamed\nservers: {}\n')],
];
for (const [what, spoil] of SPOILS)
  test(`down must remove what up made when the config is ${what}`, async (t) => {
    const stack = createStack(t, { servers: { box: container('echo') } });
    await (await stack.up()).untilServer('box', 'ready');
    spoil(stack.file);
    const { exitCode, stdout, stderr } = await stack.hive('down');
    assert.equal(exitCode, 0, stderr);
    assert.match(stdout, /gateway stopped\nremoved /);
    assert.equal((await stack.containers()).size, 0);
  });

test('down of an invalid config that was never up must report its problems', async (t) => {
  const stack = createStack(t, { servers: {} });
  writeFileSync(stack.file, 'servers: [');
  const { exitCode, stderr } = await stack.hive('down');
  assert.equal(exitCode, 2);
  assert.match(stderr, /hive\.yaml:1:\d+: /);
});

test('down must say so if there may be containers and the engine does not answer', async (t) => {
  const stack = createStack(t, { servers: { box: container('echo') } });
  const hive = await stack.up();
  await hive.untilServer('box', 'ready');
  await hive.stop();
  const lost = shellOf(t, stack, { DOCKER_HOST: 'unix:///nonexistent.sock' });
  const { exitCode, stderr } = await lost.hive('down', '-c', stack.file);
  assert.equal(exitCode, 3);
  assert.match(stderr, /^error ENGINE_UNREACHABLE: .*\/nonexistent\.sock/);
  assert.equal((await stack.containers()).size, 1);
  assert.equal((await stack.hive('down')).exitCode, 0);
  assert.equal((await stack.containers()).size, 0);
});

function shellOf(t: TestContext, stack: Stack, env: Readonly<Record<string, string>>): Shell {
  return createShell(t, {}, { HIVE_STATE_DIR: join(stack.folder, '.state'), ...env });
}
