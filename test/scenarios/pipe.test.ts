import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { execa } from 'execa';
import { openStateDir, type StateDir } from '../../src/runtime/memory/state-dir.ts';
import { dockerLines } from '../helpers/docker.ts';
import { container, createStack, type Running, SERVERS, type Stack } from '../helpers/hive.ts';
import { eventually } from '../helpers/tools.ts';

const stateOf = ({ folder, file }: Stack): StateDir =>
  openStateDir(file, { HIVE_STATE_DIR: join(folder, '.state') });

function foldersOf(stack: Stack): string[] {
  const { pipes } = stateOf(stack);
  return existsSync(pipes) ? readdirSync(pipes) : [];
}

const linksOf = async (hive: Running): Promise<unknown[]> =>
  (await hive.control.status()).servers.map(({ link }) => link);

const echoes = async (hive: Running, name: string): Promise<void> => {
  const call = { name: `${name}_echo`, arguments: { text: name } };
  assert.deepEqual((await (await hive.client()).callTool(call)).structuredContent, { text: name });
};

/** An image that Hive builds for this test. */
function built(stack: Stack, name: string, ...lines: string[]): Record<string, unknown> {
  writeFileSync(
    join(stack.folder, `${name}.Dockerfile`),
    ['FROM node:24-slim', `LABEL for=${stack.name}`, ...lines, ''].join('\n'),
  );
  const { image, ...entry } = container('echo');
  return { ...entry, dockerfile: `${name}.Dockerfile` };
}

const NO_SHELL = 'RUN ["/bin/rm", "-f", "/bin/sh"]';
/** Starts and sends nothing, like a container whose FIFOs are on another machine. */
const SILENT = `RUN printf '#!/usr/local/bin/node\\nsetInterval(() => {}, 1e6);' > /bin/silent && chmod 755 /bin/silent && mv /bin/silent /bin/sh`;

test('auto must link by pipe, without a trace in the compiled file and with the same process', async (t) => {
  const box = {
    ...container('environment', 'one', 'a $b "c"'),
    workdir: '/tmp',
    user: '1000',
    readOnly: true,
  };
  const stack = createStack(t, { servers: { auto: box, plain: { ...box, link: 'attach' } } });
  const hive = await stack.up();
  await hive.until('both are ready', ({ servers }) => servers.every(({ state }) => state === 'ready'));
  assert.deepEqual(await linksOf(hive), ['pipe', 'attach']);
  assert.doesNotMatch(readFileSync(join(stack.folder, 'docker-compose.mcp.yml'), 'utf8'), /run\/hive|exec/);
  const client = await hive.client();
  const look = async (name: string): Promise<unknown> => {
    const { structuredContent } = await client.callTool({ name, arguments: {} });
    const { env, ...rest } = structuredContent as { env: Record<string, string> };
    return { ...rest, env: { ...env, HOSTNAME: '' } };
  };
  assert.deepEqual(await look('auto_echo'), await look('plain_echo'));
  const id = (await stack.containers()).get('auto') as string;
  assert.deepEqual(await dockerLines('inspect', '-f', '{{index .Config.Labels "mcp.link"}}', id), ['pipe']);
});

test('an image without a shell must be served by attach, with a notice, and a pipe be tried only once', async (t) => {
  const stack = createStack(t, {});
  stack.save({ servers: { bare: built(stack, 'bare', NO_SHELL) } });
  const hive = await stack.up();
  await hive.untilServer('bare', 'ready');
  assert.deepEqual(await linksOf(hive), ['attach']);
  await echoes(hive, 'bare');
  const said = /linked by attach, not by pipe: its image has no \/bin\/sh/;
  assert.match((await stack.hive('logs', 'bare')).stdout, said);
  assert.deepEqual(foldersOf(stack), []);
  const before = await stack.containers();
  await hive.stop();
  await stack.hive('down');
  const again = await stack.up();
  await again.untilServer('bare', 'ready');
  assert.match((await stack.hive('logs', 'bare')).stdout, said);
  assert.deepEqual(await linksOf(again), ['attach']);
  assert.deepEqual([...before.keys()], [...(await stack.containers()).keys()]);
});

test('an engine whose mounts pass no data must be waited for once, and then get attach immediately', async (t) => {
  const stack = createStack(t, {});
  stack.save({ servers: { a: built(stack, 'silent', SILENT) } });
  const hive = await stack.up();
  await hive.untilServer('a', 'ready');
  assert.match(
    (await stack.hive('logs', 'a')).stdout,
    /not by pipe: nothing came through its FIFOs within 10 s/,
  );
  stack.save({ servers: { a: built(stack, 'silent', SILENT), b: container('echo') } });
  await hive.untilServer('b', 'ready');
  // Its image supports pipes, so an attempt would have succeeded.
  assert.deepEqual(await linksOf(hive), ['attach', 'attach']);
  await echoes(hive, 'a');
  await echoes(hive, 'b');
});

test('a folder that the engine cannot see must lead to attach', {
  skip: process.getuid?.() !== 0,
}, async (t) => {
  const stack = createStack(t, { servers: { box: container('echo') } });
  const { pipes } = stateOf(stack);
  mkdirSync(pipes);
  const hive = await stack.up({}, [
    'unshare',
    '-m',
    '/bin/sh',
    '-c',
    `mount -t tmpfs none '${pipes}'; exec "$@"`,
    'sh',
  ]);
  await hive.untilServer('box', 'ready');
  assert.deepEqual(await linksOf(hive), ['attach']);
  assert.match(
    (await stack.hive('logs', 'box')).stdout,
    /the engine does not see the folders of this machine/,
  );
});

