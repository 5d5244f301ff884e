/** Remote servers and logins through real proxies, and with certificates of an authority of one's own. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect as connectTo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import type { RemoteServer } from '../../../src/model/desired.ts';
import { createIssuerFetch } from '../../../src/runtime/network/issuer-fetch.ts';
import { openNetwork } from '../../../src/runtime/network/network.ts';
import { loginFetch } from '../../../src/runtime/oauth/login-fetch.ts';
import { openRemote } from '../../../src/runtime/steps/open-server.ts';
import { ask, collect } from '../../contract/collect.ts';
import { answer, serve } from '../links/http/served.ts';
import { socks } from './socks-proxy.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'hive-network-'));
after(() => rmSync(FOLDER, { recursive: true }));

const remote = (url: string, tls?: { ca: string }): RemoteServer =>
  ({
    type: 'remote',
    serverName: 'away',
    url,
    headers: {},
    place: { path: join(FOLDER, 'stack.yaml'), line: 1 },
    ...(tls && { tls }),
  }) as unknown as RemoteServer;

/** The text of the answer of a remote server. */
async function reach(t: TestContext, server: RemoteServer, values: Record<string, string>): Promise<string> {
  const seen = collect();
  const link = await openRemote(server, values, undefined, seen.events);
  t.after(() => link.close(0));
  return (await ask(link, seen, 1, 'tools/call', '{}')).toString();
}

/**
 * A proxy that alone can resolve names: it takes all of them for 127.0.0.1. With `user`, it wants that in
 * every request.
 */
