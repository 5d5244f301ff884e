import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { discoverOAuthProtectedResourceMetadata } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Clock } from '../../../src/model/clock.ts';
import type { AuthSettings } from '../../../src/model/stack.ts';
import { named } from '../../catalog/fixtures.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { ask, openEvents, openSession, post, send, source, startEdge } from '../harness.ts';
import { startIssuer } from './issuer.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const TOKENS: AuthSettings = { tokens: { laptop: sha256('hive_laptop'), ci: sha256('hive_ci') } };
const INITIALIZE = { jsonrpc: '2.0', id: 1, method: 'initialize', params: { protocolVersion: '2025-11-25' } };
const PING = { jsonrpc: '2.0', id: 1, method: 'ping' };
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** An edge whose settings the test may change while it runs. */
async function guarded(t: TestContext, auth: AuthSettings, clock?: Clock) {
  const held = { auth: auth as AuthSettings | undefined };
  const sources = [source('a', { tools: named('echo') })];
  const edge = await startEdge(t, { sources, auth: () => held.auth, ...(clock ? { clock } : {}) });
  return { ...edge, held, root: edge.url.replace('/mcp', '') };
}

test('with tokens in the config, requests without a valid one must neither reach nor reveal a server', async (t) => {
  const { url, root } = await guarded(t, TOKENS);
  const paths: [method: string, url: string][] = [
    ['POST', url],
    ['GET', url],
    ['DELETE', url],
    ['POST', `${url}/a`],
    ['GET', `${root}/metrics`],
    ['GET', `${root}/nowhere`],
  ];
  const wrong = [{}, bearer('hive_other'), { authorization: 'Basic aGl2ZV9sYXB0b3A=' }, bearer('')];
  for (const [method, where] of paths)
    for (const headers of wrong) {
      const answer = await send(`${where}?access_token=hive_laptop`, { method, headers });
      assert.equal(answer.status, 401, `${method} ${where} ${JSON.stringify(headers)}`);
      assert.match(String(answer.headers['www-authenticate']), /^Bearer/);
      assert.ok(!answer.text.includes('hive_other'), 'a token must not be repeated');
    }
  for (const headers of wrong) assert.equal((await ask(url, 'tools/list', {}, { headers })).status, 401);
  assert.equal((await ask(url, 'tools/list', {}, { headers: bearer('hive_laptop') })).status, 200);
  assert.equal((await post(url, INITIALIZE, bearer('hive_laptop'))).status, 200);
  assert.equal((await post(url, INITIALIZE, { authorization: 'bearer hive_ci' })).status, 200);
});

test('health without a token must say that the gateway is alive, and nothing about its servers', async (t) => {
  const { root } = await guarded(t, TOKENS);
  for (const page of ['health', 'ready']) {
    const anyone = await send(`${root}/${page}`);
    assert.equal(anyone.status, 200);
    assert.doesNotMatch(anyone.text, /servers|stack|waitingFor/);
  }
  const known = await send(`${root}/health`, { headers: bearer('hive_ci') });
  assert.match(known.text, /"stack": "test"/);
});

test('a session id must be worth nothing with another token', async (t) => {
  const { url } = await guarded(t, TOKENS);
  const opened = await post(url, INITIALIZE, bearer('hive_laptop'));
  const session = { 'mcp-session-id': String(opened.headers['mcp-session-id']) };
  assert.equal((await post(url, PING, { ...session, ...bearer('hive_laptop') })).status, 200);
  assert.equal((await post(url, PING, { ...session, ...bearer('hive_ci') })).status, 404);
  const taken = await send(url, { method: 'DELETE', headers: { ...session, ...bearer('hive_ci') } });
  assert.equal(taken.status, 404);
});

test('a token taken out of the file must end its sessions and streams at once', async (t) => {
  const { url, held, edge } = await guarded(t, TOKENS);
  const opened = await post(url, INITIALIZE, bearer('hive_laptop'));
  const headers = {
    ...bearer('hive_laptop'),
    'mcp-session-id': String(opened.headers['mcp-session-id']),
  };
  const events = await openEvents(url, { headers });
  held.auth = { tokens: { ci: TOKENS.tokens.ci ?? '' } };
  edge.expelUnadmitted();
  assert.equal(edge.sessions(), 0);
  await events.rest();
  assert.equal((await post(url, PING, headers)).status, 401);
});

