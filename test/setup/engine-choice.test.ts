/** How people choose an engine: DOCKER_HOST, TLS, docker contexts, and their mistakes. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { engineClient } from '../../src/engines/docker/client.ts';
import { describeEngine } from '../../src/setup/describe-engine.ts';
import { engineAddresses } from '../../src/setup/engine-address.ts';
import { probeEngine } from '../../src/setup/engine-probe.ts';
import { findEngine } from '../../src/setup/find-engine.ts';
import { gapsError } from '../../src/setup/gap-errors.ts';
import { readHost } from '../../src/setup/host.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'hive-choice-'));
after(() => rmSync(FOLDER, { recursive: true }));

/** A home with these contexts: the endpoints of their meta.json, by name. */
function home(contexts: Record<string, object>, current?: string): string {
  const HOME = mkdtempSync(join(FOLDER, 'home-'));
  for (const [name, endpoint] of Object.entries(contexts)) {
    const meta = join(HOME, '.docker/contexts/meta', createHash('sha256').update(name).digest('hex'));
    mkdirSync(meta, { recursive: true });
    writeFileSync(join(meta, 'meta.json'), JSON.stringify({ Name: name, Endpoints: { docker: endpoint } }));
  }
  mkdirSync(join(HOME, '.docker'), { recursive: true });
  if (current) writeFileSync(join(HOME, '.docker/config.json'), JSON.stringify({ currentContext: current }));
  return HOME;
}

const certificatesOf = (HOME: string, name: string): string =>
  join(HOME, '.docker/contexts/tls', createHash('sha256').update(name).digest('hex'), 'docker');

const HOMES = {
  none: home({}),
  gone: home({}, 'gone'),
  odd: home({ odd: { Host: 'npipe:////./pipe/docker_engine' }, empty: {} }),
};

const mistakes: readonly [what: string, env: Record<string, string>, message: RegExp, fix: RegExp][] = [
  [
    'DOCKER_CONTEXT names a context that does not exist',
    { HOME: HOMES.none, DOCKER_CONTEXT: 'nosuch' },
    /docker context "nosuch", named by DOCKER_CONTEXT, does not exist/,
    /^unset DOCKER_CONTEXT; docker context ls lists all$/,
  ],
  [
    'the context in use does not exist any more',
    { HOME: HOMES.gone },
    /docker context "gone", which is in use, does not exist/,
    /^docker context use default; docker context ls lists all$/,
  ],
  [
    'a context has an address that leads nowhere',
    { HOME: HOMES.odd, DOCKER_CONTEXT: 'odd' },
    /has the address npipe:.*, which is a named pipe of Windows/,
    /^unset DOCKER_CONTEXT/,
  ],
  [
    'a context has no address',
    { HOME: HOMES.odd, DOCKER_CONTEXT: 'empty' },
    /has no address of an engine/,
    /^unset DOCKER_CONTEXT/,
  ],
  [
    'DOCKER_HOST is a path',
    { DOCKER_HOST: '/run/d.sock' },
    /^DOCKER_HOST=\/run\/d.sock lacks unix:\/\//,
    /^unset DOCKER_HOST, or: export DOCKER_HOST=unix:\/\/\/run\/d.sock$/,
  ],
  [
    'DOCKER_HOST is nonsense',
    { DOCKER_HOST: 'nonsense' },
    /^DOCKER_HOST=nonsense is no address of an engine$/,
    /^unset DOCKER_HOST/,
  ],
  [
    'TLS is wanted and there are no certificates',
    { HOME: HOMES.none, DOCKER_HOST: 'tcp://lab', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/no/such' },
    /^DOCKER_TLS_VERIFY is set, and there is no \/no\/such\/ca\.pem/,
    /^set DOCKER_CERT_PATH to the folder with ca\.pem.*, or unset DOCKER_TLS_VERIFY$/,
  ],
  [
    'an https:// address and there are no certificates',
    { HOME: HOMES.none, DOCKER_HOST: 'https://lab' },
    /^DOCKER_HOST begins with https:\/\/, and there is no .*ca\.pem/,
    /write tcp:\/\/ in DOCKER_HOST$/,
  ],
];

for (const [what, env, message, fix] of mistakes)
  test(`must be told with what to type: ${what}`, async () => {
    const found = await findEngine({ PATH: process.env.PATH, ...env });
    assert.equal(found.kind, 'lacking');
    const error = gapsError(found.gaps, await readHost());
    assert.equal(error.code, 'ENGINE_UNREACHABLE');
    assert.match(error.message, message);
    assert.match(error.hint ?? '', fix);
  });

test('on Windows the engine of Docker Desktop must be looked for at its pipe', async () => {
  assert.deepEqual(await engineAddresses({ HOME: home({}) }, 'win32'), {
    candidates: [{ url: 'npipe:////./pipe/docker_engine', source: 'Docker Desktop' }],
    explicit: false,
  });
});

async function chosen(env: Record<string, string>) {
  const addresses = await engineAddresses(env);
  assert.ok('candidates' in addresses && addresses.explicit);
  return addresses.candidates[0];
}

test('a context over ssh and one over TLS must be understood', async () => {
  const HOME = home({
    lab: { Host: 'ssh://me@lab' },
    safe: { Host: 'tcp://safe.test', SkipTLSVerify: false },
    lax: { Host: 'tcp://lax.test:2376', SkipTLSVerify: true },
  });
  const folder = certificatesOf(HOME, 'safe');
  mkdirSync(folder, { recursive: true });
  const of = (DOCKER_CONTEXT: string) => chosen({ HOME, DOCKER_CONTEXT });
  const lab = await of('lab');
  assert.equal(lab?.url, 'ssh://me@lab');
  assert.match(lab?.fix ?? '', /docker -H ssh:\/\/me@lab version, or unset DOCKER_CONTEXT$/);
  const safe = await of('safe');
  assert.equal(safe?.url, 'tcp://safe.test:2376');
  assert.deepEqual(safe?.tls, { folder, isVerified: true });
  assert.equal((await of('lax'))?.tls?.isVerified, false);
});

/** A certificate for 127.0.0.1, of an authority of its own; as DOCKER_CERT_PATH has them. */
function certificates(): string {
  const folder = mkdtempSync(join(FOLDER, 'tls-'));
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject, ...files],
    {
      stdio: 'ignore',
    },
  );
  writeFileSync(join(folder, 'ca.pem'), readFileSync(join(folder, 'cert.pem')));
  return folder;
}

