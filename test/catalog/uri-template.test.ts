import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileUriTemplate } from '../../src/catalog/uri-template.ts';

const CASES: [template: string, matching: string[], others: string[]][] = [
  ['test://static', ['test://static'], ['test://static/', 'test://stati', '']],
  [
    'test://{id}/data',
    ['test://1/data', 'test://a%20b/data'],
    ['test:///data', 'test://1/2/data', 'test://1/data/'],
  ],
  ['file:///{+path}', ['file:///a', 'file:///a/b/c.txt?x#y'], ['file:///', 'http:///a']],
  ['users://{user}/posts/{post}', ['users://a/posts/b'], ['users://a/posts/', 'users://a/b/posts/c']],
  ['repo://{owner}{/path*}', ['repo://o', 'repo://o/a', 'repo://o/a/b/c'], ['repo://', 'repo://o?a']],
  ['x://a{/b}', ['x://a', 'x://a/b'], ['x://ab']],
  [
    'search://q{?term,limit}',
    ['search://q', 'search://q?term=a', 'search://q?limit=1&term=a/b'],
    ['search://q1', 'search://q/?term=a'],
  ],
  [
    'search://q?fixed=1{&x}',
    ['search://q?fixed=1', 'search://q?fixed=1&x=2'],
    ['search://q', 'search://q?fixed=2'],
  ],
  ['db://t?id={id}', ['db://t?id=7', 'db://t?id=a/b'], ['db://t?id=', 'db://t?id=1&x=2']],
  ['doc://{name}{#part}', ['doc://a', 'doc://a#b/c?d'], ['doc://#b']],
  ['f://{name}{.ext}', ['f://a', 'f://a.txt'], ['f://', 'f://a/b']],
  ['m://x{;k}', ['m://x', 'm://x;k=1'], ['m://xk']],
  ['{scheme}://{host}', ['a://b'], ['a:/b', '://']],
  ['{var:3}/x', ['ab/x'], ['/x']],
  ['a://{}', ['a://{}'], ['a://b']],
  ['a://{unclosed', ['a://{unclosed'], ['a://b']],
  ['ü://{x}', ['ü://ö'], ['u://ö']],
];

for (const [template, matching, others] of CASES) {
  test(`${template} must match its own URIs and no others`, () => {
    const matches = compileUriTemplate(template);
    for (const uri of matching) assert.ok(matches(uri), `${template} must match ${uri}`);
    for (const uri of others) assert.ok(!matches(uri), `${template} must not match ${uri}`);
  });
}

test('a hostile template must not hold up the gateway', () => {
  const matches = compileUriTemplate(`${'{+a}x'.repeat(500)}!`);
  const before = process.cpuUsage();
  assert.equal(matches('x'.repeat(4000)), false);
  const { user, system } = process.cpuUsage(before);
  assert.ok(user + system < 5_000_000, 'five seconds of the processor');
});

test('a template or URI that is too long must match nothing', () => {
  assert.equal(compileUriTemplate('{+x}')('a'.repeat(5000)), false);
  assert.equal(compileUriTemplate(`${'a'.repeat(5000)}`)('a'.repeat(5000)), false);
});
