import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { openExec } from '../../../../src/runtime/links/container/exec.ts';
import { signalByShell } from '../../../../src/runtime/links/container/exec-signal.ts';
import { ask, collect } from '../../../contract/collect.ts';
import { engine, type MadeContainer, makeContainer } from '../../../contract/docker.ts';
import { linkContract } from '../../../contract/link.ts';

let host: MadeContainer;
before(async () => {
  host = await makeContainer(['sleep', 'infinity']);
  await engine.start(host.containerId);
});
after(() => host.remove());

linkContract({
  name: 'exec',
  deviations: {},
  open: async (server, seen) => {
    const link = await openExec(engine, host.containerId, ['node', `/servers/${server}.mjs`], seen.events);
    return { link, seen, dispose: async () => {}, left: host.pids };
  },
});

test('environment, folder and user are those asked for', async () => {
  const seen = collect();
  const options = { env: { MINE: 'a b' }, workdir: '/tmp', user: 'node' };
  const link = await openExec(
    engine,
    host.containerId,
    ['node', '/servers/environment.mjs', 'x y'],
    seen.events,
    options,
  );
  const answer = JSON.parse((await ask(link, seen, 1, 'tools/call', '{}')).toString());
  const { env, argv, cwd } = answer.result.structuredContent;
  assert.deepEqual([env.MINE, env.HOME, argv, cwd], ['a b', '/home/node', ['x y'], '/tmp']);
  await link.close(2_000);
  assert.equal(seen.closed[0]?.exitCode, 0);
});

test('a command that the container does not have is told as such', async () => {
  const seen = collect();
  const link = await openExec(engine, host.containerId, ['no-such-command-7'], seen.events).catch(
    (error) => error,
  );
  if (link instanceof Error) {
    assert.match(link.message, /no-such-command-7/);
    return;
  }
  await seen.until(() => seen.closed.length > 0);
  // 127 by the engine's documentation, 126 by engine 26.
  assert.ok([126, 127].includes(seen.closed[0]?.exitCode ?? 0));
  assert.match(seen.stderr + seen.noise.map(([text]) => text).join(), /no-such-command-7/);
});

test('a container that is not running is named', async () => {
  const made = await makeContainer(['sleep', '1']);
  const { events } = collect();
  await assert.rejects(openExec(engine, made.containerId, ['true'], events), { code: 'SERVER_UNREACHABLE' });
  await made.remove();
});

test('where the engine is elsewhere, the container’s own shell ends the process', async () => {
  const seen = collect();
  const link = await openExec(engine, host.containerId, ['node', '/servers/environment.mjs'], seen.events);
  const answer = JSON.parse((await ask(link, seen, 1, 'tools/call', '{}')).toString());
  const linkId = answer.result.structuredContent.env.HIVE_LINK;
  await signalByShell(engine, host.containerId, linkId, 'SIGKILL', undefined);
  await seen.until(() => seen.closed.length > 0);
  assert.equal(seen.closed[0]?.exitCode, 137);
  assert.deepEqual(await host.pids(), []);
});

test('kill -9 of the gateway leaves no process in the container', async () => {
  const script = `
    import { engine } from ${JSON.stringify(new URL('../../../contract/docker.ts', import.meta.url).href)};
    import { openExec } from ${JSON.stringify(new URL('../../../../src/runtime/links/container/exec.ts', import.meta.url).href)};
    const events = { message: () => console.log('up'), noise() {}, stderr() {}, closed() {} };
    const link = await openExec(engine, '${host.containerId}', ['node', '/servers/ignores-sigterm.mjs'], events);
    await link.send(Buffer.from('{"jsonrpc":"2.0","id":1,"method":"ping"}'));`;
  const gateway = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(gateway.stdout, 'data');
  assert.equal((await host.pids()).length, 1);
  gateway.kill('SIGKILL');
  const deadline = Date.now() + 60_000;
  while ((await host.pids()).length > 0) assert.ok(Date.now() < deadline, 'it still runs');
});
