/** Which proxy of the environment is used for which address. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StatusError } from '../../../src/runtime/links/http/errors.ts';
import { explain } from '../../../src/runtime/network/failure.ts';
import { proxiesWithCredentials, proxyFor, wayTo } from '../../../src/runtime/network/proxy.ts';

const P = 'http://p.test:3128';

for (const [values, address, variable] of [
  [{ HTTP_PROXY: P }, 'http://a.test/', 'HTTP_PROXY'],
  [{ http_proxy: P, HTTP_PROXY: 'http://q.test' }, 'http://a.test/', 'http_proxy'],
  [{ HTTPS_PROXY: P }, 'https://a.test/', 'HTTPS_PROXY'],
  [{ https_proxy: P }, 'https://a.test/', 'https_proxy'],
  [{ https_proxy: '', HTTPS_PROXY: P }, 'https://a.test/', 'HTTPS_PROXY'],
  [{ ALL_PROXY: P }, 'https://a.test/', 'ALL_PROXY'],
  [{ HTTPS_PROXY: ' p.test:3128 ' }, 'https://a.test/', 'HTTPS_PROXY'],
  [{ HTTP_PROXY: P }, 'https://a.test/', undefined],
  [{ HTTPS_PROXY: P }, 'http://a.test/', undefined],
  [{ HTTPS_PROXY: '' }, 'https://a.test/', undefined],
  [{}, 'https://a.test/', undefined],
] as const)
  test(`${JSON.stringify(values)} must mean ${variable} for ${address}`, () => {
    assert.equal(proxyFor(address, values)?.variable, variable);
    if (variable) assert.equal(proxyFor(address, values)?.shown, P);
  });

for (const address of [
  'http://localhost/',
  'http://127.0.0.1:80/',
  'http://127.9.9.9/',
  'http://[::1]:1/',
  'http://x.localhost/',
  'http://0x7f000001/',
])
  test(`a program of this machine must never be reached through a proxy: ${address}`, () => {
    assert.equal(proxyFor(address, { HTTP_PROXY: P, ALL_PROXY: P }), undefined);
  });

for (const [list, excepted, others] of [
  ['*', ['a.test', '10.0.0.1'], []],
  ['a.test', ['a.test', 'A.test', 'b.a.test', 'a.test.', 'a.test:8080'], ['ba.test', 'a.test.evil', 'test']],
  ['.a.test', ['b.a.test', 'a.test'], ['ba.test']],
  ['*.a.test', ['b.a.test'], ['ba.test']],
  ['A.TEST', ['a.test'], []],
  ['a.test.', ['a.test'], []],
  ['x, a.test ,\ty', ['a.test', 'x', 'y'], ['b.test']],
  ['x a.test', ['a.test'], []],
  ['a.test:8080', ['a.test:8080', 'b.a.test:8080'], ['a.test', 'a.test:81']],
  ['a.test:80', ['a.test'], ['a.test:8080']],
  ['10.1.2.3', ['10.1.2.3', '10.1.2.3:81'], ['10.1.2.30', '110.1.2.3']],
  ['2.3', [], ['10.1.2.3']],
  ['10.0.0.0/8', ['10.1.2.3'], ['11.0.0.1', 'a.test', '[::1:2]']],
  ['fd00::/8', ['[fd12::1]'], ['[fe80::1]', '10.0.0.1']],
  ['[fd12::1]', ['[fd12::1]', '[fd12::1]:81'], ['[fd12::2]']],
  ['fd12::1', ['[fd12::1]'], ['[fd12::2]']],
  ['[fd12::1]:81', ['[fd12::1]:81'], ['[fd12::1]']],
  [',, :80 / 10.0.0.0/99 x/8', [], ['a.test', '10.0.0.1']],
  ['', [], ['a.test']],
] as const)
  test(`NO_PROXY=${JSON.stringify(list)} must except ${excepted} and not ${others}`, () => {
    const isProxied = (host: string): boolean =>
      proxyFor(`http://${host}/`, { HTTP_PROXY: P, NO_PROXY: list }) !== undefined;
    assert.deepEqual(excepted.filter(isProxied), []);
    assert.deepEqual(
      others.filter((host) => !isProxied(host)),
      [],
    );
  });

for (const value of ['http://', 'ftp://p.test', 'http://p.test:99999', 'a b'])
  test(`a proxy that is no address must be named by its variable: ${value}`, () => {
    assert.throws(() => proxyFor('http://a.test/', { HTTP_PROXY: value }), {
      code: 'VALUE_INVALID',
      message: 'HTTP_PROXY is not the address of a proxy',
    });
  });

test('a proxy of SOCKS 4 must be refused with what to write', () => {
  for (const scheme of ['socks4', 'socks4a'])
    assert.throws(() => proxyFor('https://a.test/', { ALL_PROXY: `${scheme}://p.test:1080` }), {
      code: 'VALUE_INVALID',
      message: 'ALL_PROXY is a proxy of SOCKS 4, which Hive does not speak',
      hint: /write ALL_PROXY=socks5:\/\/HOST:1080/,
    });
});

test('a SOCKS proxy must be accepted in either spelling', () => {
  for (const scheme of ['socks5', 'socks5h'])
    assert.equal(
      proxyFor('https://a.test/', { ALL_PROXY: `${scheme}://p.test:1080` })?.shown,
      'socks5://p.test:1080',
    );
});

test('errors must name the way to the server, and never the password of its proxy', () => {
  const values = { HTTPS_PROXY: 'http://me:s3cret@p.test:3128', NO_PROXY: 'b.test' };
  const through = wayTo('https://a.test/', values);
  assert.deepEqual(through, {
    through: ' through the proxy http://p.test:3128 (HTTPS_PROXY)',
    hint: 'check HTTPS_PROXY and its proxy, or list a.test in NO_PROXY if it needs none',
  });
  assert.match(
    wayTo('https://b.test/', values).hint ?? '',
    /^NO_PROXY keeps b\.test from the proxy of HTTPS_PROXY/,
  );
  assert.match(wayTo('http://a.test/', values).hint ?? '', /^HTTPS_PROXY is set, and HTTP_PROXY is not/);
  assert.equal(wayTo('http://localhost/', values).hint, undefined);
  assert.equal(wayTo('https://a.test/', {}).hint, undefined);
  const refused = new Error('Proxy response (407) !== 200 when HTTP Tunneling');
  assert.deepEqual(
    [explain(refused, through).reason, /USER:PASSWORD/.test(explain(refused, through).hint)],
    ['the proxy answered HTTP 407', true],
  );
});

for (const [code, hint] of [
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /tls: \{ ca: .*NODE_EXTRA_CA_CERTS/],
  ['SELF_SIGNED_CERT_IN_CHAIN', /tls: \{ ca: .*NODE_EXTRA_CA_CERTS/],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', /tls: \{ ca: .*NODE_EXTRA_CA_CERTS/],
  ['CERT_HAS_EXPIRED', /must renew/],
  ['ERR_TLS_CERT_ALTNAME_INVALID', /another name/],
  ['ERR_SSL_WRONG_VERSION_NUMBER', /http:\/\//],
  ['ECONNREFUSED', /URL and port/],
  ['ENOTFOUND', /spelling of the host/],
  ['EAI_AGAIN', /DNS/],
  ['UND_ERR_CONNECT_TIMEOUT', /firewalls/],
  ['UND_ERR_SOCKET', /URL and port/],
] as const)
  test(`the fix of ${code} must fit, also where a login wraps it`, () => {
    const direct = { through: '', hint: undefined };
    for (const cause of [{ code }, new TypeError('fetch failed', { cause: { code } })]) {
      assert.match(explain(cause, direct).reason, new RegExp(`^[a-z].* \\(${code}\\)$`));
      assert.match(explain(cause, direct).hint, hint);
    }
  });

test('a status that a proxy of plain HTTP may have given must name the proxy, and no server', () => {
  const values = { HTTP_PROXY: 'http://me:s3cret@p.test:3128', HTTPS_PROXY: P };
  const at = (url: string, status: number) =>
    new StatusError(url, status, Buffer.from('<html>'), { way: wayTo(url, values) });
  for (const [status, hint] of [
    [407, /^give the proxy a user: http:\/\/USER:PASSWORD@HOST:PORT/],
    [403, /^the proxy may refuse the address: check HTTP_PROXY/],
    [502, /^the proxy may not reach the server: check HTTP_PROXY/],
    [504, /^the proxy may not reach the server: check HTTP_PROXY/],
  ] as const) {
    const { message, hint: fix = '' } = at('http://a.test/mcp', status);
    assert.match(
      message,
      new RegExp(`answered HTTP ${status} through the proxy http://p\\.test:3128 \\(HTTP_PROXY\\)`),
    );
    assert.match(fix, hint);
    assert.doesNotMatch(message + fix, /s3cret/);
  }
  assert.doesNotMatch(
    at('https://a.test/mcp', 502).message,
    /proxy/,
    'a tunnel passes on what the server says',
  );
  assert.match(at('http://a.test/mcp', 404).hint ?? '', /^check `url`/);
});

test('only proxies with a credential must count as secrets', () => {
  const values = { HTTP_PROXY: 'http://bob:secret@p.test', https_proxy: P, NO_PROXY: 'a@b' };
  assert.deepEqual(proxiesWithCredentials(values), ['HTTP_PROXY']);
});
