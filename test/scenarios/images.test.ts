/** Images that move: tags, base images, repositories. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { execa } from 'execa';
import { dockerLines } from '../helpers/docker.ts';
import { freePort } from '../helpers/free-port.ts';
import { container, createStack, type Stack } from '../helpers/hive.ts';

/** Label of all images that a tag of this test has meant. */
const OWN = 'hivetest.own';

/** A name of this test for images of its own, which go with it. */
function ownImage(t: TestContext, { name }: Stack): string {
  const image = `${name}-own:1`;
  t.after(async () => {
    const ids = await dockerLines('images', '-aq', '--filter', `label=${OWN}=${image}`);
    if (ids.length > 0) await execa('docker', ['rmi', '-f', ...new Set(ids)], { reject: false });
  });
  return image;
}

/** Makes a tag mean a new image, which differs from others by a variable. */
async function buildTag(image: string, version: string, base = 'node:24-slim'): Promise<string> {
  const dockerfile = `FROM ${base}\nENV VERSION=${version}\nLABEL ${OWN}=${image.replace('127.0.0.1:1/', '')}\n`;
  await execa('docker', ['build', '-q', '-t', image, '-'], { input: dockerfile });
  return (await dockerLines('image', 'inspect', '-f', '{{.Id}}', image))[0] ?? '';
}

/** Waits until only containers of such an image are left. */
async function untilImage(
  stack: Stack,
  server: string,
  isWanted: (imageId: string) => boolean,
): Promise<void> {
  for (const deadline = Date.now() + 60_000; ; await new Promise((resolve) => setTimeout(resolve, 100))) {
    const ids = await dockerLines(
      'ps',
      '-aq',
      '--filter',
      `label=mcp.stack=${stack.name}`,
      '--filter',
      `label=mcp.server=${server}`,
    );
    const images =
      ids.length === 0 ? [] : await dockerLines('inspect', '-f', '{{.Image}}', ...ids).catch(() => []);
    if (images.length > 0 && images.every(isWanted)) return;
    assert.ok(Date.now() < deadline, `${server} runs ${images.join(', ')}`);
  }
}

const imageOf = async (stack: Stack, server: string): Promise<string> => {
  const id = (await stack.containers()).get(server) ?? '';
  return (await dockerLines('inspect', '-f', '{{.Image}}', id))[0] ?? '';
};

test('a tag that means another image must be noticed by plan, restart and up, with its cause', async (t) => {
  const stack = createStack(t, { servers: {} });
  const image = ownImage(t, stack);
  const first = await buildTag(image, '1');
  stack.save({ servers: { s: { ...container('echo'), image } } });
  const hive = await stack.up();
  await hive.untilServer('s', 'ready');
  assert.equal(await imageOf(stack, 's'), first);
  assert.equal((await stack.hive('plan')).stdout, '');

  const second = await buildTag(image, '2');
  assert.match((await stack.hive('plan')).stdout, /^\+ create +s +its image has changed$/m);
  assert.equal((await stack.hive('restart', 's')).exitCode, 0);
  await untilImage(stack, 's', (it) => it === second);
  assert.equal((await stack.hive('plan')).stdout, '');

  const third = await buildTag(image, '3');
  assert.match((await stack.hive('up')).stdout, /^\+ create +s +its image has changed$/m);
  await hive.untilPrinted(/s +ready/);
  await untilImage(stack, 's', (it) => it === third);

  await hive.stop();
  const fourth = await buildTag(image, '4');
  assert.match((await stack.hive('plan')).stdout, /its image has changed/);
  const again = await stack.up();
  await again.untilServer('s', 'ready');
  await untilImage(stack, 's', (it) => it === fourth);
});

