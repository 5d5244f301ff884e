/** Roles and lists of tokens: what they hide exists for nobody, and what a role refuses is said. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import type { AuthSettings, TokenGrant } from '../../src/model/stack.ts';
import { located, named } from '../catalog/fixtures.ts';
import { ask, openSession, post, send, source, startEdge, status } from './harness.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const bearer = (name: string) => ({ authorization: `Bearer ${name}` });
const capabilities = { resources: { subscribe: true }, prompts: {}, completions: {} };
const DOCS = source('docs', {
  capabilities,
  tools: named('find', 'drop'),
  resources: located('docs://r'),
  prompts: named('p'),
});
const NOTES = source('notes', { capabilities, tools: named('add'), resources: located('notes://r') });
const READS = JSON.stringify({ name: 'look', annotations: { readOnlyHint: true } });
const USES = JSON.stringify({ name: 'exec', _meta: { 'hive/role': 'use' } });
const OWN = {
  ...source(
    'own',
    { tools: [...named('make'), { key: 'look', json: READS }, { key: 'exec', json: USES }] },
    '',
  ),
  isBuiltin: true,
};
const GRANTS: Readonly<Record<string, TokenGrant>> = {
  reader: { role: 'read' },
  user: { role: 'use' },
  bot: { role: 'use', servers: ['docs', 'own'], tools: ['docs_find', 'look', 'make'] },
  tools: { tools: ['docs_find'] },
};
const AUTH: AuthSettings = {
  tokens: Object.fromEntries(['plain', ...Object.keys(GRANTS)].map((name) => [name, sha256(name)])),
  grants: GRANTS,
};

async function world(t: TestContext, auth: AuthSettings | undefined = AUTH) {
  const held = { auth };
  const edge = await startEdge(t, {
    sources: [DOCS, NOTES, OWN],
    servers: ['docs', 'notes', 'own'].map((name) => status(name)),
    auth: () => held.auth,
    call: () => ({
      reply: Promise.resolve({ kind: 'result', json: Buffer.from('{"content":[]}') as never }),
      cancel() {},
    }),
  });
  return { ...edge, held };
}

type World = Awaited<ReturnType<typeof world>>;
const ERAS = ['legacy', 'modern'] as const;
type Era = (typeof ERAS)[number];

/** Sends one request as the holder of the token; gives the parsed answer. */
async function answerTo(
  { url }: World,
  era: Era,
  token: string,
  method: string,
  params: Record<string, unknown>,
  path = '',
) {
  if (era === 'modern') {
    const answer = await ask(`${url}${path}`, method, params, { headers: bearer(token) });
    return JSON.parse(answer.text);
  }
  const opened = await post(
    `${url}${path}`,
    {
      jsonrpc: '2.0',
      id: 0,
      method: 'initialize',
      params: { protocolVersion: '2025-11-25', capabilities: {} },
    },
    bearer(token),
  );
  const headers = { ...bearer(token), 'mcp-session-id': String(opened.headers['mcp-session-id']) };
  const answer = await post(`${url}${path}`, { jsonrpc: '2.0', id: 1, method, params }, headers);
  return JSON.parse(answer.text);
}

const namesIn = ({ result }: { result: { tools: { name: string }[] } }): string[] =>
  result.tools.map(({ name }) => name).sort();

