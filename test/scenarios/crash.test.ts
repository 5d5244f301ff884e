import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { test } from 'node:test';
import type { ServerStatus } from '../../src/model/status.ts';
import { dockerLines } from '../helpers/docker.ts';
import { container, createStack, native, type Running } from '../helpers/hive.ts';
import { untilInFlight } from '../helpers/in-flight.ts';
import { followTools } from '../helpers/tools.ts';

async function statusOf(hive: Running, name: string): Promise<ServerStatus> {
  const { servers } = await hive.control.status();
  return servers.find((it) => it.serverName === name) as ServerStatus;
}

/** Error message of a call; rejects if the call succeeds. */
function failureOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    (value) => assert.fail(`it answered ${JSON.stringify(value)}`),
    (error: Error) => error.message,
  );
}

const noisy = (place: typeof native) => ({ ...place('slow'), tools: {}, timeouts: { call: '60s' } });

test('a killed server must fail its calls immediately with the reason, stay listed, and be restarted', async (t) => {
  const stack = createStack(t, {
    servers: { box: noisy(container), execd: { ...noisy(container), link: 'exec' }, proc: noisy(native) },
  });
  const hive = await stack.up();
  await hive.until('all are ready', (it) => it.servers.every(({ state }) => state === 'ready'));
  const client = await hive.client();
  const tools = await followTools(client);
  const containers = await stack.containers();
  const kill: Record<string, () => Promise<unknown>> = {
    box: () => dockerLines('kill', containers.get('box') as string),
    execd: () => dockerLines('kill', containers.get('execd') as string),
    proc: async () => process.kill((await statusOf(hive, 'proc')).pid ?? 0, 'SIGKILL'),
  };
  const end = { box: /exited with code 137/, execd: /exited with code|gone/, proc: /killed by SIGKILL/ };
  for (const name of ['box', 'execd', 'proc'] as const) {
    const call = failureOf(client.callTool({ name: `${name}_echo`, arguments: {} }));
    await untilInFlight(hive.url, name);
    const gone = hive.untilServer(name, 'failed');
    await kill[name]?.();
    const message = await call;
    assert.match(message, end[name]);
    assert.match(message, /fix: .*hive logs/);
    const failed = await gone;
    assert.match(failed.detail ?? '', /failure 1; trying again in \d+ s/);
    // A call in the pause before the restart waits for it.
    const next = await client.callTool({ name: `${name}_echo`, arguments: { ms: 1 } });
    assert.match(JSON.stringify(next.content), /"late"/);
    assert.deepEqual(tools.names, ['box_echo', 'execd_echo', 'proc_echo']);
    const back = await hive.untilServer(name, 'ready');
    assert.equal(back.restarts, 1);
    assert.equal(back.reason, undefined);
    const { content } = await client.callTool({ name: `${name}_echo`, arguments: { ms: 1 } });
    assert.deepEqual(content, [{ type: 'text', text: 'late' }]);
  }
  assert.equal(tools.announced, 0);
  assert.deepEqual(await stack.containers(), containers);
});

test('an HTTP server whose container exits must fail its calls with exit code and last output, and be restarted', async (t) => {
  const web = { ...container('http-exits', '3000'), transport: 'http', port: 3000 };
  const stack = createStack(t, { servers: { web, small: { ...web, memory: '64m' } } });
  const hive = await stack.up();
  await hive.until('all are ready', (it) => it.servers.every(({ state }) => state === 'ready'));
  const client = await hive.client();
  const call = (name: string, args: Record<string, unknown>) =>
    failureOf(client.callTool({ name: `${name}_echo`, arguments: args }));
  const waiting = [call('web', { ms: 60_000 }), call('web', { ms: 60_000 })];
  await untilInFlight(hive.url, 'web', 2);
  const told = await Promise.all([...waiting, call('web', { code: 7 })]);
  for (const message of told)
    assert.match(
      message,
      /web exited with code 7\nlast lines of stderr:\n( {2}.*\n)* {2}fatal: out of luck\nfix: /,
    );
  const containers = await stack.containers();
  await hive.untilServer('web', 'ready');
  const killed = call('web', { ms: 60_000 });
  const other = call('small', { ms: 60_000 });
  await untilInFlight(hive.url, 'web');
  await dockerLines('kill', containers.get('web') as string);
  assert.match(await killed, /web exited with code 137/);
  await untilInFlight(hive.url, 'small');
  await dockerLines('rm', '-f', containers.get('small') as string);
  assert.match(await other, /small (exited with code 137|is gone: the container was removed)/);
  await hive.until('both are back', (it) => it.servers.every(({ state }) => state === 'ready'));
});

