/** Finding the engine and its tools. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { toolVersions } from '../../src/engine-versions.ts';
import { engineAddresses } from '../../src/setup/engine-address.ts';
import { probeEngine } from '../../src/setup/engine-probe.ts';
import { findEngine } from '../../src/setup/find-engine.ts';
import { findProgram, parseVersion, pluginFolders } from '../../src/setup/find-tools.ts';

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'find-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A Unix socket that gives this answer. */
async function listen(t: TestContext, answer: RequestListener): Promise<string> {
  const path = join(temporaryFolder(t), 'engine.sock');
  const server = createServer(answer).listen(path);
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `unix://${path}`;
}

/** A folder with a `docker` whose sub-commands print these versions; without one they fail as unknown. */
function fakeDocker(t: TestContext, versions: { compose?: string; buildx?: string }): string {
  const folder = temporaryFolder(t);
  const cases = Object.entries(versions).map(([plugin, text]) => `${plugin}) echo '${text}';;`);
  writeFileSync(join(folder, 'docker'), `#!/bin/sh\ncase $1 in\n${cases.join('\n')}\n*) exit 1;;\nesac\n`);
  chmodSync(join(folder, 'docker'), 0o755);
  return folder;
}

test('the engine of this machine must be found, with its tools', async () => {
  const found = await findEngine();
  assert.equal(found.kind, 'ready');
  const { engine } = found;
  assert.match(engine.version, /^\d+\./);
  const { compose, buildx } = await toolVersions(engine);
  assert.ok(Number.parseInt(compose ?? '', 10) >= 2);
  assert.match(buildx ?? '', /^\d+\.\d+/);
  assert.equal(engine.env.DOCKER_HOST, engine.url);
});

test('DOCKER_HOST must win, then a docker context, then the well-known sockets', async (t) => {
  const HOME = temporaryFolder(t);
  const meta = join(HOME, '.docker/contexts/meta', createHash('sha256').update('far').digest('hex'));
  mkdirSync(meta, { recursive: true });
  writeFileSync(
    join(meta, 'meta.json'),
    '{"Name":"far","Endpoints":{"docker":{"Host":"tcp://far.test:2375"}}}',
  );
  const all = async (env: Record<string, string>) => {
    const addresses = await engineAddresses({ HOME, ...env });
    assert.ok('candidates' in addresses);
    return addresses.candidates;
  };
  const first = async (env: Record<string, string>) => (await all(env))[0]?.url;

  assert.equal(await first({}), 'unix:///var/run/docker.sock');
  assert.equal(await first({ DOCKER_CONTEXT: 'far' }), 'tcp://far.test:2375');
  assert.equal(await first({ DOCKER_CONTEXT: 'far', DOCKER_HOST: 'unix:///x.sock' }), 'unix:///x.sock');
  writeFileSync(join(HOME, '.docker/config.json'), '{"currentContext":"far"}');
  assert.equal(await first({}), 'tcp://far.test:2375');
  assert.equal(await first({ DOCKER_CONTEXT: 'default' }), 'unix:///var/run/docker.sock');

  const candidates = await all({ DOCKER_CONTEXT: 'default', XDG_RUNTIME_DIR: '/run/user/7' });
  assert.deepEqual(candidates.map(({ url }) => url).slice(1), [
    'unix:///run/user/7/docker.sock',
    `unix://${HOME}/.docker/run/docker.sock`,
    `unix://${HOME}/.docker/desktop/docker.sock`,
    'unix:///run/user/7/podman/podman.sock',
    'unix:///run/podman/podman.sock',
  ]);
});