for (const era of ERAS) {
  test(`each token must be shown the tools of its role and lists alone: ${era} client`, async (t) => {
    const it = await world(t);
    const shown = async (token: string, path = '') =>
      namesIn(await answerTo(it, era, token, 'tools/list', {}, path));
    assert.deepEqual(await shown('plain'), ['docs_drop', 'docs_find', 'exec', 'look', 'make', 'notes_add']);
    assert.deepEqual(await shown('user'), ['docs_drop', 'docs_find', 'exec', 'look', 'notes_add']);
    assert.deepEqual(await shown('reader'), ['docs_drop', 'docs_find', 'look', 'notes_add']);
    assert.deepEqual(await shown('bot'), ['docs_find', 'look']);
    assert.deepEqual(await shown('tools'), ['docs_find']);
    assert.deepEqual(await shown('bot', '/docs'), ['find']);
    assert.deepEqual(await shown('user', '/own'), ['exec', 'look']);
  });

  test(`a call beyond the role must be refused in words, one beyond the lists as unknown: ${era} client`, async (t) => {
    const it = await world(t);
    const call = async (token: string, name: string) =>
      (await answerTo(it, era, token, 'tools/call', { name, arguments: {} })).error;
    for (const [token, name] of [
      ['plain', 'make'],
      ['user', 'exec'],
      ['user', 'docs_find'],
      ['reader', 'look'],
      ['bot', 'docs_find'],
      ['tools', 'docs_find'],
    ] as const)
      assert.equal(await call(token, name), undefined, `${token} ${name}`);
    for (const [token, name, needs] of [
      ['user', 'make', 'operate'],
      ['reader', 'exec', 'use'],
      ['reader', 'docs_find', 'use'],
      ['bot', 'make', 'operate'],
    ] as const) {
      const error = await call(token, name);
      assert.deepEqual([error.code, error.data.code, error.data.needs], [-31_010, 'ROLE_TOO_LOW', needs]);
      assert.match(error.message, new RegExp(`needs the role .${needs}.*ROLE_TOO_LOW.*auth\\.tokens`));
    }
    for (const [token, name] of [
      ['bot', 'docs_drop'],
      ['bot', 'notes_add'],
      ['bot', 'exec'],
      ['tools', 'make'],
      ['tools', 'look'],
    ] as const)
      assert.match((await call(token, name)).message, /^Unknown tool: /, `${token} ${name}`);
  });

  test(`resources and prompts outside the lists must not exist, nor be read with the role read: ${era} client`, async (t) => {
    const it = await world(t);
    const read = async (token: string, uri: string) =>
      (await answerTo(it, era, token, 'resources/read', { uri })).error?.message ?? 'read';
    assert.equal(await read('bot', 'docs://r'), 'read');
    assert.match(await read('bot', 'notes://r'), /not found/);
    assert.match(await read('tools', 'docs://r'), /not found/);
    assert.match(await read('reader', 'docs://r'), /ROLE_TOO_LOW/);
    const { result } = await answerTo(it, era, 'bot', 'resources/list', {});
    assert.deepEqual(
      result.resources.map(({ uri }: { uri: string }) => uri),
      ['docs://r'],
    );
    const prompts = await answerTo(it, era, 'tools', 'prompts/list', {});
    assert.deepEqual(prompts.result.prompts, []);
  });
}

test('an endpoint outside the lists must not exist, nor be named', async (t) => {
  const { url } = await world(t);
  const answer = await ask(`${url}/notes`, 'tools/list', {}, { headers: bearer('bot') });
  assert.equal(answer.status, 404);
  assert.match(answer.text, /known: docs, own"/);
  const health = await send(url.replace('/mcp', '/health'), { headers: bearer('bot') });
  assert.doesNotMatch(health.text, /notes/);
  const figures = await send(url.replace('/mcp', '/metrics'), { headers: bearer('bot') });
  assert.equal(figures.status, 403);
});

test('a session must end with the role or the list of its token', async (t) => {
  const it = await world(t);
  const init = { jsonrpc: '2.0', id: 0, method: 'initialize', params: { protocolVersion: '2025-11-25' } };
  for (const grant of [{ role: 'read' }, { role: 'use', servers: ['docs'] }] as const) {
    it.held.auth = AUTH;
    const opened = await post(it.url, init, bearer('user'));
    const session = { 'mcp-session-id': String(opened.headers['mcp-session-id']), ...bearer('user') };
    const ping = () => post(it.url, { jsonrpc: '2.0', id: 1, method: 'ping' }, session);
    assert.equal((await ping()).status, 200);
    it.held.auth = { ...AUTH, grants: { ...GRANTS, user: grant } };
    const before = it.edge.sessions();
    it.edge.expelUnadmitted();
    assert.equal(it.edge.sessions(), before - 1);
    assert.equal((await ping()).status, 404);
  }
});

test('without authentication the entry of a built-in server must bound its tools', async (t) => {
  const bounded = { ...OWN, view: { ...OWN.view, role: 'use' as const } };
  const { url, publish } = await startEdge(t, { sources: [DOCS, bounded] });
  const session = await openSession(url);
  const list = async () =>
    namesIn(JSON.parse((await post(url, { jsonrpc: '2.0', id: 1, method: 'tools/list' }, session)).text));
  assert.deepEqual(await list(), ['docs_drop', 'docs_find', 'exec', 'look']);
  const call = { jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'make' } };
  const { error } = JSON.parse((await post(url, call, session)).text);
  assert.match(error.message, /needs the role `operate`.*servers\.own/);
  publish(DOCS, OWN);
  assert.ok((await list()).includes('make'));
});
