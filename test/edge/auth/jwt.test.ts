/** Access tokens: what a token must have, which algorithms count, and where the issuer's keys come from. */
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { type TestContext, test } from 'node:test';
import { exportJWK, generateKeyPair, importJWK, type JWK, type JWTPayload, SignJWT } from 'jose';
import { createTokenCheck, type Verdict } from '../../../src/edge/auth/jwt.ts';
import type { OAuthSettings } from '../../../src/model/stack.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { servePages, startIssuer } from './issuer.ts';

const RESOURCE = 'https://hive.example/mcp';
const settings = (issuer: string, more: Partial<OAuthSettings> = {}): OAuthSettings => ({
  issuer,
  scopes: [],
  ...more,
});

async function world(t: TestContext) {
  const clock = fakeClock();
  const issuer = await startIssuer(t);
  const check = createTokenCheck(clock, fetch);
  const now = clock.now() / 1000;
  const verdict = async (
    claims: JWTPayload,
    expires: number | undefined = now + 60,
    oauth: OAuthSettings = settings(issuer.issuer),
  ): Promise<Verdict> => check(oauth, RESOURCE, await issuer.sign({ aud: RESOURCE, ...claims }, { expires }));
  return { clock, issuer, check, now, verdict };
}

test('a token without exp or without sub must be refused: it would never end, or be of nobody', async (t) => {
  const { issuer, check, verdict } = await world(t);
  const endless = await issuer.sign({ aud: RESOURCE }, { expires: undefined });
  const verdicts = [
    await check(settings(issuer.issuer), RESOURCE, endless),
    await verdict({ sub: undefined as unknown as string }),
  ];
  for (const [index, claim] of ['exp', 'sub'].entries()) {
    const found = verdicts[index];
    assert.ok(found?.kind === 'bad', JSON.stringify(found));
    assert.match(found.message, new RegExp(`"${claim}"`));
  }
});

test('clocks may differ by 30 s, and a token is good until then and no longer', async (t) => {
  const { now, verdict } = await world(t);
  const last = now - 29;
  assert.deepEqual(await verdict({}, last), {
    kind: 'good',
    subject: 'ada',
    role: 'use',
    expiresAtMs: (last + 30) * 1000,
  });
  assert.equal((await verdict({}, now - 30)).kind, 'bad');
  assert.equal((await verdict({ nbf: now + 30 })).kind, 'good');
  assert.equal((await verdict({ nbf: now + 31 })).kind, 'bad');
});

test('scopes must be held as whole words, in scope or scp', async (t) => {
  const { issuer, verdict } = await world(t);
  const oauth = settings(issuer.issuer, { scopes: ['a', 'b'] });
  const table: [JWTPayload, Verdict['kind']][] = [
    [{ scope: 'a b' }, 'good'],
    [{ scope: 'x b a' }, 'good'],
    [{ scp: ['b', 'a'] }, 'good'],
    [{ scope: 'a', scp: ['b'] }, 'good'],
    [{ scope: 'a' }, 'scope'],
    [{ scope: 'ab' }, 'scope'],
    [{ scope: ['a b'] as unknown as string }, 'scope'],
    [{ scope: { a: 1, b: 1 } as unknown as string }, 'scope'],
    [{}, 'scope'],
  ];
  for (const [claims, kind] of table)
    assert.equal((await verdict(claims, undefined, oauth)).kind, kind, JSON.stringify(claims));
  assert.deepEqual(await verdict({ scope: 'b' }, undefined, oauth), {
    kind: 'scope',
    message: 'the access token lacks a',
  });
});

test('the audience of the config must count in place of the URL', async (t) => {
  const { issuer, verdict } = await world(t);
  const oauth = settings(issuer.issuer, { audience: 'api://hive' });
  assert.equal((await verdict({ aud: 'api://hive' }, undefined, oauth)).kind, 'good');
  assert.equal((await verdict({ aud: RESOURCE }, undefined, oauth)).kind, 'bad');
});

