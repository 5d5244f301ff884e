/** Entries of other clients, read as they are. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { loadStack } from '../../src/config/load.ts';
import type { NativeServer, RemoteServer, Server } from '../../src/model/desired.ts';

const ROOT = mkdtempSync(join(tmpdir(), 'hive-foreign-'));
after(() => rmSync(ROOT, { recursive: true }));
const VALUES = { HOME: '/home/me', TOKEN: 't' };

let count = 0;
async function load(entries: object, path = '.vscode/mcp.json', rest: object = {}) {
  const file = join(ROOT, `p${count++}`, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ ...rest, mcpServers: entries }));
  const stack = await loadStack(file, VALUES);
  return { ...stack, project: path.includes('/') ? dirname(dirname(file)) : dirname(file) };
}

async function loadOne<T extends Server>(entry: object, rest: object = {}): Promise<T & { project: string }> {
  const { servers, project } = await load({ one: entry }, '.vscode/mcp.json', rest);
  return { ...(servers[0] as T), project };
}

test('keys of other clients must be understood', async () => {
  const url = 'https://h/mcp';
  const remote: readonly object[] = [
    { serverUrl: url },
    { httpUrl: url },
    { baseUrl: url },
    { url, transport: 'http' },
    { url, type: 'streamableHttp' },
    { transport: { type: 'streamable-http', url } },
    { link: url },
  ];
  for (const entry of remote)
    assert.equal((await loadOne<RemoteServer>(entry)).url, url, JSON.stringify(entry));
  const native = await loadOne<NativeServer>({
    type: 'stdio',
    command: 'x',
    cwd: '.',
    disabledTools: ['a'],
    includeTools: ['b', 'c'],
    timeout: 15000,
    autoApprove: ['d'],
    disabled: false,
  });
  assert.deepEqual(native.view.tools, { allow: ['b', 'c'], deny: ['a'], rename: {} });
  assert.equal(native.view.timeouts.call, 15_000);
  assert.equal((await loadOne<NativeServer>({ command: 'x', timeout: 60 })).view.timeouts.call, 60_000);
  assert.deepEqual((await loadOne<NativeServer>({ command: 'x', tools: ['*'] })).view.tools, { rename: {} });
});

test('references of other clients must never be sent as they are', async () => {
  const args = [
    '${env:TOKEN}',
    '${input:my-key}',
    '$TOKEN',
    '~/x',
    '%TOKEN%',
    '${userHome}/x',
    '{env:TOKEN}',
    'a$b',
    'pa$$',
  ];
  const server = await loadOne<NativeServer>({ command: '~/bin/x', args: [...args, '${workspaceFolder}/y'] });
  assert.equal(server.command, '/home/me/bin/x');
  assert.deepEqual(server.args, [
    '${TOKEN}',
    '${MY_KEY}',
    '${TOKEN}',
    '/home/me/x',
    '${TOKEN}',
    '/home/me/x',
    '${TOKEN}',
    'a$b',
    'pa$$',
    `${server.project}/y`,
  ]);
  assert.deepEqual(
    server.unset.map(({ variable }) => variable),
    ['MY_KEY'],
  );
  const headers = { Authorization: 'Bearer $TOKEN', 'X-Key': '${input:key}' };
  const remote = await loadOne<RemoteServer>(
    { url: 'https://${input:host}/mcp', headers },
    { inputs: [{ id: 'key', default: 'd' }] },
  );
  assert.deepEqual(remote.headers, { Authorization: 'Bearer ${TOKEN}', 'X-Key': '${KEY:-d}' });
  assert.equal(remote.url, 'https://${HOST}/mcp');
});

test('a variable that the entry itself sets must be looked up there first', async () => {
  const entry = {
    command: 'npx',
    args: ['mcp-remote', 'https://h/sse', '--header', 'A:${H}'],
    env: { H: 'Bearer x' },
  };
  const { args, unset } = await loadOne<NativeServer>(entry);
  assert.deepEqual([args.at(-1), unset], ['A:Bearer x', []]);
});

test('a bad server name must be served under the suggested one, and be named', async () => {
  const { servers, warnings } = await load({
    'Dev Box': { command: 'a' },
    'dev-box': { command: 'b' },
    'github.com/upstash/context7-mcp': { command: 'c' },
  });
  assert.deepEqual(
    servers.map(({ serverName }) => serverName),
    ['context7-mcp', 'dev-box', 'dev-box-2'],
  );
  assert.match(warnings[0]?.message ?? '', /"Dev Box" is served as "dev-box-2"/);
});

test('keys that only the client acts on must be named once, and a misspelt key of Hive be refused', async () => {
  const { warnings } = await load({ a: { command: 'x', alwaysAllow: [], trust: true } }, 'x.json', {
    globalShortcut: '',
    preferences: {},
    inputs: [],
  });
  assert.deepEqual(
    warnings.map(({ message, place }) => [message, place.line]),
    [
      ['server "a": left out, since only its client acts on it: alwaysAllow, trust', 1],
      ['left out, since only the client acts on it: globalShortcut, preferences', 1],
    ],
  );
  await assert.rejects(load({ a: { command: 'x', envv: {} } }), /unknown key "envv"/);
  await assert.rejects(load({ a: { command: 'x' } }, 'x.json', { gatway: {} }), /unknown key "gatway"/);
});

test('entries of a stack file in YAML must stay as strict as they were', async () => {
  const file = join(ROOT, 'strict.yaml');
  writeFileSync(file, 'servers: { a: { command: x, cwd: . } }');
  await assert.rejects(loadStack(file, VALUES), /unknown key "cwd"/);
  writeFileSync(file, 'servers: { a: { command: x, args: [$HOME, "~/x"] } }');
  const { servers } = await loadStack(file, VALUES);
  assert.deepEqual((servers[0] as NativeServer).args, ['$HOME', '~/x']);
});
