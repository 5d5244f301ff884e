/** Redirects of servers over HTTP: which are followed, and what the others become. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { resolveAddress, Trail } from '../../../../src/runtime/links/http/redirects.ts';
import { type Bend, link, RESULT, type Served, serve } from './served.ts';

/** Redirects everything but `/mcp/`. */
const toSlash =
  (status: number, location: (origin: string) => string = () => '/mcp/'): Bend =>
  ({ url, headers }, response) => {
    if (url === '/mcp/') return false;
    response.writeHead(status, { location: location(`http://${headers.host}`) }).end('moved');
    return true;
  };

for (const [what, bend] of [
  ['307 with an absolute address', toSlash(307, (origin) => `${origin}/mcp/`)],
  ['308 with a relative address', toSlash(308)],
  ['307 to a path beside it', toSlash(307, () => 'mcp/')],
] as const)
  test(`a ${what} must be followed with method, body and headers`, async (t) => {
    const { origin, seen } = await serve(t, bend);
    const it = link(t, `${origin}/mcp`, { authorization: 'Bearer s3cret' });
    assert.deepEqual((await it.ask()).result, RESULT);
    const last = seen.at(-1);
    assert.deepEqual(
      [last?.method, last?.url, last?.headers.authorization],
      ['POST', '/mcp/', 'Bearer s3cret'],
    );
    assert.match(last?.body ?? '', /tools\/call.*"a":1/);
  });

test('a permanent redirect must be followed once, a temporary one at each request', async (t) => {
  const sent = async (status: number): Promise<(string | undefined)[]> => {
    const { origin, seen } = await serve(t, toSlash(status));
    const it = link(t, `${origin}/mcp`);
    for (let i = 0; i < 3; i++) await it.ask();
    return seen.map(({ url }) => url);
  };
  assert.deepEqual(await sent(308), ['/mcp', '/mcp/', '/mcp/', '/mcp/']);
  assert.deepEqual(await sent(307), ['/mcp', '/mcp/', '/mcp', '/mcp/', '/mcp', '/mcp/']);
});

test('the GET stream and the DELETE of the session must be redirected as well', async (t) => {
  const stream = 'data: {"jsonrpc":"2.0","method":"notifications/tools/list_changed"}\n\n';
  const { origin, seen } = await serve(t, ({ method, url }, response) => {
    if (url === '/mcp') response.writeHead(307, { location: '/mcp/' }).end();
    else if (method === 'GET') response.writeHead(200, { 'content-type': 'text/event-stream' }).write(stream);
    else if (method === 'DELETE') response.writeHead(200).end();
    else {
      response.setHeader('mcp-session-id', 's1');
      return false;
    }
    return true;
  });
  const it = link(t, `${origin}/mcp`);
  await it.ask('initialize');
  await it.link.send(Buffer.from('{"jsonrpc":"2.0","method":"notifications/initialized"}'));
  await it.seen.until(() => it.seen.messages.some((bytes) => bytes.includes('list_changed')));
  await it.link.close(1_000);
  const slashed = seen.filter(({ url }) => url === '/mcp/').map(({ method }) => method);
  assert.deepEqual(slashed, ['POST', 'POST', 'GET', 'DELETE']);
  assert.equal(seen.at(-1)?.headers['mcp-session-id'], 's1');
});

async function refused(
  t: TestContext,
  served: Served,
  headers = {},
): Promise<{ message: string; hint: string }> {
  const { error } = await link(t, `${served.origin}/mcp?key=s3cret`, headers).ask();
  assert.ok(error, 'it was not refused');
  assert.doesNotMatch(JSON.stringify(error), /s3cret/);
  return { message: error.message, hint: error.data.hint };
}

test('another origin must get nothing, and be named with the line to write', async (t) => {
  const other = await serve(t);
  const served = await serve(
    t,
    toSlash(307, () => `${other.origin}/mcp?key=s3cret`),
  );
  const { message, hint } = await refused(t, served, { authorization: 's3cret' });
  assert.ok(message.includes(`HTTP 307) to ${other.origin}/mcp?…, which is another server`), message);
  assert.ok(hint.includes(`write url: ${other.origin}/mcp`), hint);
  assert.deepEqual(other.seen, []);
});

for (const [what, bend, expected] of [
  ['circle', toSlash(307, () => '/mcp?key=s3cret'), /in a circle/],
  [
    'redirects without end',
    ({ url }: { url: string }, response: { writeHead: (...args: unknown[]) => { end(): void } }) => {
      response.writeHead(308, { location: `${url}/x` }).end();
      return true;
    },
    /after 5 other redirects/,
  ],
  ['redirect without an address', toSlash(307, () => 'http://'), /is no address/],
  ['scheme that is not HTTP', toSlash(308, () => 'file:///etc/passwd'), /is no address/],
  ['302, which browsers turn into GET', toSlash(302), /HTTP 302.*\/mcp\/, and a POST does not follow/],
] as const)
  test(`a ${what} must end in an error that says so`, async (t) => {
    assert.match((await refused(t, await serve(t, bend as Bend))).message, expected);
  });

test('TLS on the same host is no other server, plain HTTP after TLS is one', () => {
  const next = (from: string, location: string): string =>
    new Trail(from, undefined).next(from, 'POST', {
      statusCode: 308,
      headers: { location },
      body: undefined as never,
    });
  assert.equal(next('http://a.test/mcp', 'https://a.test/mcp'), 'https://a.test/mcp');
  assert.equal(next('http://a.test:8080/mcp', 'https://a.test:8443/x'), 'https://a.test:8443/x');
  assert.equal(next('https://a.test/mcp', 'https://u:p@a.test/mcp/#top'), 'https://a.test/mcp/');
  for (const location of [
    'http://a.test/mcp',
    'https://b.test/mcp',
    'https://a.test:444/mcp',
    '//a.test.evil/mcp',
  ])
    assert.throws(() => next('https://a.test/mcp', location), {
      code: 'SERVER_REFUSED',
      message: /another server/,
    });
});

test('a server must be able to use the name under which it is addressed', () => {
  const resolve = (address: string): string | undefined =>
    resolveAddress(address, 'http://127.0.0.1:32789/mcp', 'localhost:8931')?.href;
  assert.equal(resolve('http://localhost:8931/mcp/'), 'http://127.0.0.1:32789/mcp/');
  assert.equal(resolve('http://localhost:8932/mcp/'), 'http://localhost:8932/mcp/');
});
