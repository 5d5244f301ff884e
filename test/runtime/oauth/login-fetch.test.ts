/** Which addresses a login may contact. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { OAuthClient } from '../../../src/runtime/oauth/client.ts';
import { loginFetch } from '../../../src/runtime/oauth/login-fetch.ts';

const PUBLIC = 'https://mcp.example.com/mcp';
const METADATA = 'http://169.254.169.254/latest/meta-data/iam/security-credentials/';
const REFUSED = { name: 'TypeError', message: /^the login leads to http:.*, which does not use TLS$/ };

/** Starts a program that a login must not reach. `asked` has the paths of its requests. */
async function startPrivate(t: TestContext): Promise<{ port: number; asked: (string | undefined)[] }> {
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url);
    response.end('{}');
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return { port: (server.address() as AddressInfo).port, asked };
}

const REFUSALS: readonly (readonly [server: string, address: string])[] = [
  [PUBLIC, METADATA],
  [PUBLIC, 'http://mcp.example.com/.well-known/oauth-protected-resource'],
  [PUBLIC, 'http://[::ffff:169.254.169.254]/'],
  [PUBLIC, 'http://metadata.google.internal/'],
  [PUBLIC, 'http://localhost.example.com/'],
  ['http://mcp.lan/mcp', METADATA],
  ['http://mcp.lan/mcp', 'http://router.lan/'],
  ['http://localhost:3000/mcp', METADATA],
];
for (const [server, address] of REFUSALS)
  test(`${server} must not lead a login to ${address}`, async () => {
    await assert.rejects(loginFetch(server, {})(address), REFUSED);
  });

test('programs of this machine must be out of reach of servers elsewhere, however the address is written', async (t) => {
  const { port, asked } = await startPrivate(t);
  for (const host of ['127.0.0.1', 'localhost', '127.1', '0x7f000001', '2130706433', '0.0.0.0', '[::1]'])
    for (const server of [PUBLIC, 'http://mcp.lan/mcp'])
      await assert.rejects(loginFetch(server, {})(`http://${host}:${port}/`, { method: 'POST' }), REFUSED);
  assert.deepEqual(asked, []);
});

test('a server of this machine may have its login here, and addresses that the config names are allowed', async (t) => {
  const { port, asked } = await startPrivate(t);
  const address = `http://127.0.0.1:${port}`;
  const idp = { tokenEndpoint: `${address}/token`, clientId: 'x' };
  const rows: [server: string, client: OAuthClient][] = [
    ['http://localhost:1/mcp', {}],
    ['https://127.0.0.1:1/mcp', {}],
    [PUBLIC, { clientId: 'x', issuer: address }],
    [PUBLIC, { clientId: 'x', idp }],
  ];
  for (const [server, client] of rows)
    assert.equal((await loginFetch(server, client)(`${address}/${asked.length}`)).status, 200);
  assert.deepEqual(asked, ['/0', '/1', '/2', '/3']);
});
