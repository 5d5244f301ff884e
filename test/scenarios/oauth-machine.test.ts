/** Remote servers to which the gateway logs in without a user (OAuth client credentials, SEP-1046). */
import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { createStack } from '../helpers/hive.ts';
import { startOAuthServer, type TokenRequest } from '../helpers/oauth-server.ts';

const SECRET = 'a-secret-of-the-robot';
const basic = (id: string, secret: string): string => `Basic ${btoa(`${id}:${secret}`)}`;

test('a client with a secret must get a token without a user, and a new one if that is refused', async (t) => {
  const requests: TokenRequest[] = [];
  const remote = await startOAuthServer(t, {}, (request) => {
    requests.push(request);
    return request.authorization === basic('robot', SECRET);
  });
  const oauth = {
    clientId: 'robot',
    clientSecret: '${ROBOT_SECRET}',
    grant: 'client_credentials',
    issuer: new URL(remote.url).origin,
    scopes: ['read'],
  };
  const stack = createStack(t, { servers: { docs: { url: remote.url, oauth } } });
  const hive = await stack.up({ ROBOT_SECRET: SECRET });
  await hive.untilServer('docs', 'ready');
  remote.revoke();
  const client = await hive.client();
  await client.callTool({ name: 'docs_whoami', arguments: {} });
  assert.equal(remote.issued.machine, 2);
  assert.deepEqual(
    requests.map(({ form }) => [form.get('scope'), form.get('client_secret'), form.get('resource')]),
    requests.map(() => ['read', null, remote.url]),
  );
  const told = [
    hive.output(),
    JSON.stringify(await hive.control.status()),
    (await stack.hive('plan')).stdout,
  ];
  assert.ok(!told.join('').includes(SECRET));
});

interface Key {
  readonly publicKey: KeyObject;
  readonly text: string;
  readonly alg: string;
}

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ed = generateKeyPairSync('ed25519');
const KEYS: Readonly<Record<string, Key>> = {
  'in PEM (PKCS #8)': {
    publicKey: ec.publicKey,
    text: ec.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    alg: 'ES256',
  },
  'in PEM (PKCS #1)': {
    publicKey: rsa.publicKey,
    text: rsa.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    alg: 'PS256',
  },
  'as a JWK': {
    publicKey: ed.publicKey,
    text: JSON.stringify(ed.privateKey.export({ format: 'jwk' })),
    alg: 'EdDSA',
  },
};

/** RFC 7523, 3: issuer and subject are the client, the audience is this authorization server. */
async function isSignedBy(publicKey: KeyObject, { form, issuer }: TokenRequest): Promise<boolean> {
  const audience = issuer;
  const assertion = form.get('client_assertion') ?? '';
  const { payload } = await jwtVerify(assertion, publicKey, { issuer: 'robot', subject: 'robot', audience });
  return payload.jti !== undefined && form.get('client_assertion_type')?.endsWith(':jwt-bearer') === true;
}

for (const [what, { publicKey, text, alg }] of Object.entries(KEYS))
  test(`a client must authenticate with a key ${what}, which is never shown`, async (t) => {
    const algorithms: unknown[] = [];
    const supported = { token_endpoint_auth_signing_alg_values_supported: ['PS256', 'ES256', 'EdDSA'] };
    const remote = await startOAuthServer(t, supported, (request) => {
      algorithms.push(decodeProtectedHeader(request.form.get('client_assertion') ?? '').alg);
      return request.authorization === undefined && isSignedBy(publicKey, request);
    });
    const oauth = { clientId: 'robot', grant: 'client_credentials' };
    const stack = createStack(t, { servers: {} });
    writeFileSync(join(stack.folder, 'robot.key'), text);
    stack.save({
      servers: {
        docs: { url: remote.url, oauth: { ...oauth, privateKey: { file: './robot.key' } } },
        more: { url: remote.url, oauth: { ...oauth, privateKey: { environment: 'ROBOT_KEY' } } },
      },
    });
    const hive = await stack.up({ ROBOT_KEY: text });
    await hive.untilServer('docs', 'ready');
    await hive.untilServer('more', 'ready');
    assert.deepEqual(new Set(algorithms), new Set([alg]));
    const told = [
      hive.output(),
      JSON.stringify(await hive.control.status()),
      (await stack.hive('plan')).stdout,
    ];
    assert.ok(!told.join('').includes(text.slice(40, 100)));
  });

