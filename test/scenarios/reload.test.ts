import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { dockerLines, startedAt } from '../helpers/docker.ts';
import { container, createStack, native, type Running, type Stack } from '../helpers/hive.ts';
import { untilInFlight } from '../helpers/in-flight.ts';
import { eventually, followTools } from '../helpers/tools.ts';

/** Path in the container of the file that a slow call waits for. */
const GO = '/tmp/go';

const call = (client: Client, name: string, args: Record<string, unknown> = {}) =>
  client.callTool({ name, arguments: args });

const variable = async (client: Client, tool: string, name: string): Promise<unknown> => {
  const { structuredContent } = await call(client, tool);
  return (structuredContent as { env: Record<string, string> }).env[name];
};

async function started(t: TestContext, config: Record<string, unknown>): Promise<[Stack, Running]> {
  const stack = createStack(t, config);
  const hive = await stack.up();
  await hive.until('all are ready', ({ servers }) => servers.every((it) => it.state === 'ready'));
  return [stack, hive];
}

test('a changed prefix, tool filter or timeout must restart nothing, and connected clients see the new names', async (t) => {
  const [stack, hive] = await started(t, { servers: { box: container('echo'), proc: native('echo') } });
  const client = await hive.client();
  const tools = await followTools(client);
  const before = (await hive.control.status()).servers.map(({ pid, containerId }) => [pid, containerId]);
  const boot = await startedAt(before[0]?.[1] as string);

  const view = { prefix: 'p', tools: { rename: { echo: 'say' } }, timeouts: { call: '5s' } };
  stack.save({
    servers: { box: { ...container('echo'), ...view }, proc: { ...native('echo'), prefix: '' } },
  });
  await tools.until('echo', 'p_say');
  assert.deepEqual((await call(client, 'p_say', { a: 1 })).structuredContent, { a: 1 });

  stack.save({ servers: { box: { ...container('echo'), tools: { deny: ['*'] } }, proc: native('echo') } });
  await tools.until('proc_echo');
  const after = (await hive.control.status()).servers.map(({ pid, containerId }) => [pid, containerId]);
  assert.deepEqual(after, before);
  assert.equal(await startedAt(before[0]?.[1] as string), boot);
});

test('an edit of one server must not disturb a call in flight on another', async (t) => {
  const [stack, hive] = await started(t, {
    servers: { box: container('slow'), other: container('environment') },
  });
  const client = await hive.client();
  const before = await stack.containers();
  const boot = await startedAt(before.get('box') as string);
  let isOver = false;
  const slow = call(client, 'box_echo', { until: GO }).finally(() => {
    isOver = true;
  });
  await untilInFlight(hive.url, 'box');
  stack.save({
    servers: { box: container('slow'), other: { ...container('environment'), env: { EDIT: '1' } } },
  });
  await eventually('the edit is served', async () => (await variable(client, 'other_echo', 'EDIT')) === '1');
  assert.equal(isOver, false);
  await dockerLines('exec', before.get('box') as string, 'touch', GO);
  assert.deepEqual((await slow).content, [{ type: 'text', text: 'late' }]);
  // The new container serves before the old one is removed.
  await eventually('the edited one is another', async () => {
    return (await stack.containers()).get('other') !== before.get('other');
  });
  assert.equal((await stack.containers()).get('box'), before.get('box'));
  assert.equal(await startedAt(before.get('box') as string), boot);
});

test('an invalid edit must report all its problems once and change nothing, and a corrected one must apply', async (t) => {
  const [stack, hive] = await started(t, { servers: { proc: native('echo') } });
  const tools = await followTools(await hive.client());
  const bad = { proc: { ...native('echo'), prefx: 'x' }, box: { type: 'container', memory: 'lots' } };
  stack.save({ servers: bad });
  await hive.untilPrinted('nothing was changed');
  const told = hive.output();
  for (const part of [/hive\.yaml:\d+:\d+: .*prefx/, /fix: .*prefix/, /hive\.yaml:\d+:\d+: .*memory/])
    assert.match(told, part);
  assert.match((await stack.hive('plan')).stderr, /prefx/);

  // Saved again with the same problems, which must not be reported twice.
  stack.save({ servers: { ...bad } });
  stack.save({ servers: { proc: { ...native('echo'), prefix: 'mended' } } });
  await tools.until('mended_echo');
  assert.equal(hive.output().split('nothing was changed').length, 2);
  assert.equal(tools.announced, 1);
  await hive.untilPrinted('the configuration is good again');
});

