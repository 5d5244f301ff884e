/** Tokens bound to a key (RFC 9449, SEP-1932); the conformance suite's auth/dpop* play whole logins. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { calculateJwkThumbprint, decodeProtectedHeader, EmbeddedJWK, jwtVerify } from 'jose';
import { request } from 'undici';
import { systemClock } from '../../../src/clock.ts';
import { authorized } from '../../../src/runtime/links/http/authorized.ts';
import { createAuthorizer } from '../../../src/runtime/oauth/authorizer.ts';
import { type Credentials, openCredentials } from '../../../src/runtime/oauth/credentials.ts';
import { wantsDpop } from '../../../src/runtime/oauth/dpop.ts';

const URL_OF_IT = 'https://mcp.example.com/mcp';
const TARGET = { method: 'POST', address: `${URL_OF_IT}?key=1` };

function open(t: TestContext, token_type: string, url = URL_OF_IT): { folder: string; it: Credentials } {
  const folder = mkdtempSync(join(tmpdir(), 'hivetest-dpop-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const it = openCredentials(folder);
  it.save(url, { tokens: { access_token: 'the-token', token_type, savedAt: Date.now() } });
  return { folder, it };
}

async function proofIn({ dpop = '' }: Record<string, string>) {
  const { payload } = await jwtVerify(dpop, EmbeddedJWK, { typ: 'dpop+jwt' });
  const { jwk } = decodeProtectedHeader(dpop);
  assert.ok(jwk && !('d' in jwk), 'the private key stays here');
  return { payload, thumbprint: await calculateJwkThumbprint(jwk) };
}

test('a bound token must be sent with a new proof for each request, by the same key after a restart', async (t) => {
  const { folder, it } = open(t, 'DPoP');
  const authorizer = createAuthorizer('docs', URL_OF_IT, {}, it, systemClock);
  const first = await authorizer.headers(TARGET);
  assert.equal(first.authorization, 'DPoP the-token');
  const one = await proofIn(first);
  const ath = createHash('sha256').update('the-token').digest('base64url');
  const { htm, htu, jti, nonce } = one.payload;
  assert.deepEqual([htm, htu, one.payload.ath, nonce], ['POST', URL_OF_IT, ath, undefined]);
  const again = createAuthorizer('docs', URL_OF_IT, {}, openCredentials(folder), systemClock);
  const two = await proofIn(await again.headers(TARGET));
  assert.equal(two.thumbprint, one.thumbprint);
  assert.notEqual(two.payload.jti, jti);
});

test('an unbound token must be sent without a proof, whatever nonces a server sends', async (t) => {
  const { it } = open(t, 'bearer');
  const authorizer = createAuthorizer('docs', URL_OF_IT, {}, it, systemClock);
  await authorizer.rememberNonce(URL_OF_IT, 'n');
  assert.deepEqual(await authorizer.headers(TARGET), { authorization: 'Bearer the-token' });
  assert.equal(it.read(URL_OF_IT).dpopKey, undefined);
});

test('tokens must be bound only if the server asks for it', async (t) => {
  const rows: [challenge: string, isWanted: boolean][] = [
    ['Bearer resource_metadata="https://mcp.example.com/x"', false],
    ['Bearer realm="no DPoP here"', false],
    ['DPoP algs="ES256"', true],
    ['Bearer realm="a", DPoP algs="ES256"', true],
  ];
  for (const [challenge, isWanted] of rows) {
    const { it } = open(t, 'bearer');
    const authorizer = createAuthorizer('docs', URL_OF_IT, {}, it, systemClock);
    await assert.rejects(authorizer.refused(401, challenge), { code: 'LOGIN_REQUIRED' });
    assert.equal(wantsDpop(it.read(URL_OF_IT)), isWanted, challenge);
  }
});

test('a server that requires a nonce in the proof must get it, and the login must be kept', async (t) => {
  const nonces: unknown[] = [];
  const server = createServer(async (incoming, response) => {
    const { payload } = await proofIn({ dpop: String(incoming.headers.dpop) });
    nonces.push(payload.nonce);
    const challenge = { 'www-authenticate': 'DPoP error="use_dpop_nonce"', 'dpop-nonce': 'n1' };
    response.writeHead(payload.nonce === 'n1' ? 200 : 401, payload.nonce === 'n1' ? {} : challenge).end();
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
  const { it } = open(t, 'DPoP', address);
  const authorizer = createAuthorizer('docs', address, {}, it, systemClock);
  const ask = () =>
    authorized(authorizer, { method: 'GET', address }, (headers) => request(address, { headers }));
  for (const _ of [1, 2]) {
    const { statusCode, body } = await ask();
    await body.dump();
    assert.equal(statusCode, 200);
  }
  assert.deepEqual(nonces, [undefined, 'n1', 'n1']);
});
