/** Remote servers to which the gateway logs in with a JWT from a third party (RFC 7523; SEP-1933, SEP-990). */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createStack } from '../helpers/hive.ts';
import { startOAuthServer, type TokenRequest } from '../helpers/oauth-server.ts';

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

test('a workload must log in with the token in its file, which is read at each login and never shown', async (t) => {
  let current = 'header.first.signature';
  const remote = await startOAuthServer(
    t,
    {},
    ({ form }) => form.get('grant_type') === JWT_BEARER && form.get('assertion') === current,
  );
  const stack = createStack(t, { servers: {} });
  const file = join(stack.folder, 'workload.jwt');
  writeFileSync(file, `${current}\n`);
  const oauth = { clientId: 'robot', grant: 'jwt_bearer', assertion: { file: './workload.jwt' } };
  stack.save({ servers: { docs: { url: remote.url, oauth } } });
  const hive = await stack.up();
  await hive.untilServer('docs', 'ready');
  current = 'header.second.signature';
  writeFileSync(file, `${current}\n`);
  remote.revoke();
  const client = await hive.client();
  await client.callTool({ name: 'docs_whoami', arguments: {} });
  assert.equal(remote.issued.machine, 2);
  const told = [
    hive.output(),
    JSON.stringify(await hive.control.status()),
    (await stack.hive('plan')).stdout,
  ];
  assert.ok(!/header\.(first|second)/.test(told.join('')));
});

test('a refused token must be reported, and the file be read again', async (t) => {
  const remote = await startOAuthServer(t, {}, ({ form }) => form.get('assertion') === 'good');
  const stack = createStack(t, { servers: {} });
  const file = join(stack.folder, 'workload.jwt');
  writeFileSync(file, 'expired');
  const oauth = { clientId: 'robot', grant: 'jwt_bearer', assertion: { file: './workload.jwt' } };
  stack.save({ servers: { docs: { url: remote.url, oauth } } });
  const hive = await stack.up();
  const { code, reason } = await hive.untilServer('docs', 'failed');
  assert.equal(code, 'LOGIN_FAILED');
  assert.match(`${reason}`, /^docs: the client robot got no access: .*no such client$/);
  writeFileSync(file, 'good');
  await hive.untilServer('docs', 'ready');
});

/** Requests to an identity provider's token endpoint. */
async function startIdp(t: TestContext): Promise<{ url: string; asked: Record<string, string>[] }> {
  const asked: Record<string, string>[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    asked.push(Object.fromEntries(new URLSearchParams(body)));
    const issued_token_type = 'urn:ietf:params:oauth:token-type:id-jag';
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ access_token: 'the-grant', issued_token_type, token_type: 'N_A' }));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`, asked };
}

test('an ID token must be sent to its identity provider only, and the token received in return to the server', async (t) => {
  const idp = await startIdp(t);
  const requests: TokenRequest[] = [];
  const remote = await startOAuthServer(t, {}, (request) => {
    requests.push(request);
    return request.form.get('assertion') === 'the-grant';
  });
  const oauth = {
    clientId: 'robot',
    clientSecret: '${ROBOT_SECRET}',
    grant: 'jwt_bearer',
    assertion: { environment: 'ID_TOKEN' },
    idp: { tokenEndpoint: idp.url, clientId: 'hive-at-idp', clientSecret: '${IDP_SECRET}' },
  };
  const stack = createStack(t, { servers: { docs: { url: remote.url, oauth } } });
  const hive = await stack.up({ ROBOT_SECRET: 'robots', ID_TOKEN: 'of-ada', IDP_SECRET: 'of-the-idp' });
  await hive.untilServer('docs', 'ready');
  assert.deepEqual(idp.asked, [
    {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      requested_token_type: 'urn:ietf:params:oauth:token-type:id-jag',
      audience: new URL(remote.url).origin,
      resource: remote.url,
      subject_token: 'of-ada',
      subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
      client_id: 'hive-at-idp',
      client_secret: 'of-the-idp',
    },
  ]);
  assert.deepEqual(
    requests.map(({ authorization }) => authorization),
    [`Basic ${btoa('robot:robots')}`],
  );
  assert.ok(!requests.some(({ form }) => form.toString().includes('of-ada')));
});