test('a base image that is another one must lead to a new build, and down --rmi local remove what was built', async (t) => {
  const stack = createStack(t, { servers: {} });
  const base = ownImage(t, stack);
  await buildTag(base, '1');
  mkdirSync(join(stack.folder, 'app/docker'), { recursive: true });
  const dockerfile = `ARG BASE\nFROM \${BASE} AS first\nCOPY note.txt /note.txt\nFROM first AS last\nRUN exit 1\n`;
  writeFileSync(join(stack.folder, 'app/docker/mine.Dockerfile'), dockerfile);
  writeFileSync(join(stack.folder, 'app/note.txt'), 'one');
  writeFileSync(join(stack.folder, 'app/.dockerignore'), 'docker\nignored\n');
  const { image: _image, ...entry } = container('echo');
  const build = {
    context: './app',
    dockerfile: 'docker/mine.Dockerfile',
    target: 'first',
    args: { BASE: base },
  };
  stack.save({ servers: { s: { ...entry, build } } });
  const hive = await stack.up();
  await hive.untilServer('s', 'ready');
  const first = await imageOf(stack, 's');

  await buildTag(base, '2');
  assert.match((await stack.hive('plan')).stdout, /its base image \S+-own:1 has changed/);
  assert.equal((await stack.hive('restart', 's')).exitCode, 0);
  await untilImage(stack, 's', (it) => it !== first);
  const second = await imageOf(stack, 's');
  assert.equal((await stack.hive('plan')).stdout, '');

  writeFileSync(join(stack.folder, 'app/ignored'), 'not read');
  writeFileSync(join(stack.folder, 'app/note.txt'), 'two');
  await hive.untilPrinted(/\+ create +s/);
  await untilImage(stack, 's', (it) => it !== second);
  await hive.untilServer('s', 'ready');

  assert.match((await stack.hive('up', '--build')).stdout, /^s: its image is the same as before$/m);
  assert.equal((await stack.hive('plan')).stdout, '');
  const { stdout } = await stack.hive('down', '--rmi', 'local');
  assert.match(stdout, /^removed image hive\//m);
  assert.deepEqual(await dockerLines('images', '-q', '--filter', `reference=hive/${stack.name}-*`), []);
  assert.deepEqual(
    await dockerLines('images', '-q', '--filter', `label=com.docker.compose.project=${stack.name}`),
    [],
  );
});

test('a repository must be built from its URL, in each of the keys that can name it', async (t) => {
  const stack = createStack(t, { servers: {} });
  const port = await freePort();
  const work = join(stack.folder, 'work');
  mkdirSync(join(work, 'sub'), { recursive: true });
  const git = (...args: string[]) =>
    execa('git', ['-c', 'user.name=x', '-c', 'user.email=x@example.com', ...args], { cwd: work });
  await git('init', '-q', '-b', 'main');
  const commit = async (version: string): Promise<void> => {
    writeFileSync(join(work, 'sub/Dockerfile'), `FROM node:24-slim\nENV VERSION=${version}\n`);
    await git('add', '.');
    await git('commit', '-q', '-m', version);
  };
  await commit('1');
  await execa('git', ['clone', '-q', '--bare', work, join(stack.folder, 'server.git')]);
  const flags = ['--reuseaddr', '--export-all', '--listen=127.0.0.1', `--port=${port}`];
  const { stdout: gitFolder } = await execa('git', ['--exec-path']);
  const daemon = spawn(
    join(gitFolder, 'git-daemon'),
    [...flags, `--base-path=${stack.folder}`, stack.folder],
    { stdio: 'ignore' },
  );
  t.after(() => daemon.kill());
  const { image: _, ...entry } = container('echo');
  const url = `git://127.0.0.1:${port}/server.git#main:sub`;
  stack.save({
    servers: {
      key: { ...entry, build: url },
      map: { ...entry, build: { context: url } },
      line: { ...entry, dockerfile: url },
      raw: { ...entry, image: 'nobody/has-this:1', compose: { build: { context: url } } },
    },
  });
  const hive = await stack.up();
  await hive.until('all are ready', ({ servers }) => servers.every(({ state }) => state === 'ready'));
  const before = await imageOf(stack, 'key');

  await commit('2');
  await git('push', '-q', join(stack.folder, 'server.git'), 'main');
  const pulled = await stack.hive('pull', 'key');
  assert.match(pulled.stdout, /^key: built$/m, pulled.stderr);
  assert.match(pulled.stdout, /\+ create +key +its image has changed/);
  await untilImage(stack, 'key', (it) => it !== before);
});

test('an unreachable registry must be named by pull and up --pull, and the images on the machine serve', async (t) => {
  const stack = createStack(t, { servers: {} });
  const image = `127.0.0.1:1/${ownImage(t, stack)}`;
  await buildTag(image, '1');
  stack.save({ servers: { s: { ...container('echo'), image } } });
  const { exitCode, stdout } = await stack.hive('pull');
  assert.equal(exitCode, 1);
  assert.match(
    stdout,
    /^127\.0\.0\.1:1\/\S+: cannot be pulled: .*refused.*; the image on this machine stays$/m,
  );
  const unknown = await stack.hive('pull', 'nobody');
  assert.match(
    unknown.stderr,
    /SERVER_UNKNOWN: there is no server nobody in a container\n {2}fix: servers in containers: s/,
  );
  const up = await stack.hive('up', '-d', '--pull');
  assert.equal(up.exitCode, 0, up.stdout + up.stderr);
  assert.match(up.stdout, /the image on this machine stays[\s\S]*Hive serves 1 of 1 server/);
});

test('down --rmi must refuse what it does not know', async (t) => {
  const stack = createStack(t, { servers: {} });
  const { exitCode, stderr } = await stack.hive('down', '--rmi', 'all');
  assert.deepEqual([exitCode, /--rmi takes local, not all/.test(stderr)], [2, true]);
});
