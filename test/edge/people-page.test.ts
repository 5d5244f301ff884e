/** The page at `/`: for browsers alone, without anything that a server could put into it. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { peoplePage } from '../../src/edge/people-page.ts';
import { gatewayStatus, send, startEdge, status } from './harness.ts';

const BROWSER = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const root = (url: string): string => url.replace(/mcp$/, '');

test('a browser must get a page of what runs, with everything of servers as text', async (t) => {
  const reason = '<script>alert("x")</script> & \'more\'';
  const servers = [status('good'), status('bad', { state: 'failed', reason, hint: 'hive logs bad' })];
  const { url } = await startEdge(t, { servers, views: [{ viewName: 'cursor', tools: {} }] });
  const { status: code, headers, text } = await send(root(url), { headers: BROWSER });
  assert.equal(code, 200);
  assert.equal(headers['content-type'], 'text/html; charset=utf-8');
  assert.ok(text.includes('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;more&#39;'));
  assert.doesNotMatch(text, /<script|https?:\/\/(?!127\.0\.0\.1)/);
  for (const part of ['good', 'fix: hive logs bad', `${url}?view=cursor`, 'npx hive connect', '/health'])
    assert.ok(text.includes(part), part);
  const [, style = ''] = /<style>(.*?)<\/style>/s.exec(text) ?? [];
  const hash = createHash('sha256').update(style).digest('base64');
  assert.ok(
    String(headers['content-security-policy']).startsWith(`default-src 'none'; style-src 'sha256-${hash}'`),
  );
});

test('the page must name the command that connects a client as it is typed here', () => {
  const { html } = peoplePage('http://127.0.0.1:1/mcp', gatewayStatus([], 0), [], {
    command: "hive connect -c 'a b'",
    clients: [],
  });
  assert.match(html, /<pre>hive connect -c &#39;a b&#39;\n/);
});

test('each client must have its line, with the link of those that have one', () => {
  const clients = [
    { title: 'One & Co', command: 'hive connect one' },
    { title: 'Two', command: 'hive connect two', link: 'two:install?a="b"&c' },
  ];
  const { html } = peoplePage('http://127.0.0.1:1/mcp', gatewayStatus([], 0), [], { command: 'c', clients });
  assert.ok(html.includes('<td>One &amp; Co</td><td><code>hive connect one</code></td><td></td>'));
  assert.ok(html.includes('<a href="two:install?a=&quot;b&quot;&amp;c">install</a>'));
});

test('other clients must get JSON at `/`, as at any address without a page', async (t) => {
  const { url } = await startEdge(t);
  for (const headers of [{ accept: '*/*' }, { accept: 'application/json' }, {}] as Record<string, string>[]) {
    const answer = await send(root(url), { headers });
    assert.deepEqual([answer.status, answer.headers['content-type']], [404, 'application/json']);
  }
  assert.equal((await send(root(url), { headers: { ...BROWSER, host: 'evil.example' } })).status, 403);
});

test('a browser at an address without a page must get one that leads to `/`', async (t) => {
  const { url } = await startEdge(t, { servers: [status('good')] });
  for (const [path, why] of [
    ['nothing', /nothing at \/nothing; there are/],
    ["a&'b", /nothing at \/a&amp;&#39;b;/],
    ['mcp/goood', /there is no server goood; known: good; did you mean good\?/],
    ['mcp?view=none', /there is no view none/],
  ] as const) {
    const page = await send(root(url) + path, { headers: BROWSER });
    assert.deepEqual([page.status, page.headers['content-type']], [404, 'text/html; charset=utf-8'], path);
    assert.match(page.text, why);
    assert.match(page.text, /<a href="\/">/);
    const { status: code, text } = await send(root(url) + path);
    assert.deepEqual([code, JSON.parse(text).jsonrpc], [404, '2.0'], 'for other clients');
  }
});

test('without a token, the page must say only that one is needed', async (t) => {
  const auth = () => ({ tokens: { a: '0'.repeat(64) } });
  const servers = [status('hidden')];
  const { url } = await startEdge(t, { auth, servers, views: [{ viewName: 'secret', tools: {} }] });
  const { status: code, text } = await send(root(url), { headers: BROWSER });
  assert.equal(code, 401);
  assert.match(text, /needs a bearer token/);
  assert.doesNotMatch(text, /hidden|secret|test/);
  const { status: other, text: json } = await send(root(url));
  assert.deepEqual([other, JSON.parse(json).jsonrpc], [401, '2.0']);
});