const RSA = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];
const OTHERS = ['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'];

/** A key pair for each algorithm, as JWK; the RSA algorithms share one. */
async function keyPairs(): Promise<Map<string, { publicKey: JWK; privateKey: JWK }>> {
  const pairOf = async (alg: string) => {
    const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
    return { publicKey: await exportJWK(publicKey), privateKey: await exportJWK(privateKey) };
  };
  const rsa = await pairOf('RS256');
  const others = await Promise.all(OTHERS.map(async (alg) => [alg, await pairOf(alg)] as const));
  return new Map([...RSA.map((alg) => [alg, rsa] as const), ...others]);
}

test('every public-key algorithm must be taken, and none that a holder of public keys could sign with', async (t) => {
  const pairs = await keyPairs();
  const secret: JWK = { kty: 'oct', k: Buffer.alloc(64, 's').toString('base64url') };
  const shared = ['HS256', 'HS384', 'HS512'];
  const keys = [
    ...[...pairs].map(([alg, { publicKey }]) => ({ ...publicKey, kid: alg, alg })),
    ...shared.map((alg) => ({ ...secret, kid: alg, alg })),
  ];
  const issuer = await servePages(t, (path) => (path === '/keys' ? { keys } : undefined));
  const check = createTokenCheck(fakeClock(), fetch);
  const oauth = settings(issuer, { jwksUri: `${issuer}/keys` });
  const verdict = async (alg: string, jwk: JWK): Promise<Verdict> => {
    const token = new SignJWT({ iss: issuer, sub: 'ada', aud: RESOURCE, exp: 1060 });
    token.setProtectedHeader({ alg, kid: alg });
    return check(oauth, RESOURCE, await token.sign(await importJWK(jwk, alg)));
  };
  for (const [alg, { privateKey }] of pairs) assert.equal((await verdict(alg, privateKey)).kind, 'good', alg);
  for (const alg of shared) {
    const found = await verdict(alg, secret);
    assert.ok(found.kind === 'bad' && /"alg".*not allowed/.test(found.message), JSON.stringify(found));
  }
});

const PLACES = [
  '/.well-known/oauth-authorization-server/tenant',
  '/.well-known/openid-configuration/tenant',
  '/tenant/.well-known/openid-configuration',
];

for (const [index, place] of PLACES.entries())
  test(`the keys must be found by the metadata at ${place}, as clients find them`, async (t) => {
    const asked: string[] = [];
    const root = await servePages(t, (path, at) => {
      asked.push(path);
      return path === place ? { issuer: `${at}/tenant`, jwks_uri: `${at}/keys` } : undefined;
    });
    const found = await createTokenCheck(fakeClock(), fetch)(
      settings(`${root}/tenant`),
      RESOURCE,
      await anyToken(t),
    );
    assert.equal(found.kind, 'unavailable', 'there are no keys at /keys');
    assert.deepEqual(asked, [...PLACES.slice(0, index + 1), '/keys']);
  });

/** A token with the header of a good one: enough to make the check look for keys. */
async function anyToken(t: TestContext): Promise<string> {
  return (await startIssuer(t)).sign({ aud: RESOURCE });
}

test('metadata that is not the issuer’s own must not name its keys', async (t) => {
  const token = await anyToken(t);
  const unusable: [string, (root: string) => object | ((...args: never[]) => void), RegExp][] = [
    [
      'of another issuer',
      (root) => ({ issuer: 'https://evil.example', jwks_uri: `${root}/keys` }),
      /another/,
    ],
    ['without keys', (root) => ({ issuer: root }), /names no keys/],
    ['not an object', () => ['x'], /another issuer/],
  ];
  for (const [what, page, message] of unusable) {
    const root = await servePages(t, (path, at) => (path.startsWith('/.well') ? page(at) : undefined));
    const found = await createTokenCheck(fakeClock(), fetch)(settings(root), RESOURCE, token);
    assert.ok(
      found.kind === 'unavailable' && message.test(found.message),
      `${what}: ${JSON.stringify(found)}`,
    );
  }
});