test('however a file is saved, its last content must apply', async (t) => {
  const stack = createStack(t, { servers: { proc: native('echo') } });
  const real = join(stack.folder, 'real.yaml');
  renameSync(stack.file, real);
  symlinkSync(real, stack.file);
  const named = (prefix: string): string => stack.text({ servers: { proc: { ...native('echo'), prefix } } });
  const hive = await stack.up();
  await hive.untilServer('proc', 'ready');
  const tools = await followTools(await hive.client());

  await t.test('through a link', async () => {
    writeFileSync(real, named('linked'));
    await tools.until('linked_echo');
  });
  await t.test('by swapping the target of a link', async () => {
    writeFileSync(join(stack.folder, 'second.yaml'), named('swapped'));
    symlinkSync('second.yaml', `${stack.file}.new`);
    renameSync(`${stack.file}.new`, stack.file);
    await tools.until('swapped_echo');
  });
  await t.test('by renaming a new file over it', async () => {
    writeFileSync(`${stack.file}.tmp`, named('renamed'));
    renameSync(`${stack.file}.tmp`, stack.file);
    await tools.until('renamed_echo');
  });
  await t.test('first half-written, then complete', async () => {
    const text = named('whole');
    writeFileSync(stack.file, text.slice(0, text.indexOf('command')));
    await hive.untilPrinted('nothing was changed');
    writeFileSync(stack.file, text);
    await tools.until('whole_echo');
  });
  await t.test('ten times in a row: applied once, at the end', async () => {
    const { pid } = await hive.untilServer('proc', 'ready');
    const saves = Array.from({ length: 10 }, (_, i) =>
      stack.text({
        servers: { proc: { ...native('environment'), env: { SAVE: String(i + 1) }, prefix: 'n' } },
      }),
    );
    // The gateway is stopped meanwhile: with a delay between two saves, the gateway would rightly see two bursts.
    hive.child.kill('SIGSTOP');
    for (const text of saves) writeFileSync(stack.file, text);
    hive.child.kill('SIGCONT');
    await tools.until('n_echo');
    assert.equal(await variable(await hive.client(), 'n_echo', 'SAVE'), '10');
    await hive.untilPrinted('+ connect');
    assert.equal(hive.output().split('+ connect').length, 2);
    assert.notEqual((await hive.untilServer('proc', 'ready')).pid, pid);
  });
});

test('an added server must be announced, and a removed one be drained before its container and network are removed', async (t) => {
  const [stack, hive] = await started(t, { servers: { proc: native('echo') } });
  const client = await hive.client();
  const tools = await followTools(client);
  stack.save({ servers: { proc: native('echo'), box: container('slow') } });
  await tools.until('box_echo', 'proc_echo');

  const slow = call(client, 'box_echo', { until: GO });
  await untilInFlight(hive.url, 'box');
  stack.save({ servers: { proc: native('echo') } });
  await tools.until('proc_echo');
  const [draining = ''] = (await stack.containers()).values();
  await dockerLines('exec', draining, 'touch', GO);
  assert.deepEqual((await slow).content, [{ type: 'text', text: 'late' }]);
  await eventually('the container is gone', async () => (await stack.containers()).size === 0);
  const networks = () =>
    dockerLines('network', 'ls', '-q', '--filter', `label=com.docker.compose.project=${stack.name}`);
  await eventually('its network is gone', async () => (await networks()).length === 0);
});

