/** A machine without a container engine: servers that need none are served, the others are shown with a fix. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createShell, type Shell } from '../helpers/cli.ts';
import { container, createStack, native, type Stack } from '../helpers/hive.ts';

const NO_ENGINE = { DOCKER_HOST: 'unix:///nonexistent.sock' };

const servers = {
  proc: native('echo'),
  either: { ...container('echo'), native: { command: native('echo').command } },
  box: container('echo'),
};

function shellOf(t: TestContext, stack: Stack): Shell {
  return createShell(t, {}, { HIVE_STATE_DIR: join(stack.folder, '.state'), ...NO_ENGINE });
}

test('up without an engine must serve what needs none, and show a fix for the rest', async (t) => {
  const stack = createStack(t, { servers });
  const hive = await stack.up(NO_ENGINE);
  await hive.untilPrinted(/^Hive serves 2 of 3 servers \(2 tools\) at http:/m);
  const status = await hive.control.status();
  assert.deepEqual(
    status.servers.map(({ serverName, state, link }) => [serverName, state, link]),
    [
      ['box', 'unavailable', undefined],
      ['either', 'ready', 'child'],
      ['proc', 'ready', 'child'],
    ],
  );
  const box = status.servers.find(({ serverName }) => serverName === 'box');
  assert.match(box?.reason ?? '', /unix:\/\/\/nonexistent\.sock, named by DOCKER_HOST, does not answer/);
  assert.match(box?.hint ?? '', /start that engine, or unset DOCKER_HOST/);
  assert.match(
    hive.output(),
    /^error ENGINE_UNREACHABLE: .*\n {2}fix: start that engine.*\ncontinuing with the servers that need no engine/m,
  );
  assert.match(hive.output(), /^box +unavailable +.*\n {4}at hive\.yaml:\d+\n {4}fix: start that engine/m);

  const client = await hive.client();
  const { tools } = await client.listTools();
  assert.deepEqual(
    tools.map(({ name }) => name),
    ['either_echo', 'proc_echo'],
  );
  for (const name of ['either_echo', 'proc_echo']) {
    const result = await client.callTool({ name, arguments: { text: name } });
    assert.deepEqual(result.structuredContent, { text: name });
  }
  const health = await fetch(hive.url.replace(/mcp$/, 'health'));
  assert.match(await health.text(), /nonexistent\.sock/);
  assert.equal((await fetch(hive.url.replace(/mcp$/, 'ready'))).status, 200);

  const shell = shellOf(t, stack);
  const ps = await shell.hive('ps', '-c', stack.file);
  assert.equal(ps.exitCode, 0);
  assert.match(ps.stdout, /^box +container +unavailable /m);
  assert.match(ps.stdout, /^ {4}fix: start that engine, or unset DOCKER_HOST$/m);
  assert.equal((await hive.stop()) ?? 0, 0);
  const down = await shell.hive('down', '-c', stack.file);
  assert.equal(down.exitCode, 0, down.stderr);
});

test('up must exit with 3 and a fix if nothing can be served without an engine', async (t) => {
  const stack = createStack(t, { servers: { box: container('echo') } });
  const { exitCode, stdout, stderr } = await shellOf(t, stack).hive('up', '-c', stack.file);
  assert.equal(exitCode, 3);
  assert.equal(
    stderr,
    'error ENGINE_UNREACHABLE: the engine at unix:///nonexistent.sock, named by DOCKER_HOST, does not answer: there is no such socket\n' +
      '  fix: start that engine, or unset DOCKER_HOST',
  );
  assert.doesNotMatch(stdout, /Hive serves/);
});

test('plan without an engine must print what would run and what would not', async (t) => {
  const stack = createStack(t, { servers });
  const { exitCode, stdout } = await shellOf(t, stack).hive('plan', '-c', stack.file);
  assert.equal(exitCode, 0);
  assert.match(stdout, /^\+ connect +either +not running$/m);
  assert.match(stdout, /^\+ connect +proc +not running$/m);
  assert.match(stdout, /^! skip +box +there is no usable container engine/m);
});

test('doctor without an engine must exit with 3 and a fix', async (t) => {
  const stack = createStack(t, { servers });
  const shell = shellOf(t, stack);
  const { exitCode, stdout } = await shell.hive('doctor', '-c', stack.file);
  assert.equal(exitCode, 3);
  assert.match(
    stdout,
    /^BAD +engine +ENGINE_UNREACHABLE: .*\n +fix: start that engine, or unset DOCKER_HOST$/m,
  );
  assert.match(stdout, /^ok +config +.*3 servers$/m);
  const json = await shell.hive('doctor', '--json', '-c', stack.file);
  assert.equal(json.exitCode, 3);
  const { findings } = JSON.parse(json.stdout) as {
    findings: { check: string; ok: boolean; fix?: string }[];
  };
  assert.equal(findings.find(({ check }) => check === 'engine')?.ok, false);
});

test('--no-containers must not use an existing engine, and say how to serve the rest', async (t) => {
  const stack = createStack(t, { servers });
  const up = await stack.hive('up', '-d', '--no-containers');
  assert.equal(up.exitCode, 0, up.stderr);
  assert.match(up.stdout, /^Hive serves 2 of 3 servers/m);
  assert.match(
    up.stdout,
    /^box +unavailable +.*containers are off \(--no-containers\)\n.*\n {4}fix: .*without --no-containers/m,
  );
  assert.equal((await stack.containers()).size, 0);
  assert.equal((await stack.hive('down')).exitCode, 0);
  const nothing = createStack(t, { servers: { box: container('echo') } });
  const { exitCode, stderr } = await nothing.hive('up', '--no-containers');
  assert.equal(exitCode, 3);
  assert.match(stderr, /fix: npx hive down.*, then without --no-containers: npx hive up/);
});

test('a stack without containers must not need an engine', async (t) => {
  const stack = createStack(t, { servers: { proc: native('echo') } });
  const hive = await stack.up(NO_ENGINE);
  await hive.untilPrinted(/^Hive serves 1 of 1 server \(1 tool\)/m);
  assert.doesNotMatch(hive.output(), /engine/i);
  const { exitCode, stdout } = await shellOf(t, stack).hive('plan', '-c', stack.file);
  assert.equal(exitCode, 0);
  assert.equal(stdout, '');
});