test('metadata that is no object must be passed over', async (t) => {
  const token = await anyToken(t);
  for (const text of ['null', '5', '"x"', '{']) {
    const page = (_: unknown, response: ServerResponse) => response.writeHead(200).end(text);
    const root = await servePages(t, () => page);
    const found = await createTokenCheck(fakeClock(), fetch)(settings(root), RESOURCE, token);
    assert.ok(found.kind === 'unavailable' && /names no keys/.test(found.message), text);
  }
});

test('metadata must not be followed elsewhere', async (t) => {
  const token = await anyToken(t);
  const asked: string[] = [];
  const root = await servePages(t, (path, at) => {
    asked.push(path);
    return (_, response) => response.writeHead(302, { location: `${at}/elsewhere` }).end();
  });
  const found = await createTokenCheck(fakeClock(), fetch)(settings(root), RESOURCE, token);
  assert.equal(found.kind, 'unavailable');
  assert.deepEqual(asked, ['/.well-known/oauth-authorization-server']);
});

for (const [bytes, isRead, saysLength] of [
  [1_000_000, true, true],
  [1_000_000, true, false],
  [1_000_001, false, true],
  [1_000_001, false, false],
] as const)
  test(`metadata of ${bytes} bytes must ${isRead ? '' : 'not '}be read, ${saysLength ? 'with' : 'without'} its length`, async (t) => {
    const { issuer, sign } = await startIssuer(t);
    const asked: string[] = [];
    const root = await servePages(t, (path, at) => {
      asked.push(path);
      if (!path.includes('oauth-authorization-server')) return undefined;
      const text = JSON.stringify({ issuer: at, jwks_uri: `${issuer}/keys` });
      return (_, response) => {
        response.writeHead(200, saysLength ? { 'content-length': bytes } : {});
        response.write(text.padEnd(bytes - 10));
        response.end(' '.repeat(10));
      };
    });
    const clock = fakeClock();
    const token = await sign({ aud: RESOURCE, iss: root }, { expires: clock.now() / 1000 + 60 });
    const { kind } = await createTokenCheck(clock, fetch)(settings(root), RESOURCE, token);
    assert.equal(kind, isRead ? 'good' : 'unavailable');
    assert.equal(asked.length, isRead ? 1 : 3);
  });

test('metadata without a body, or of which the rest does not come, must be passed over', async (t) => {
  const { issuer, sign } = await startIssuer(t);
  const root = await servePages(t, (path, at) => {
    if (path.includes('/oauth-authorization-server')) return (_, response) => response.writeHead(204).end();
    if (!path.startsWith('/tenant')) {
      return (_, response) => {
        response.writeHead(200).write('{"issuer":');
        setImmediate(() => response.destroy());
      };
    }
    return { issuer: `${at}/tenant`, jwks_uri: `${issuer}/keys` };
  });
  const clock = fakeClock();
  const claims = { aud: RESOURCE, iss: `${root}/tenant` };
  const token = await sign(claims, { expires: clock.now() / 1000 + 60 });
  const found = await createTokenCheck(clock, fetch)(settings(`${root}/tenant`), RESOURCE, token);
  assert.equal(found.kind, 'good', JSON.stringify(found));
});

for (const status of [200, 404])
  test(`metadata that is not read must not keep its connection (${status})`, async (t) => {
    const closed = Promise.withResolvers<string>();
    const root = await servePages(t, (path) => {
      if (!path.includes('oauth-authorization-server')) return undefined;
      return (_, response) => {
        response.once('close', () => closed.resolve('closed'));
        response.writeHead(status, { 'content-length': 2_000_000 });
        // The rest never comes.
        response.write(' '.repeat(1_000_001));
      };
    });
    await createTokenCheck(fakeClock(), fetch)(settings(root), RESOURCE, await anyToken(t));
    const late = new Promise((resolve) => setTimeout(resolve, 3_000, 'open').unref());
    assert.equal(await Promise.race([closed.promise, late]), 'closed');
  });