/** Name of the one network of a container. */
async function networkOf(containerId: string): Promise<string> {
  const format = '{{range $name, $_ := .NetworkSettings.Networks}}{{$name}}{{end}}';
  const [network = ''] = await dockerLines('inspect', '-f', format, containerId);
  return network;
}

test('a container that was disconnected from its network must be reported as such, with a fix that works', async (t) => {
  const web = { ...container('witness', '3000'), transport: 'http', port: 3000 };
  const stack = createStack(t, { servers: { web } });
  const hive = await stack.up();
  await hive.untilServer('web', 'ready');
  const id = (await stack.containers()).get('web') as string;
  const network = await networkOf(id);
  await dockerLines('network', 'disconnect', '-f', network, id);
  const call = (await hive.client()).callTool({ name: 'web_echo', arguments: {} });
  await failureOf(call);
  const { servers } = await hive.until('the reason is known', (it) =>
    it.servers.some(({ reason }) => reason?.includes('is on no network any more')),
  );
  const fix = `docker rm -f ${id.slice(0, 12)}`;
  assert.equal(servers[0]?.hint, `${fix}: Hive creates it again`);
  await dockerLines(...fix.split(' ').slice(1));
  await hive.untilServer('web', 'ready');
  assert.notEqual((await stack.containers()).get('web'), id);
});

test('calls to a container with another port since its network was reconnected must be answered, each once', async (t) => {
  const web = { ...container('witness', '3000'), transport: 'http', port: 3000 };
  const stack = createStack(t, { servers: { web } });
  const hive = await stack.up();
  await hive.untilServer('web', 'ready');
  const id = (await stack.containers()).get('web') as string;
  const network = await networkOf(id);
  const client = await hive.client();
  const before = await dockerLines('port', id);
  await dockerLines('network', 'disconnect', '-f', network, id);
  await dockerLines('network', 'connect', network, id);
  assert.notDeepEqual(await dockerLines('port', id), before, 'the engine has given it another port');
  const call = (n: number) => client.callTool({ name: 'web_echo', arguments: { who: 'me', id: String(n) } });
  const results = await Promise.all([call(1), call(2), call(3)]);
  for (const { structuredContent } of results)
    assert.equal((structuredContent as { arrivals: number }).arrivals, 1);
});

test('a server that keeps exiting must be tried ever less often, with its last output, and stay listed', async (t) => {
  const stack = createStack(t, {
    servers: { box: container('exits-mid-call'), proc: native('exits-mid-call') },
  });
  const hive = await stack.up();
  await hive.until('all are ready', (it) => it.servers.every(({ state }) => state === 'ready'));
  const client = await hive.client();
  const tools = await followTools(client);
  const wearOut = async (name: string): Promise<void> => {
    for (let failures = 1; failures <= 5; failures++) {
      await hive.untilServer(name, 'ready');
      const gone = hive.untilServer(name, 'failed');
      const message = await failureOf(client.callTool({ name: `${name}_echo`, arguments: {} }));
      assert.match(message, /exited with code 7.*fatal: out of luck.*fix: /s);
      const { detail } = await gone;
      assert.match(
        detail ?? '',
        failures < 5 ? new RegExp(`failure ${failures}; trying again in \\d+ s$`) : /and at the next call$/,
      );
    }
  };
  await Promise.all([wearOut('box'), wearOut('proc')]);
  assert.deepEqual(tools.names, ['box_echo', 'proc_echo']);
  const { stdout } = await stack.hive('ps');
  assert.match(stdout, /box .* failed .*fatal: out of luck.*fix: /s);
  const refused = await stack.hive('restart', 'nobody');
  assert.equal(refused.exitCode, 1);
  assert.match(refused.stderr, /SERVER_UNKNOWN.*no server nobody.*box, proc/s);

  const restarted = await stack.hive('restart', 'box');
  assert.deepEqual([restarted.exitCode, restarted.stdout], [0, 'box  ready     1 tool'], restarted.stderr);
});