test('two clients of one server must never use each other’s tokens', async (t) => {
  const asked: unknown[] = [];
  const remote = await startOAuthServer(t, {}, ({ authorization }) => asked.push(authorization) > 0);
  const entry = (clientId: string, scopes: string[]) => ({
    url: remote.url,
    oauth: { clientId, clientSecret: '${ROBOT_SECRET}', grant: 'client_credentials', scopes },
  });
  const docs = entry('robot', ['read']);
  const admin = entry('boss', ['all']);
  const more = entry('boss', ['read']);
  const stack = createStack(t, { servers: { docs } });
  const hive = await stack.up({ ROBOT_SECRET: SECRET });
  await hive.untilServer('docs', 'ready');
  stack.save({ servers: { docs, admin } });
  await hive.untilServer('admin', 'ready');
  stack.save({ servers: { docs, admin, more } });
  await hive.untilServer('more', 'ready');
  assert.deepEqual(
    asked,
    ['robot', 'boss', 'boss'].map((clientId) => basic(clientId, SECRET)),
  );
});

test('a refused client must be reported with the message of its authorization server', async (t) => {
  let attempts = 0;
  const remote = await startOAuthServer(t, {}, () => {
    attempts += 1;
    return false;
  });
  const oauth = { clientId: 'robot', clientSecret: '${ROBOT_SECRET}', grant: 'client_credentials' };
  const stack = createStack(t, { servers: { docs: { url: remote.url, oauth } } });
  const hive = await stack.up({ ROBOT_SECRET: SECRET });
  const { code, reason, hint, place } = await hive.untilServer('docs', 'failed');
  assert.equal(code, 'LOGIN_FAILED');
  assert.match(`${reason}`, /^docs: the client robot got no access: invalid_client: no such client$/);
  assert.equal(attempts, 1);
  assert.match(`${hint}`, /^check `oauth` of this entry/);
  assert.equal(place?.path, stack.file);
  assert.ok(!hive.output().includes(SECRET));
  const { exitCode, stderr } = await stack.hive('login', 'docs');
  assert.equal(exitCode, 2);
  assert.match(
    stderr,
    /^error VARIABLE_UNSET: \$\{ROBOT_SECRET\} is not set, and docs uses it\n {2}at .*:\d+\n/,
  );
});

test('a secret must reach only the authorization server that it is for', async (t) => {
  const asked: unknown[] = [];
  const remote = await startOAuthServer(t, {}, (request) => asked.push(request) > 0);
  const oauth = {
    clientId: 'robot',
    clientSecret: '${ROBOT_SECRET}',
    grant: 'client_credentials',
    issuer: 'https://login.example.com',
  };
  const stack = createStack(t, { servers: { docs: { url: remote.url, oauth } } });
  const hive = await stack.up({ ROBOT_SECRET: SECRET });
  const { code, reason } = await hive.untilServer('docs', 'failed');
  assert.equal(code, 'LOGIN_FAILED');
  assert.match(`${reason}`, /https:\/\/login\.example\.com/);
  assert.deepEqual(asked, []);
});

test('a file without a key must be reported by name, and work once it has one', async (t) => {
  const remote = await startOAuthServer(t, {}, (request) => isSignedBy(ec.publicKey, request));
  const stack = createStack(t, { servers: {} });
  const file = join(stack.folder, 'robot.key');
  writeFileSync(file, 'no key at all');
  const privateKey = { file: './robot.key' };
  const oauth = { clientId: 'robot', privateKey, grant: 'client_credentials' };
  stack.save({ servers: { docs: { url: remote.url, oauth } } });
  const hive = await stack.up();
  const { code, reason, hint } = await hive.untilServer('docs', 'failed');
  assert.equal(code, 'LOGIN_FAILED');
  assert.equal(reason, `docs: ${file} is not a private key in PEM or JWK without a passphrase`);
  assert.match(`${hint}`, /openssl genpkey/);
  writeFileSync(file, KEYS['in PEM (PKCS #8)']?.text ?? '');
  await hive.untilServer('docs', 'ready');
});