/** An engine that accepts only clients with a certificate. */
async function secured(t: TestContext, folder: string): Promise<string> {
  const [ca, cert, key] = ['ca.pem', 'cert.pem', 'key.pem'].map((name) => readFileSync(join(folder, name)));
  const options = { ca, cert, key, requestCert: true, rejectUnauthorized: true };
  const server = createServer(options as object, ({ url }, response) =>
    response.end(url === '/version' ? '{"Version":"28.0.0"}' : '[]'),
  ).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('an engine over TLS must be reached by the probe, the client and the docker command alike', async (t) => {
  const folder = certificates();
  const DOCKER_HOST = await secured(t, folder);
  const env = { DOCKER_HOST, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: folder };
  const found = await findEngine({ ...process.env, ...env });
  assert.equal(found.kind, 'ready', JSON.stringify(found));
  const { engine } = found;
  assert.equal(describeEngine(engine), `Docker 28.0.0 (rootful) at ${DOCKER_HOST} over TLS, DOCKER_HOST`);
  assert.deepEqual(await engineClient(engine.url, engine.tls).listContainers(), []);
  assert.equal(engine.env.DOCKER_TLS_VERIFY, '1');
  assert.equal(engine.env.DOCKER_CERT_PATH, folder);

  const stranger = await probeEngine({ url: DOCKER_HOST, tls: { folder: certificates(), isVerified: true } });
  assert.match(stranger.kind === 'silent' ? stranger.reason : '', /self-signed certificate/);
});

test('variables that contradict the choice must not reach the docker command', async () => {
  const found = await findEngine({
    ...process.env,
    DOCKER_HOST: process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock',
    DOCKER_CONTEXT: 'nosuch',
    DOCKER_TLS_VERIFY: '1',
    DOCKER_CERT_PATH: '/no/such',
  });
  assert.equal(found.kind, 'ready', JSON.stringify(found));
  const version = ['version', '--format', '{{.Server.Version}}'];
  const env = { ...process.env, DOCKER_TLS_VERIFY: '1', DOCKER_CONTEXT: 'nosuch', ...found.engine.env };
  assert.equal(execFileSync('docker', version, { env, encoding: 'utf8' }).trim(), found.engine.version);
});