test('an edited Dockerfile must be rebuilt; if it does not build, the old version must keep serving', async (t) => {
  const stack = createStack(t, { servers: { proc: native('echo') } });
  const folder = join(stack.folder, 'image');
  mkdirSync(folder);
  const file = join(folder, 'Dockerfile');
  const server = join(import.meta.dirname, '../servers');
  for (const name of ['serve.mjs', 'environment.mjs'])
    writeFileSync(join(folder, name), readFileSync(join(server, name)));
  const dockerfile = (line: string): string =>
    `FROM node:24-slim\n${line}\nCOPY *.mjs /\nCMD ["node", "/environment.mjs"]\n`;
  writeFileSync(file, dockerfile('ENV BUILD=1'));
  stack.save({ servers: { made: { type: 'container', dockerfile: 'image/Dockerfile', stopGrace: '1s' } } });
  const images = () => dockerLines('images', '-q', '--filter', `reference=hive/${stack.name}-*`);
  const hive = await stack.up();
  await hive.untilServer('made', 'ready');
  const client = await hive.client();
  const [first] = await images();

  writeFileSync(file, dockerfile('ENV BUILD=2'));
  await eventually(
    'the new image serves',
    async () => (await variable(client, 'made_echo', 'BUILD')) === '2',
  );
  await eventually('the old image is gone', async () => {
    const left = await images();
    return left.length === 1 && left[0] !== first;
  });

  writeFileSync(file, dockerfile('RUN echo no such luck && false'));
  const { servers } = await hive.until(
    'the failure is shown',
    ({ servers: [it] }) =>
      it?.code === 'BUILD_FAILED' && /still serves; trying again in \d+ s/.test(it.detail ?? ''),
  );
  assert.equal(servers[0]?.state, 'ready');
  assert.match(servers[0]?.reason ?? '', /no such luck|Dockerfile/);
  assert.match((await stack.hive('ps')).stdout, /ready.*BUILD_FAILED.*the old version still serves.*fix: /s);
  await hive.untilPrinted(/image\/Dockerfile/);
  assert.equal(await variable(client, 'made_echo', 'BUILD'), '2');

  writeFileSync(file, dockerfile('ENV BUILD=3'));
  await eventually(
    'the mended one serves',
    async () => (await variable(client, 'made_echo', 'BUILD')) === '3',
  );
  await hive.until('nothing is wrong any more', (it) => it.servers[0]?.reason === undefined);
});

test('a new version that crashes must leave the old one serving, and undoing the edit must clear the status', async (t) => {
  const [stack, hive] = await started(t, { servers: { box: container('echo') } });
  const client = await hive.client();
  const before = await stack.containers();
  stack.save({ servers: { box: container('crash-on-start') } });
  const failed = await hive.until('the failure is shown', (it) => it.servers[0]?.code === 'SERVER_EXITED');
  assert.match(failed.servers[0]?.reason ?? '', /exited with code 3.*DATABASE_URL is not set/s);
  assert.equal(failed.servers[0]?.state, 'ready');
  assert.deepEqual((await call(client, 'box_echo', { a: 1 })).structuredContent, { a: 1 });
  stack.save({ servers: { box: container('echo') } });
  await hive.until(
    'the status is clean',
    ({ servers: [it] }) => it?.state === 'ready' && !it.reason && !it.detail,
  );
  await eventually(
    'only the old one is left',
    async () => (await dockerLines('ps', '-aq', '--filter', `label=mcp.stack=${stack.name}`)).length === 1,
  );
  assert.deepEqual(await stack.containers(), before);
});

test('an included file must be watched, even while it is invalid or missing', async (t) => {
  const stack = createStack(t, { servers: { proc: native('echo') } });
  const file = join(stack.folder, 'more.yaml');
  const hive = await stack.up();
  await hive.untilServer('proc', 'ready');
  const tools = await followTools(await hive.client());

  stack.save({ include: 'more.yaml', servers: { proc: native('echo') } });
  await hive.untilPrinted('nothing was changed');
  writeFileSync(file, JSON.stringify({ servers: { more: native('echo') } }));
  await tools.until('more_echo', 'proc_echo');
  writeFileSync(file, 'servers: { more: { type: nativ } }');
  await hive.untilPrinted(/more\.yaml:1:\d+/);
  writeFileSync(file, JSON.stringify({ servers: { again: native('echo') } }));
  await tools.until('again_echo', 'proc_echo');
  rmSync(file);
  await hive.untilPrinted(
    /more\.yaml.*more\.yaml.*nothing was changed.*nothing was changed.*nothing was changed/s,
  );
  writeFileSync(file, JSON.stringify({ servers: {} }));
  await tools.until('proc_echo');
});