async function proxy(t: TestContext, user?: string) {
  const asked: string[] = [];
  const isWelcome = ({ headers }: IncomingMessage): boolean =>
    user === undefined || headers['proxy-authorization'] === `Basic ${Buffer.from(user).toString('base64')}`;
  const forward = (request: IncomingMessage, response: ServerResponse): void => {
    const url = new URL(request.url ?? '');
    asked.push(`${request.method} ${url.host}`);
    if (!isWelcome(request)) return void response.writeHead(407).end();
    const { method, headers } = request;
    delete headers['proxy-authorization'];
    const onward = httpRequest(
      { host: '127.0.0.1', port: url.port, path: url.pathname, method, headers },
      (answered) => answered.pipe(response.writeHead(answered.statusCode ?? 0, answered.headers)),
    );
    request.pipe(onward);
  };
  const server = createServer(forward).on('connect', (request: IncomingMessage, socket) => {
    asked.push(`CONNECT ${request.url}`);
    if (!isWelcome(request)) return void socket.end('HTTP/1.1 407 No\r\n\r\n');
    const port = Number(request.url?.split(':').at(-1));
    const onward = connectTo(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    for (const end of [socket, onward]) end.on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { asked, address: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** An authority, and a certificate of it for `away.test` and `127.0.0.1`. */
function certificates() {
  const file = (name: string): string => join(FOLDER, name);
  const run = (...args: string[]): void => void execFileSync('openssl', args, { stdio: 'pipe' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  run(
    'req',
    '-x509',
    ...key,
    '-keyout',
    file('ca.key'),
    '-out',
    file('ca.pem'),
    '-subj',
    '/CN=Corp',
    '-days',
    '2',
  );
  run('req', ...key, '-keyout', file('s.key'), '-out', file('s.csr'), '-subj', '/CN=away.test');
  writeFileSync(file('ext'), 'subjectAltName=DNS:away.test,IP:127.0.0.1');
  run(
    ...[
      'x509',
      '-req',
      '-in',
      file('s.csr'),
      '-CA',
      file('ca.pem'),
      '-CAkey',
      file('ca.key'),
      '-CAcreateserial',
    ],
    ...['-out', file('s.pem'), '-days', '2', '-extfile', file('ext')],
  );
  return { ca: file('ca.pem'), key: readFileSync(file('s.key')), cert: readFileSync(file('s.pem')) };
}
const certificate = certificates();

async function serveTls(t: TestContext): Promise<number> {
  const server = createTlsServer(certificate, async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    answer(
      { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body },
      response,
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

test('a server that only the proxy can find must be reached through it, over HTTP and TLS', async (t) => {
  const { asked, address } = await proxy(t);
  const port = new URL((await serve(t)).origin).port;
  assert.match(await reach(t, remote(`http://away.test:${port}/mcp`), { HTTP_PROXY: address }), /grüezi/);
  const tlsPort = await serveTls(t);
  const server = remote(`https://away.test:${tlsPort}/mcp`, { ca: certificate.ca });
  assert.match(await reach(t, server, { https_proxy: `http://${address}` }), /grüezi/);
  assert.deepEqual(asked, [`POST away.test:${port}`, `CONNECT away.test:${tlsPort}`]);
});

test('a proxy must get its user, and errors and servers must not', async (t) => {
  const { address } = await proxy(t, 'me:s3cret!');
  const served = await serve(t);
  const http = remote(`${served.origin.replace('127.0.0.1', 'away.test')}/mcp`);
  const tls = remote(`https://away.test:${await serveTls(t)}/mcp`, { ca: certificate.ca });
  const values = (user: string) => ({ ALL_PROXY: `http://${user}@${address}` });
  for (const server of [http, tls]) {
    assert.match(await reach(t, server, values('me:s3cret%21')), /grüezi/);
    const refused = await reach(t, server, values('me:wr0ng'));
    assert.match(
      refused,
      /through the proxy http:\/\/127\.0\.0\.1:\d+ \(ALL_PROXY\): the proxy answered HTTP 407/,
    );
    assert.doesNotMatch(refused, /s3cret|wr0ng/);
  }
  assert.doesNotMatch(JSON.stringify(served.seen), /proxy-authorization/);
});

test('a SOCKS proxy must carry servers over HTTP and TLS, names and addresses, with its user', async (t) => {
  const { asked, address } = await socks(t, ['me', 's3cret!']);
  const values = { ALL_PROXY: `socks5h://me:s3cret%21@${address}` };
  const port = new URL((await serve(t)).origin).port;
  const tlsPort = await serveTls(t);
  assert.match(await reach(t, remote(`http://away.test:${port}/mcp`), values), /grüezi/);
  assert.match(
    await reach(t, remote(`https://away.test:${tlsPort}/mcp`, { ca: certificate.ca }), values),
    /grüezi/,
  );
  assert.match(await reach(t, remote(`http://10.1.2.3:${port}/mcp`), values), /grüezi/);
  assert.match(await reach(t, remote(`http://[fd00::1:2]:${port}/mcp`), values), /grüezi/);
  const ipv6 = '253.0.0.0.0.0.0.0.0.0.0.0.0.1.0.2';
  assert.deepEqual(asked, [
    `away.test:${port}`,
    `away.test:${tlsPort}`,
    `10.1.2.3:${port}`,
    `${ipv6}:${port}`,
  ]);
});

test('what a SOCKS proxy refuses must be said in words, without its password', async (t) => {
  const open = await socks(t);
  const closed = await socks(t, ['me', 's3cret']);
  const talks = await socks(t, undefined, [Buffer.from('HTTP/1.1 400 Bad Request')]);
  const kind = (reply: number) => socks(t, undefined, [Buffer.from([5, 0]), Buffer.from([5, reply, 0, 1])]);
  const server = remote('http://away.test:1/mcp');
  for (const [address, words] of [
    [open.address, /through the proxy socks5:\/\/127\.0\.0\.1:\d+ \(ALL_PROXY\): the proxy found nothing/],
    [closed.address, /the proxy wants a user.*give it a user: socks5:\/\/USER:PASSWORD@HOST:PORT/],
    [`me:wr0ng@${closed.address}`, /the proxy does not accept the user.*give it a user/],
    [talks.address, /the proxy does not speak SOCKS 5/],
    [(await kind(2)).address, /the proxy does not allow the connection/],
    [(await kind(99)).address, /the proxy answered 99/],
    ['127.0.0.1:1', /ECONNREFUSED.*check ALL_PROXY/],
  ] as const) {
    const refused = await reach(t, server, { ALL_PROXY: `socks5://${address}` });
    assert.match(refused, words);
    assert.doesNotMatch(refused, /s3cret|wr0ng/);
  }
});

test('a SOCKS proxy that closes the connection must end the call at once', async (t) => {
  const server = createTcpServer((socket) => void socket.end());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const refused = await reach(t, remote('http://away.test:1/mcp'), {
    ALL_PROXY: `socks5://127.0.0.1:${port}`,
  });
  assert.match(refused, /the proxy closed the connection/);
});

test('neither NO_PROXY nor this machine may be reached through the proxy, and errors must say why', async (t) => {
  const { asked, address } = await proxy(t);
  const { origin } = await serve(t);
  assert.match(await reach(t, remote(`${origin}/mcp`), { HTTP_PROXY: address }), /grüezi/);
  const kept = await reach(t, remote('http://away.invalid/mcp'), {
    HTTP_PROXY: address,
    NO_PROXY: '.invalid',
  });
  assert.match(kept, /ENOTFOUND|EAI_AGAIN/);
  assert.match(kept, /NO_PROXY keeps away\.invalid from the proxy of HTTP_PROXY/);
  assert.deepEqual(asked, []);
  const gone = await reach(t, remote('http://away.invalid/mcp'), { HTTP_PROXY: '127.0.0.1:1' });
  assert.match(
    gone,
    /through the proxy http:\/\/127\.0\.0\.1:1 \(HTTP_PROXY\): nothing listens there \(ECONNREFUSED\)/,
  );
});

test("a certificate of an authority of one's own must be trusted if the entry or .env names it", async (t) => {
  const url = `https://127.0.0.1:${await serveTls(t)}/mcp`;
  const untrusted = await reach(t, remote(url), {});
  assert.match(untrusted, /UNABLE_TO_(VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT_LOCALLY)/);
  assert.match(untrusted, /tls: \{ ca: \.\/corp\.pem \}.*NODE_EXTRA_CA_CERTS/);
  assert.match(await reach(t, remote(url, { ca: certificate.ca }), {}), /grüezi/);
  assert.match(await reach(t, remote(url), { NODE_EXTRA_CA_CERTS: certificate.ca }), /grüezi/);
  assert.match(await reach(t, remote(url), { NODE_EXTRA_CA_CERTS: 'ca.pem' }), /grüezi/);
});

test('a file that holds no certificates must be named', async () => {
  const file = join(FOLDER, 'empty.pem');
  writeFileSync(file, 'nothing');
  for (const [ca, message] of [
    [file, /empty\.pem holds no certificate in PEM/],
    [join(FOLDER, 'none.pem'), /none\.pem cannot be read/],
  ] as const)
    await assert.rejects(openNetwork(remote('https://away.test', { ca }), {}), {
      code: 'START_FAILED',
      message,
    });
});

test('a login must go through the proxy and trust the authority as its server does', async (t) => {
  const { asked, address } = await proxy(t);
  const port = await serveTls(t);
  const url = `https://away.test:${port}/mcp`;
  const login = (values: Record<string, string>, ca?: string) =>
    loginFetch(url, {}, () => openNetwork(remote(url, ca === undefined ? undefined : { ca }), values));
  const body = new URLSearchParams({ a: 'b' });
  const proxied = login({ HTTPS_PROXY: `http://me:s3cret@${address}` }, certificate.ca);
  const answered = await proxied(`https://away.test:${port}/token`, { method: 'PUT', body });
  assert.equal(answered.status, 405);
  assert.deepEqual(asked, [`CONNECT away.test:${port}`]);
  await assert.rejects(login({ HTTPS_PROXY: `http://me:s3cret@127.0.0.1:1` })(url), {
    name: 'TypeError',
    message:
      /through the proxy http:\/\/127\.0\.0\.1:1 \(HTTPS_PROXY\): nothing listens there \(ECONNREFUSED\)/,
  });
  await assert.rejects(login({})(`https://127.0.0.1:${port}/`), { message: /NODE_EXTRA_CA_CERTS/ });
});

test('the issuer of access tokens must be reached through the proxy, trusting the authority of the settings', async (t) => {
  const { asked, address } = await proxy(t);
  const port = await serveTls(t);
  const reports: string[] = [];
  const fetchWith = (values: Record<string, string>, ca?: string) => {
    const oauth = { issuer: 'https://away.test', scopes: [], ...(ca !== undefined && { tls: { ca } }) };
    const stack = { file: join(FOLDER, 'stack.yaml'), auth: { tokens: {}, oauth } };
    return createIssuerFetch({
      current: () => ({ stack, values }),
      report: (text) => void reports.push(text),
    });
  };
  const url = `https://away.test:${port}/keys`;
  const answered = await fetchWith({ HTTPS_PROXY: address }, certificate.ca)(url);
  assert.deepEqual([answered.status, asked, reports], [405, [`CONNECT away.test:${port}`], []]);

  await assert.rejects(fetchWith({ HTTPS_PROXY: '127.0.0.1:1' }, certificate.ca)(url), {
    name: 'TypeError',
    message: 'nothing listens there (ECONNREFUSED)',
  });
  await assert.rejects(fetchWith({})(`https://127.0.0.1:${port}/keys`), { message: /UNABLE_TO/ });
  await assert.rejects(fetchWith({}, join(FOLDER, 'none.pem'))(url), {
    message: 'the log of the gateway says why',
  });
  assert.match(
    reports[0] ?? '',
    /through the proxy http:\/\/127\.0\.0\.1:1 \(HTTPS_PROXY\): nothing listens there \(ECONNREFUSED\); check/,
  );
  assert.match(reports[1] ?? '', /tls: \{ ca/);
  assert.match(reports[2] ?? '', /none\.pem cannot be read/);
  const late = fetchWith({ HTTPS_PROXY: address }, certificate.ca)(url, { signal: AbortSignal.timeout(0) });
  await assert.rejects(late, { name: 'TimeoutError' });
  assert.equal(reports.length, 3);
});