test('the answer must distinguish docker from podman, and an engine from other programs', async (t) => {
  const podman = '{"Version":"5.4.2","Components":[{"Name":"Podman Engine"}]}';
  const docker = '{"Version":"28.0.0","Components":[{"Name":"Engine"},{"Name":"rootlesskit"}]}';
  const info = '{"SecurityOptions":["name=seccomp,profile=default","name=rootless"]}';
  const probe = async (answers: Record<string, string>) =>
    probeEngine({ url: await listen(t, ({ url = '' }, response) => response.end(answers[url])) });
  const identity = { kind: 'answers', version: '5.4.2', flavour: 'podman' };
  assert.deepEqual(await probe({ '/version': podman, '/info': info }), { ...identity, isRootless: true });
  assert.deepEqual(await probe({ '/version': podman, '/info': '{"Rootless":true}' }), {
    ...identity,
    isRootless: true,
  });
  assert.deepEqual(await probe({ '/version': podman, '/info': '{}' }), { ...identity, isRootless: false });
  assert.deepEqual(await probe({ '/version': docker }), {
    kind: 'answers',
    version: '28.0.0',
    flavour: 'docker',
    isRootless: true,
  });
  assert.equal((await probe({ '/version': '<html>' })).kind, 'silent');
  assert.equal((await probeEngine({ url: 'unix:///no/such.sock' })).kind, 'absent');
  assert.deepEqual(await probeEngine({ url: 'tcp://127.0.0.1:1' }), {
    kind: 'silent',
    reason: 'nothing listens there',
  });
});

test('an engine that the user chose and that is absent must be reported, whatever else runs here', async () => {
  const found = await findEngine({ ...process.env, DOCKER_HOST: 'unix:///no/such.sock' });
  assert.equal(found.kind, 'lacking');
  assert.deepEqual(found.gaps, [
    {
      part: 'engine',
      state: 'unreachable',
      address: {
        url: 'unix:///no/such.sock',
        source: 'DOCKER_HOST',
        fix: 'start that engine, or unset DOCKER_HOST',
      },
      reason: 'there is no such socket',
    },
  ]);
});

const tools: [what: string, versions: { compose?: string; buildx?: string } | undefined, gaps: unknown[]][] =
  [
    ['no docker command', undefined, [{ part: 'cli' }, { part: 'compose' }, { part: 'buildx' }]],
    ['no plugins', {}, [{ part: 'compose' }, { part: 'buildx' }]],
    [
      'Compose 1',
      { compose: 'docker-compose version 1.29.2, build unknown', buildx: 'github.com/docker/buildx v0.13.1' },
      [{ part: 'compose', found: '1.29.2' }],
    ],
    ['no buildx', { compose: 'Docker Compose version v2.40.0' }, [{ part: 'buildx' }]],
  ];

for (const [what, versions, gaps] of tools) {
  test(`tools missing beside the engine: ${what}`, async (t) => {
    const DOCKER_HOST = await listen(t, (_, response) => response.end('{"Version":"28.0.0"}'));
    const PATH = versions ? fakeDocker(t, versions) : temporaryFolder(t);
    const found = await findEngine({ DOCKER_HOST, PATH }, []);
    assert.deepEqual(found, { kind: 'lacking', gaps });
  });
}

test('plugins must be found by their files, and be run only if one is incomplete', async (t) => {
  const DOCKER_HOST = await listen(t, (_, response) => response.end('{"Version":"28.0.0"}'));
  const env = { DOCKER_HOST, PATH: fakeDocker(t, {}), DOCKER_CONFIG: temporaryFolder(t) };
  const plugins = join(env.DOCKER_CONFIG, 'cli-plugins');
  mkdirSync(plugins);
  for (const name of ['docker-compose', 'docker-buildx'])
    writeFileSync(join(plugins, name), '', { mode: 0o755 });
  assert.equal((await findEngine(env, [plugins])).kind, 'ready');
  assert.equal(pluginFolders(env)[0], plugins);

  rmSync(join(plugins, 'docker-buildx'));
  symlinkSync('/no/such/plugin', join(plugins, 'docker-buildx'));
  const found = await findEngine(env, [plugins]);
  assert.deepEqual(found, { kind: 'lacking', gaps: [{ part: 'compose' }, { part: 'buildx' }] });
});

test('versions must be read as the tools print them', () => {
  assert.equal(parseVersion('Docker Compose version v2.26.1-4'), '2.26.1');
  assert.equal(parseVersion('github.com/docker/buildx 0.13.1+ds1 0.13.1+ds1-3'), '0.13.1');
  assert.equal(parseVersion("docker: 'compose' is not a docker command."), undefined);
});

test('a program must be found on PATH, through links', (t) => {
  const folder = temporaryFolder(t);
  symlinkSync('/bin/sh', join(folder, 'tool'));
  assert.equal(findProgram('tool', { PATH: `/nowhere:${folder}` }), join(folder, 'tool'));
  assert.equal(findProgram('tool', { PATH: '' }), undefined);
});