test('a changed value in .env must replace the servers that refer to it and nothing else', async (t) => {
  const stack = createStack(t, {});
  const named = (env: object) => ({ env });
  const env = join(stack.folder, '.env');
  writeFileSync(env, 'TOKEN=one\n');
  const servers = {
    box: { ...container('environment'), ...named({ TOKEN: '${TOKEN}' }) },
    proc: { ...native('environment'), ...named({ TOKEN: '${TOKEN}' }) },
    other: container('echo'),
  };
  stack.save({ servers });
  const hive = await stack.up();
  await hive.until('all are ready', (it) => it.servers.every(({ state }) => state === 'ready'));
  const client = await hive.client();
  const before = await stack.containers();
  assert.equal(await variable(client, 'box_echo', 'TOKEN'), 'one');

  writeFileSync(env, 'TOKEN=two\n');
  for (const tool of ['box_echo', 'proc_echo'])
    await eventually(`${tool} knows`, async () => (await variable(client, tool, 'TOKEN')) === 'two');
  await hive.untilPrinted('the values of its variables or files');
  await eventually(
    'the old one is gone',
    async () => (await stack.containers()).get('box') !== before.get('box'),
  );
  assert.equal((await stack.containers()).get('other'), before.get('other'));

  writeFileSync(env, '');
  const { servers: unset } = await hive.until('it is told', (it) =>
    it.servers.some(({ code }) => code === 'VARIABLE_UNSET'),
  );
  assert.equal(unset.find(({ serverName }) => serverName === 'box')?.state, 'ready');
  assert.equal(await variable(client, 'box_echo', 'TOKEN'), 'two');
  writeFileSync(env, 'TOKEN=two\n');
  await hive.until('it is well again', (it) => it.servers.every(({ reason }) => reason === undefined));
});

test('no call may fail while its container is replaced', async (t) => {
  const [stack, hive] = await started(t, { servers: { box: container('environment') } });
  const client = await hive.client();
  const seen = new Set<unknown>();
  const edits = ['1', '2'];
  const edit = (): void =>
    stack.save({ servers: { box: { ...container('environment'), env: { EDIT: edits[0] } } } });
  edit();
  while (edits.length > 0) {
    const value = await variable(client, 'box_echo', 'EDIT');
    seen.add(value);
    if (value !== edits[0]) continue;
    edits.shift();
    if (edits.length > 0) edit();
  }
  assert.deepEqual([...seen], [undefined, '1', '2']);
});

test('an edit during a slow build of another server must apply immediately', async (t) => {
  const [stack, hive] = await started(t, { servers: { proc: native('echo') } });
  const tools = await followTools(await hive.client());
  writeFileSync(join(stack.folder, 'Dockerfile'), 'FROM node:24-slim\nRUN sleep 600\n');
  const made = { type: 'container', dockerfile: 'Dockerfile' };
  stack.save({ servers: { made, proc: native('echo') } });
  await hive.until('it builds', (it) =>
    it.servers.some(({ detail }) => detail?.includes('sleep 600') === true),
  );
  stack.save({ servers: { made, proc: { ...native('echo'), prefix: 'p' } } });
  await tools.until('p_echo');
  const building = (await hive.control.status()).servers.find((it) => it.serverName === 'made');
  assert.match(building?.detail ?? '', /sleep 600/);
  stack.save({ servers: { proc: native('echo'), box: container('echo') } });
  await tools.until('box_echo', 'proc_echo');
});

test('a changed address in the file must be reported once to need a restart, and change nothing', async (t) => {
  const servers = { proc: native('echo') };
  const [stack, hive] = await started(t, { servers });
  const gateway = { host: 'localhost', port: 1, discover: false };
  stack.save({ gateway, servers });
  await hive.untilPrinted(
    `gateway.host is localhost and gateway.port is 1 in hive.yaml now, but this gateway stays at ${hive.url} until it is restarted\n  fix: stop it (Ctrl-C, or npx hive down) and start it again: npx hive up`,
  );
  stack.save({ gateway, servers: { ...servers, more: native('echo') } });
  await hive.untilServer('more', 'ready');
  assert.equal(hive.output().split('gateway.port is 1').length, 2);
  assert.equal((await hive.control.status()).url, hive.url);
});

