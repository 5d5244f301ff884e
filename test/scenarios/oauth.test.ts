import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createStack, type Stack } from '../helpers/hive.ts';
import { startOAuthServer } from '../helpers/oauth-server.ts';

/** Logs in like a person: runs the command and opens the printed address. Resolves with the exit code. */
async function login(stack: Stack, serverName: string): Promise<number | null> {
  const child = stack.start('login', serverName);
  const ended = once(child, 'exit');
  let printed = '';
  for await (const chunk of child.stdout ?? []) {
    printed += chunk;
    const [address] = /http:\S+authorize\S+/.exec(printed) ?? [];
    if (address && printed.includes('\n\n')) {
      printed = '';
      const page = await fetch(address);
      assert.match(await page.text(), /Logged in/);
    }
  }
  const [code] = (await ended) as [number | null];
  return code;
}

test('a server that requires a login must say so, serve after it, renew its token, and ask again once it has expired', async (t) => {
  const remote = await startOAuthServer(t);
  const stack = createStack(t, { servers: { docs: { url: remote.url } } });
  const hive = await stack.up();
  const { reason, hint } = await hive.untilServer('docs', 'failed');
  assert.match(`${reason}`, /requires a login/);
  assert.equal(hint, 'npx hive login docs');

  assert.equal(await login(stack, 'docs'), 0);
  await hive.untilServer('docs', 'ready');
  const client = await hive.client();
  assert.equal((await client.listTools()).tools.length, 1);
  const call = () => client.callTool({ name: 'docs_whoami', arguments: {} });
  assert.deepEqual((await call()).content, [{ type: 'text', text: 'ada' }]);

  remote.revoke();
  assert.deepEqual((await call()).content, [{ type: 'text', text: 'ada' }], 'a refused token is renewed');
  assert.deepEqual(remote.issued, { codes: 1, refreshes: 1, machine: 0, registrations: 1 });

  remote.revoke(true);
  await assert.rejects(call(), /npx hive login docs/);
});

test('tokens must be readable by their user only, and appear in no log, status or answer', async (t) => {
  const remote = await startOAuthServer(t);
  const stack = createStack(t, { servers: { docs: { url: remote.url } } });
  const hive = await stack.up();
  await hive.untilServer('docs', 'failed');
  await login(stack, 'docs');
  await hive.untilServer('docs', 'ready');
  const token = remote.seen.at(-1)?.replace('Bearer ', '') ?? assert.fail('no token was sent');
  const state = join(stack.folder, '.state');
  const files = readdirSync(state, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path, 'utf8').includes(token));
  assert.deepEqual(
    files.map((path) => statSync(path).mode & 0o777),
    [0o600],
  );
  const told = [
    hive.output(),
    JSON.stringify(await hive.control.status()),
    (await stack.hive('logs')).stdout,
  ];
  assert.ok(!told.join('').includes(token));
});

test('tokens about to expire must be renewed before use, and a logout must delete them', async (t) => {
  const remote = await startOAuthServer(t);
  remote.setLifetime(10);
  const stack = createStack(t, { servers: { docs: { url: remote.url } } });
  assert.equal(await login(stack, 'docs'), 0);
  const hive = await stack.up();
  await hive.untilServer('docs', 'ready');
  assert.ok(remote.issued.refreshes > 0);
  assert.ok(remote.seen.every((header) => header !== undefined));
  await stack.hive('logout', 'docs');
  const { hint } = await hive.untilServer('docs', 'failed');
  assert.equal(hint, 'npx hive login docs');
});

test('two entries with one login must share its refresh token', async (t) => {
  const remote = await startOAuthServer(t);
  const stack = createStack(t, { servers: { docs: { url: remote.url }, more: { url: remote.url } } });
  assert.equal(await login(stack, 'docs'), 0);
  const hive = await stack.up();
  await hive.untilServer('docs', 'ready');
  await hive.untilServer('more', 'ready');
  const client = await hive.client();
  const names = ['docs_whoami', 'more_whoami'];
  for (let round = 1; round <= 5; round++) {
    remote.revoke();
    const answers = await Promise.all(names.map((name) => client.callTool({ name, arguments: {} })));
    for (const { content } of answers) assert.deepEqual(content, [{ type: 'text', text: 'ada' }]);
  }
});

test('a client’s token must never reach a server', async (t) => {
  const remote = await startOAuthServer(t);
  const stack = createStack(t, { servers: { docs: { url: remote.url } } });
  assert.equal(await login(stack, 'docs'), 0);
  const hive = await stack.up();
  await hive.untilServer('docs', 'ready');
  const before = remote.seen.at(-1);
  await fetch(`${hive.url}`, {
    method: 'POST',
    headers: {
      authorization: 'Bearer of-the-client',
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-11-25', capabilities: { sampling: {} } },
    }),
  });
  const client = await hive.client();
  await client.callTool({ name: 'docs_whoami', arguments: {} });
  assert.deepEqual(new Set(remote.seen), new Set([before]));
});

const UNTRUSTED: Readonly<Record<string, readonly [changes: Record<string, unknown>, told: RegExp]>> = {
  'does not say that it supports PKCE': [{ code_challenge_methods_supported: undefined }, /PKCE with S256/],
  'is somewhere else without TLS': [
    { registration_endpoint: 'http://169.254.169.254/register' },
    /leads to http:\/\/169\.254\.169\.254\/register/,
  ],
  'sends people to what is no web page': [
    { authorization_endpoint: 'ssh://example.com/login' },
    /not a web page: ssh:/,
  ],
  'belongs to a server that names itself otherwise': [
    { resourceEnd: '/' },
    /write url: http:\/\/127\.0\.0\.1:\d+\/mcp\/ in its entry/,
  ],
};
for (const [what, [changes, told]] of Object.entries(UNTRUSTED))
  test(`a login must be refused if the authorization server ${what}`, async (t) => {
    const remote = await startOAuthServer(t, changes);
    const stack = createStack(t, { servers: { docs: { url: remote.url } } });
    const { exitCode, stdout, stderr } = await stack.hive('login', 'docs');
    assert.equal(exitCode, 1);
    assert.match(stderr, told);
    assert.match(stderr, /LOGIN_FAILED/);
    assert.equal(stdout, '');
  });