test('variables that a shell would not pass on, and an unknown entrypoint, must lead to attach', async (t) => {
  const stack = createStack(t, {});
  writeFileSync(join(stack.folder, 'box.env'), 'some.name=kept\n');
  const dotted = { ...container('environment'), envFile: 'box.env' };
  const text = { ...container('echo'), compose: { entrypoint: 'nice -n 1' } };
  stack.save({ servers: { dotted, text } });
  const hive = await stack.up();
  await hive.until('both are ready', ({ servers }) => servers.every(({ state }) => state === 'ready'));
  assert.deepEqual(await linksOf(hive), ['attach', 'attach']);
  const client = await hive.client();
  const { structuredContent } = await client.callTool({ name: 'dotted_echo', arguments: {} });
  assert.equal((structuredContent as { env: Record<string, string> }).env['some.name'], 'kept');
});

test('a requested but impossible pipe must fail with the reason and a fix', async (t) => {
  const stack = createStack(t, {});
  stack.save({ servers: { bare: { ...built(stack, 'bare', NO_SHELL), link: 'pipe' } } });
  const hive = await stack.up();
  const { reason, code, hint } = await hive.untilServer('bare', 'failed');
  assert.equal(code, 'SERVER_UNREACHABLE');
  assert.equal(reason, 'bare cannot be linked by pipe: its image has no /bin/sh');
  assert.match(hint ?? '', /link: attach/);
});

test('a changed link must replace the container, and a container of plain compose must be adopted by attach', async (t) => {
  const box = container('echo');
  const stack = createStack(t, { servers: { box } });
  await stack.hive('compile');
  const file = join(stack.folder, 'docker-compose.mcp.yml');
  await execa('docker', ['compose', '-p', stack.name, '-f', file, 'up', '-d']);
  const hive = await stack.up();
  await hive.untilServer('box', 'ready');
  assert.deepEqual(await linksOf(hive), ['attach']);
  const made = await stack.containers();
  for (const link of ['pipe', 'exec', 'pipe', 'attach']) {
    stack.save({ servers: { box: { ...box, link } } });
    await hive.until(
      `it is linked by ${link}`,
      ({ servers: [it] }) => it?.state === 'ready' && it.link === link,
    );
    await echoes(hive, 'box');
    await eventually('the old one is gone', async () => {
      const lines = await dockerLines('ps', '-aq', '--filter', `label=mcp.stack=${stack.name}`);
      return lines.length === 1 && foldersOf(stack).length === (link === 'pipe' ? 1 : 0);
    });
  }
  assert.notDeepEqual(await stack.containers(), made);
});

test('when the gateway stops, a server’s input must end before any signal', async (t) => {
  const stack = createStack(t, {});
  const saved = join(stack.folder, 'saved');
  mkdirSync(saved);
  chmodSync(saved, 0o777);
  const box = container('flushes', '/saved/it');
  stack.save({ servers: { box: { ...box, volumes: [`${SERVERS}:/servers:ro`, './saved:/saved'] } } });
  const hive = await stack.up();
  await hive.untilServer('box', 'ready');
  const cid = (await stack.containers()).get('box') as string;
  await hive.stop();
  assert.equal(readFileSync(join(saved, 'it'), 'utf8'), 'saved\n');
  assert.deepEqual(await dockerLines('inspect', '-f', '{{.State.ExitCode}}', cid), ['0']);
});

test('after kill -9 a container must keep its link, and FIFOs must be removed with their containers', async (t) => {
  const stack = createStack(t, {
    servers: { piped: container('counts'), attached: { ...container('counts'), link: 'attach' } },
  });
  const first = await stack.up();
  await first.until('both are ready', ({ servers }) => servers.every(({ state }) => state === 'ready'));
  const before = await stack.containers();
  const { pipes } = stateOf(stack);
  const stale = join(pipes, 'piped-00000000');
  mkdirSync(stale);
  await execa('mkfifo', [join(stale, 'in')]);
  const gone = new Promise((resolve) => first.child.once('exit', resolve));
  first.child.kill('SIGKILL');
  await gone;
  const second = await stack.up();
  await second.until('both are ready', ({ servers }) => servers.every(({ state }) => state === 'ready'));
  assert.deepEqual(await linksOf(second), ['attach', 'pipe']);
  assert.deepEqual(await stack.containers(), before);
  assert.equal(foldersOf(stack).length, 1);
  await second.stop();
  rmSync(stack.file);
  await stack.hive('down');
  assert.deepEqual(foldersOf(stack), []);
  assert.equal((await stack.containers()).size, 0);
});

test('other users of the machine must not be able to open the FIFOs', {
  skip: process.getuid?.() !== 0,
}, async (t) => {
  const stack = createStack(t, { servers: { box: container('echo') } });
  const hive = await stack.up();
  await hive.untilServer('box', 'ready');
  const { path, pipes } = stateOf(stack);
  // The folder that holds all of them must be closed itself, whatever is above it.
  for (const folder of [stack.folder, join(stack.folder, '.state'), path]) chmodSync(folder, 0o755);
  const [name = ''] = foldersOf(stack);
  for (const fifo of ['in', 'out', 'err', 'hold']) {
    const file = join(pipes, name, fifo);
    const args = [
      '--reuid',
      '65534',
      '--regid',
      '65534',
      '--clear-groups',
      'timeout',
      '5',
      '/bin/sh',
      '-c',
      `exec 3<>"$0"`,
    ];
    const { exitCode, stderr } = await execa('setpriv', [...args, file], { reject: false });
    assert.notEqual(exitCode, 0);
    assert.match(stderr, /Permission denied/);
  }
  await echoes(hive, 'box');
});