test('the compiled file must follow the config even when its last container is removed', async (t) => {
  const [stack, hive] = await started(t, { servers: { box: container('echo'), proc: native('echo') } });
  const path = join(stack.folder, 'docker-compose.mcp.yml');
  assert.match(readFileSync(path, 'utf8'), /\bbox:/);
  stack.save({ servers: { proc: native('echo') } });
  await eventually('the container is gone', async () => (await stack.containers()).size === 0);
  assert.doesNotMatch(readFileSync(path, 'utf8'), /\bbox:/);
  assert.equal((await hive.control.status()).servers.length, 1);
});

test('ps, up and health must count what clients see, even after a filter changed', async (t) => {
  const servers = (tools: object) => ({ servers: { proc: { ...native('full'), tools } } });
  const [stack, hive] = await started(t, servers({}));
  const client = await hive.client();
  const tools = await followTools(client);
  const counted = async () => (await hive.control.status()).servers[0]?.counts.tools;
  assert.equal(await counted(), tools.names.length);
  assert.ok(tools.names.length > 1);
  stack.save(servers({ deny: ['*'] }));
  await tools.until();
  assert.equal(await counted(), 0);
  assert.match((await stack.hive('ps')).stdout, /proc +native +ready +\S+ +child +\S+ +0 /);
});

test('while a failed new version is retried, ps must show that and the reason, until the edit is undone', async (t) => {
  const [stack, hive] = await started(t, { servers: { proc: native('echo') } });
  const go = join(stack.folder, 'go');
  const program = `if (!require('fs').existsSync(${JSON.stringify(go)})) process.exit(3); setInterval(() => {}, 1e6)`;
  const hangs = { ...native('echo'), command: [process.execPath, '-e', program], timeouts: { start: '10m' } };
  stack.save({ servers: { proc: hangs } });
  await hive.until('the failure is shown', (it) => it.servers[0]?.code === 'SERVER_EXITED');
  writeFileSync(go, '');
  const { servers } = await hive.until('it is tried again, and hangs', ({ servers: [it] }) =>
    /the replacement.*initialize/.test(it?.detail ?? ''),
  );
  assert.equal(servers[0]?.state, 'ready');
  assert.match(servers[0]?.reason ?? '', /exited with code 3/);
  const { stdout } = await stack.hive('ps');
  assert.match(String(stdout), /exited with code 3.*starting the replacement again/s);
  stack.save({ servers: { proc: native('echo') } });
  await hive.until(
    'the status is clean',
    ({ servers: [it] }) => it?.state === 'ready' && !it.reason && !it.detail,
  );
});

test('plan must say what saving another version of the file would do, and change nothing', async (t) => {
  const servers = { proc: native('environment') };
  const [stack, hive] = await started(t, { servers });
  const next = join(stack.folder, 'next.yaml');
  const more = { proc: { ...native('environment'), env: { A: 'b' } }, more: native('echo') };
  // A stack without a name gets the name of its file, which is another one here.
  writeFileSync(next, stack.text({ name: undefined, servers: more }));
  const { stdout, exitCode } = await stack.hive('plan', next);
  assert.equal(exitCode, 0);
  const steps = stdout.split('\n').map((line) => line.split(/ {2,}/).slice(0, 3).join(' '));
  assert.deepEqual(steps, [
    '+ connect more not running',
    '+ connect proc changed: env',
    '- disconnect proc replaced',
  ]);
  assert.equal((await stack.hive('plan')).stdout, '');
  writeFileSync(next, stack.text({ servers: { a: { comand: 'x' }, b: { imag: 'y' } } }));
  const refused = await stack.hive('plan', next);
  assert.equal(refused.exitCode, 2);
  assert.match(refused.stderr, /next\.yaml.*unknown key "comand"[\s\S]*unknown key "imag"/);
  assert.equal((await hive.control.status()).servers.length, 1);
});