test('the failure of an issuer that is no longer configured must not cost the keys of the new one', async (t) => {
  const clock = fakeClock();
  const fail = Promise.withResolvers<void>();
  const old = await servePages(t, () => (_, response) => void fail.promise.then(() => response.destroy()));
  const { issuer, sign, fetched } = await startIssuer(t);
  const check = createTokenCheck(clock, fetch);
  const token = await sign({ aud: RESOURCE }, { expires: clock.now() / 1000 + 60 });
  const failing = check(settings(old), RESOURCE, token);
  assert.equal((await check(settings(issuer), RESOURCE, token)).kind, 'good');
  fail.resolve();
  assert.equal((await failing).kind, 'unavailable');
  assert.equal((await check(settings(issuer), RESOURCE, token)).kind, 'good');
  assert.equal(fetched(), 1);
});

test('an issuer that does not answer must be given up after 5 s, and asked again by the next token', async (t) => {
  const { issuer } = await startIssuer(t);
  const token = await anyToken(t);
  const check = createTokenCheck(fakeClock(), fetch);
  const limits: number[] = [];
  const timeout = t.mock.method(AbortSignal, 'timeout', (ms: number) => {
    limits.push(ms);
    return AbortSignal.abort(new Error('no answer'));
  });
  const found = await check(settings(issuer), RESOURCE, token);
  assert.ok(found.kind === 'unavailable' && /cannot be checked now: no answer/.test(found.message));
  assert.deepEqual(limits, [5_000]);
  timeout.mock.restore();
  assert.equal((await check(settings(issuer), RESOURCE, token)).kind, 'bad', 'signed by another key');
});

test('the keys of one issuer must not check the tokens of another', async (t) => {
  const clock = fakeClock();
  const [one, other] = [await startIssuer(t), await startIssuer(t)];
  const check = createTokenCheck(clock, fetch);
  const expires = clock.now() / 1000 + 60;
  const good = await one.sign({ aud: RESOURCE }, { expires });
  const posing = await one.sign({ aud: RESOURCE, iss: other.issuer }, { expires });
  assert.equal((await check(settings(one.issuer), RESOURCE, good)).kind, 'good');
  assert.equal((await check(settings(other.issuer), RESOURCE, posing)).kind, 'bad');
  assert.equal((await check(settings(one.issuer), RESOURCE, good)).kind, 'good');
  assert.equal(one.fetched(), 2);
});

test('keys that cannot be fetched must not make a token invalid', async (t) => {
  const token = await anyToken(t);
  const broken: [string, object | ((request: unknown, response: ServerResponse) => void)][] = [
    ['an error', (_, response) => response.writeHead(500).end()],
    ['no JSON', (_, response) => response.writeHead(200).end('{')],
    ['no keys', { keys: 1 }],
  ];
  for (const [what, page] of broken) {
    const issuer = await servePages(t, () => page);
    const oauth = settings(issuer, { jwksUri: `${issuer}/keys` });
    const found = await createTokenCheck(fakeClock(), fetch)(oauth, RESOURCE, token);
    assert.equal(found.kind, 'unavailable', `${what}: ${JSON.stringify(found)}`);
  }
});

test('keys that do not come within 5 s must not make a token invalid', async (t) => {
  const { issuer } = await startIssuer(t);
  const token = await anyToken(t);
  const limits: number[] = [];
  t.mock.method(AbortSignal, 'timeout', (ms: number) => {
    limits.push(ms);
    return AbortSignal.abort(new DOMException('late', 'TimeoutError'));
  });
  const oauth = settings(issuer, { jwksUri: `${issuer}/keys` });
  const found = await createTokenCheck(fakeClock(), fetch)(oauth, RESOURCE, token);
  assert.equal(found.kind, 'unavailable');
  assert.deepEqual(limits, [5_000]);
});