test('restart, ps, logs -f and plan must show the state of a running stack', async (t) => {
  const stack = createStack(t, { servers: { box: container('stderr-noise'), proc: native('stderr-noise') } });
  const hive = await stack.up();
  await hive.until('all are ready', (it) => it.servers.every(({ state }) => state === 'ready'));
  const client = await hive.client();
  const before = await statusOf(hive, 'proc');
  const containers = await stack.containers();

  const follow = stack.start('logs', '-f', 'proc');
  const lines = createInterface({ input: follow.stdout as Readable });
  const ended = once(follow, 'exit');
  const seen: string[] = [];
  for await (const line of lines) {
    // Earlier lines come first.
    if (seen.push(line) === 1)
      void client.callTool({ name: 'proc_echo', arguments: { say: 'news of today\n' } });
    if (line.includes('news of today')) break;
  }
  follow.kill();
  await ended;
  assert.ok(
    seen.some((line) => / proc stderr {1,3}line 0$/.test(line)),
    seen.join('\n'),
  );
  assert.match(seen.at(-1) ?? '', / proc stderr {1,3}news of today$/);

  for (const name of ['proc', 'box'])
    assert.deepEqual((await stack.hive('restart', name)).stdout, `${name}  ready     1 tool`);
  const after = await statusOf(hive, 'proc');
  assert.notEqual(after.pid, before.pid);
  assert.deepEqual(await stack.containers(), containers);
  assert.match(
    (await stack.hive('ps')).stdout,
    /SERVER +TYPE +STATE .*box +container +ready .* 1\n.*proc +native +ready +\S+ +child +\S+ +1 +- +1/s,
  );

  assert.equal((await stack.hive('plan')).stdout, '');
  const unset = { ...native('echo'), env: { TOKEN: '${HIVE_TEST_UNSET}' } };
  stack.save({ servers: { box: container('stderr-noise'), proc: native('stderr-noise'), unset } });
  await hive.untilServer('unset', 'failed');
  assert.equal(
    (await stack.hive('plan')).stdout,
    '! skip        unset  ${HIVE_TEST_UNSET} is not set\n' +
      '    fix: set HIVE_TEST_UNSET in the environment, or in .env beside hive.yaml',
  );
});

test('a server that closes its stdout and lives on must fail its calls with the reason, and be restarted', async (t) => {
  const hive = await createStack(t, { servers: { mute: { ...native('closes-stdout'), tools: {} } } }).up();
  const { pid } = await hive.untilServer('mute', 'ready');
  const client = await hive.client();
  const began = Date.now();
  const message = await failureOf(client.callTool({ name: 'mute_echo', arguments: { close: 'stdout' } }));
  assert.match(message, /mute is gone: it closed its stdout and went on running, so it was ended/);
  assert.ok(Date.now() - began < 20_000, 'long before any timeout');
  await hive.until('another process serves', ({ servers }) =>
    servers.some(({ state, pid: next }) => state === 'ready' && next !== undefined && next !== pid),
  );
  const { structuredContent } = await client.callTool({ name: 'mute_echo', arguments: { a: 1 } });
  assert.deepEqual(structuredContent, { a: 1 });
});
