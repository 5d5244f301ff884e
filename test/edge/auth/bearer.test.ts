/** Bearer tokens of the config: every byte counts, and a principal lasts as long as its credential. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { ANONYMOUS, type AuthRefusal, createAuth } from '../../../src/edge/auth/auth.ts';
import { isSubject } from '../../../src/edge/auth/subjects.ts';
import { LOCAL } from '../../../src/model/caller.ts';
import type { AuthSettings, OAuthSettings } from '../../../src/model/stack.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { startIssuer } from './issuer.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const URL_OF_MCP = 'http://127.0.0.1:8000/mcp';
const LAPTOP = sha256('hive_laptop');

function world(settings: AuthSettings | undefined) {
  const held = { settings };
  const auth = createAuth(
    () => held.settings,
    'hive_local',
    () => URL_OF_MCP,
    fakeClock(),
  );
  const check = (authorization?: string) =>
    auth.check({ headers: authorization === undefined ? {} : { authorization } } as IncomingMessage);
  return { auth, held, check };
}

const laptop = (digest: string): AuthSettings => ({ tokens: { laptop: digest } });

test('each byte of a token’s digest must count', () => {
  for (let at = 0; at < 32; at++) {
    const digest = Buffer.from(LAPTOP, 'hex');
    digest[at] = (digest[at] ?? 0) ^ 1;
    const { check } = world(laptop(digest.toString('hex')));
    assert.equal((check('Bearer hive_laptop') as AuthRefusal).status, 401, `byte ${at}`);
  }
  assert.equal(world(laptop(LAPTOP)).check('Bearer hive_laptop'), `token:laptop:${LAPTOP}`);
});

test('a digest must mean the same in either letter case', () => {
  const { auth, check } = world(laptop(LAPTOP.toUpperCase()));
  const principal = `token:laptop:${LAPTOP}`;
  assert.equal(check('Bearer hive_laptop'), principal);
  assert.ok(auth.isKnown(principal));
});

test('the second of several tokens must be known by its own name', () => {
  const { check } = world({ tokens: { ci: sha256('hive_ci'), laptop: LAPTOP } });
  assert.equal(check('Bearer hive_laptop'), `token:laptop:${LAPTOP}`);
  assert.equal(check('Bearer hive_ci'), `token:ci:${sha256('hive_ci')}`);
});

const HEADERS: readonly [header: string | undefined, isTaken: boolean][] = [
  ['Bearer hive_laptop', true],
  ['bearer   hive_laptop  ', true],
  [undefined, false],
  ['', false],
  ['hive_laptop', false],
  ['Basic hive_laptop', false],
  ['XBearer hive_laptop', false],
  ['Bearer hive_laptop x', false],
  ['Bearer hive_laptop, Bearer x', false],
  ['Bearer hive_laptop,x', false],
  ['Bearerhive_laptop', false],
  ['Bearer ', false],
];

for (const [header, isTaken] of HEADERS)
  test(`Authorization ${JSON.stringify(header)} must ${isTaken ? '' : 'not '}be taken`, () => {
    const result = world(laptop(LAPTOP)).check(header);
    assert.equal(typeof result === 'string', isTaken);
    if (!isTaken) assert.equal((result as AuthRefusal).status, 401);
  });

test('a refusal must say whether another token would help', () => {
  const { check } = world(laptop(LAPTOP));
  assert.equal((check() as AuthRefusal).challenge, 'Bearer');
  assert.deepEqual(check('Bearer x'), {
    status: 401,
    message: 'this bearer token is not known here',
    challenge: 'Bearer error="invalid_token"',
  });
});

test('this user’s own commands must be known with auth and without, and nobody else as them', () => {
  for (const settings of [undefined, laptop(LAPTOP)]) {
    const { auth, check } = world(settings);
    assert.equal(check('Bearer hive_local'), LOCAL);
    assert.ok(auth.isKnown(LOCAL));
  }
  const open = world(undefined);
  for (const header of [undefined, 'Bearer hive_laptop', 'Basic x'])
    assert.equal(open.check(header), ANONYMOUS);
});

const OAUTH: OAuthSettings = { issuer: 'https://issuer.example', scopes: [] };

test('a principal must be known while its own credential is in the settings', () => {
  const token = `token:laptop:${LAPTOP}`;
  const subject = 'sub:https://issuer.example ada';
  const known = (settings: AuthSettings | undefined): readonly boolean[] =>
    [ANONYMOUS, LOCAL, token, `${token}0`, `token:other:${LAPTOP}`, subject].map((it) =>
      world(settings).auth.isKnown(it),
    );
  assert.deepEqual(known(undefined), [true, true, true, true, true, true]);
  assert.deepEqual(known(laptop(LAPTOP)), [false, true, true, false, false, false]);
  assert.deepEqual(known(laptop(sha256('hive_new'))), [false, true, false, false, false, false]);
  assert.deepEqual(known({ tokens: {}, oauth: OAUTH }), [false, true, false, false, false, true]);
  const longer = { ...OAUTH, issuer: 'https://issuer.example/tenant' };
  assert.deepEqual(known({ tokens: {}, oauth: longer }), [false, true, false, false, false, false]);
  const posing = `token:${subject}`;
  assert.ok(!world({ tokens: {}, oauth: OAUTH }).auth.isKnown(posing), 'a token must not pose as a subject');
  const shorter = { ...OAUTH, issuer: 'https://issuer.exampl' };
  assert.deepEqual(known({ tokens: {}, oauth: shorter }), [false, true, false, false, false, false]);
});

test('the metadata must name the issuer and the scopes, and the challenge lead to it', () => {
  const { auth, check, held } = world({ tokens: {}, oauth: OAUTH });
  const metadata = {
    resource: URL_OF_MCP,
    authorization_servers: ['https://issuer.example'],
    bearer_methods_supported: ['header'],
    resource_name: 'Hive',
  };
  assert.deepEqual(auth.resourceMetadata(), metadata);
  const at = 'http://127.0.0.1:8000/.well-known/oauth-protected-resource';
  assert.equal((check() as AuthRefusal).challenge, `Bearer resource_metadata="${at}/mcp"`);
  held.settings = { tokens: {}, oauth: { ...OAUTH, scopes: ['a', 'b'], resource: 'https://hive.example/' } };
  assert.deepEqual(auth.resourceMetadata(), {
    ...metadata,
    resource: 'https://hive.example/',
    scopes_supported: ['a', 'b'],
  });
  const root = 'https://hive.example/.well-known/oauth-protected-resource';
  assert.equal((check() as AuthRefusal).challenge, `Bearer resource_metadata="${root}", scope="a b"`);
  held.settings = { tokens: {}, oauth: { ...OAUTH, scopes: ['a'] } };
  assert.deepEqual(auth.resourceMetadata(), { ...metadata, scopes_supported: ['a'] });
  held.settings = laptop(LAPTOP);
  assert.equal(auth.resourceMetadata(), undefined);
  held.settings = undefined;
  assert.equal(auth.resourceMetadata(), undefined);
});

test('only holders of access tokens must count as subjects', () => {
  assert.ok(isSubject('sub:https://issuer.example ada'));
  for (const principal of [ANONYMOUS, LOCAL, `token:a:${LAPTOP}`, 'token:sub:https://issuer.example ada'])
    assert.ok(!isSubject(principal), principal);
});

test('other rules must be reported once if tokens were accepted by the old ones, and never the same ones', async (t) => {
  const { issuer, sign } = await startIssuer(t);
  const clock = fakeClock();
  const oauth = { issuer, scopes: ['a'] };
  const held: { settings: AuthSettings | undefined } = { settings: { tokens: {}, oauth } };
  const auth = createAuth(
    () => held.settings,
    'hive_local',
    () => URL_OF_MCP,
    clock,
  );
  const token = await sign({ aud: URL_OF_MCP, scope: 'a b' }, { expires: clock.now() / 1000 + 60 });
  const request = { headers: { authorization: `Bearer ${token}` } } as IncomingMessage;
  const accepted = async (): Promise<boolean> => 'principal' in Object(await auth.check(request));
  assert.equal(auth.hasOtherRules(), false);
  held.settings = { tokens: {}, oauth: { ...oauth, scopes: ['c'] } };
  assert.equal(auth.hasOtherRules(), false, 'no token was accepted by the rules before');
  held.settings = { tokens: {}, oauth };
  assert.equal(await accepted(), true);
  for (const again of [{ ...oauth }, oauth]) {
    held.settings = { tokens: {}, oauth: again };
    assert.equal(auth.hasOtherRules(), false, 'the same rules');
  }
  for (const other of [{ ...oauth, scopes: ['b'] }, { ...oauth, audience: URL_OF_MCP }, undefined]) {
    assert.equal(await accepted(), true);
    held.settings = other ? { tokens: {}, oauth: other } : { tokens: {} };
    assert.deepEqual([auth.hasOtherRules(), auth.hasOtherRules()], [true, false], JSON.stringify(other));
  }
});