test('a token rotated under its name must end what the old one has open, running calls too', async (t) => {
  const { url, held, edge, received } = await guarded(t, TOKENS);
  const opened = await post(url, INITIALIZE, bearer('hive_laptop'));
  const session = { 'mcp-session-id': String(opened.headers['mcp-session-id']) };
  const events = await openEvents(url, { headers: { ...bearer('hive_laptop'), ...session } });
  const params = { name: 'a_echo' };
  const call = { jsonrpc: '2.0', id: 2, method: 'tools/call', params };
  const legacy = post(url, call, { ...bearer('hive_laptop'), ...session });
  const legacyCall = await received();
  const modern = ask(url, 'tools/call', params, { headers: bearer('hive_laptop') });
  const modernCall = await received();
  held.auth = { tokens: { ...TOKENS.tokens, laptop: sha256('hive_new') } };
  edge.expelUnadmitted();
  assert.equal(edge.sessions(), 0);
  await events.rest();
  for (const [answer, { answer: reply, cancelled }] of [
    [legacy, legacyCall],
    [modern, modernCall],
  ] as const) {
    await cancelled;
    reply('result', '{"secret":1}');
    assert.match((await answer).text, /error/);
  }
  assert.equal((await post(url, INITIALIZE, bearer('hive_new'))).status, 200);
  edge.expelUnadmitted();
  assert.equal(edge.sessions(), 1, 'a change that does not concern a token leaves its sessions');
});

test('a subject of another issuer must be another client', async (t) => {
  const [one, other] = [await startIssuer(t), await startIssuer(t)];
  const { url, held, edge } = await guarded(t, TOKENS);
  held.auth = { tokens: {}, oauth: { issuer: one.issuer, scopes: [] } };
  await post(url, INITIALIZE, bearer(await one.sign({ aud: url })));
  edge.expelUnadmitted();
  assert.equal(edge.sessions(), 1);
  held.auth = { tokens: {}, oauth: { issuer: other.issuer, scopes: [] } };
  edge.expelUnadmitted();
  assert.equal(edge.sessions(), 0);
});

test('a token accepted by other rules than the present ones must lose its sessions', async (t) => {
  const { issuer, sign } = await startIssuer(t);
  const { url, held, edge } = await guarded(t, TOKENS);
  for (const rules of [{ scopes: ['mcp'] }, { audience: 'https://other.example', scopes: [] }]) {
    held.auth = { tokens: {}, oauth: { issuer, scopes: [] } };
    edge.expelUnadmitted();
    await post(url, INITIALIZE, bearer(await sign({ aud: url })));
    held.auth = { tokens: {}, oauth: { issuer, scopes: [] } };
    edge.expelUnadmitted();
    assert.equal(edge.sessions(), 1, 'an edit of something else leaves them');
    held.auth = { tokens: {}, oauth: { issuer, ...rules } };
    edge.expelUnadmitted();
    assert.equal(edge.sessions(), 0);
  }
});

test('streams and running calls must end when their access token expires', async (t) => {
  const { issuer, sign } = await startIssuer(t);
  const clock = fakeClock();
  const { url, held, received } = await guarded(t, TOKENS, clock);
  held.auth = { tokens: {}, oauth: { issuer, scopes: [] } };
  const expires = (seconds: number) => ({ expires: clock.now() / 1000 + seconds });
  const brief = bearer(await sign({ aud: url }, expires(60)));
  const long = bearer(await sign({ aud: url }, expires(3_600)));
  const opened = await post(url, INITIALIZE, brief);
  const session = { 'mcp-session-id': String(opened.headers['mcp-session-id']) };
  const ended = await openEvents(url, { headers: { ...brief, ...session } });
  const lasting = await openEvents(url, { headers: { ...long, ...session } });
  const call = ask(url, 'tools/call', { name: 'a_echo' }, { headers: brief });
  const { cancelled } = await received();
  clock.advance(95_000);
  await assert.rejects(ended.rest());
  await assert.rejects(call);
  assert.ok(await cancelled);
  assert.equal((await post(url, PING, { ...long, ...session })).status, 200);
  lasting.close();
});

test('sessions opened before auth was configured must end once it is', async (t) => {
  const { url, held, edge } = await guarded(t, TOKENS);
  held.auth = undefined;
  await openSession(url);
  held.auth = TOKENS;
  edge.expelUnadmitted();
  assert.equal(edge.sessions(), 0);
});

test('a real client with a token in its headers must work as without auth', async (t) => {
  const { url } = await guarded(t, TOKENS);
  const client = new Client({ name: 'test', version: '1' });
  const requestInit = { headers: bearer('hive_laptop') };
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }));
  t.after(() => client.close());
  assert.deepEqual(
    (await client.listTools()).tools.map(({ name }) => name),
    ['a_echo'],
  );
});

const unsigned = (claims: object): string =>
  `${[{ alg: 'none' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.`;

test('an access token must be signed by the issuer, meant for the gateway, unexpired, and grant the scopes', async (t) => {
  const { issuer, sign, fetched } = await startIssuer(t);
  const { url, held } = await guarded(t, TOKENS);
  held.auth = { tokens: {}, oauth: { issuer, scopes: ['mcp'] } };
  const good = { aud: url, scope: 'other mcp' };
  const hourAgo = Math.floor(Date.now() / 1000) - 3600;
  const table: [what: string, token: string, status: number][] = [
    ['a good one', await sign(good), 200],
    ['one of several audiences', await sign({ ...good, aud: ['x', url] }), 200],
    ['scopes as a list', await sign({ aud: url, scp: ['mcp'] }), 200],
    ['for somebody else', await sign({ ...good, aud: 'https://other.example/mcp' }), 401],
    ['for nobody', await sign({ scope: 'mcp' }), 401],
    ['of another issuer', await sign({ ...good, iss: 'https://evil.example' }), 401],
    ['signed with another key', await sign(good, { foreign: true }), 401],
    ['expired', await sign(good, { expires: hourAgo }), 401],
    ['unsigned', unsigned({ iss: issuer, sub: 'ada', exp: hourAgo + 7200, ...good }), 401],
    ['no JWT at all', 'abc.def', 401],
    ['without the scope', await sign({ aud: url, scope: 'other' }), 403],
  ];
  for (const [what, token, expected] of table) {
    const answer = await post(url, INITIALIZE, bearer(token));
    assert.equal(answer.status, expected, `${what}: ${answer.text}`);
    const challenge = String(answer.headers['www-authenticate'] ?? '');
    if (expected === 401) assert.match(challenge, /error="invalid_token", resource_metadata="http/);
    if (expected === 403) assert.match(challenge, /error="insufficient_scope".*scope="mcp"/);
  }
  assert.equal(fetched(), 1, 'the keys must be fetched once');
});

test('a client without a token must learn from the answer where to get one (RFC 9728)', async (t) => {
  const { issuer } = await startIssuer(t);
  const { url, held, root } = await guarded(t, TOKENS);
  assert.equal(
    (await send(`${root}/.well-known/oauth-protected-resource`)).status,
    404,
    'no OAuth, no document',
  );
  held.auth = { tokens: {}, oauth: { issuer, scopes: ['mcp'] } };
  const { status, headers } = await post(url, INITIALIZE);
  assert.equal(status, 401);
  assert.match(String(headers['www-authenticate']), /scope="mcp"/);
  const [, where = ''] = /resource_metadata="([^"]+)"/.exec(String(headers['www-authenticate'])) ?? [];
  assert.equal(where, `${root}/.well-known/oauth-protected-resource/mcp`);
  const metadata = await discoverOAuthProtectedResourceMetadata(url);
  assert.deepEqual(metadata.authorization_servers, [issuer]);
  assert.equal(metadata.resource, url);
  const ofServer = await discoverOAuthProtectedResourceMetadata(`${url}/a`);
  assert.equal(ofServer.resource, url);
});

test('a token must not be called invalid because its issuer cannot be reached', async (t) => {
  const { sign } = await startIssuer(t);
  const { url, held } = await guarded(t, TOKENS);
  held.auth = { tokens: TOKENS.tokens, oauth: { issuer: 'http://127.0.0.1:9', scopes: [] } };
  const answer = await post(url, INITIALIZE, bearer(await sign({ aud: url })));
  assert.equal(answer.status, 503);
  assert.equal((await post(url, INITIALIZE, bearer('hive_ci'))).status, 200, 'known tokens need no issuer');
});
