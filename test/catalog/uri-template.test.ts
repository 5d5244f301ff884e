import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newSteps, uriMatcher } from '../../src/catalog/uri-template.ts';

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
    const matches = uriMatcher(template);
    for (const uri of matching) assert.ok(matches(uri), `${template} must match ${uri}`);
    for (const uri of others) assert.ok(!matches(uri), `${template} must not match ${uri}`);
  });
}

/** Milliseconds of the processor. */
function cost(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

test('a hostile template must take a bounded number of steps', () => {
  const matches = uriMatcher(`${'{+a}x'.repeat(500)}!`);
  const ms = cost(() => assert.equal(matches('x'.repeat(4000)), false));
  assert.ok(ms < 500, `${ms} ms`);
});

test('templates of one server must share their steps, and nothing match once they are used up', () => {
  const steps = newSteps();
  const hostile = uriMatcher(`${'{+a}'.repeat(500)}!`);
  const fair = uriMatcher('x{a}');
  assert.equal(fair('xy', steps), true);
  assert.equal(hostile('x'.repeat(4000), steps), false);
  assert.equal(fair('xy', steps), false);
  assert.equal(fair('xy'), true);
});

test('a template must be compiled when it is first needed, in time proportional to its length', () => {
  const templates = Array.from({ length: 1_000 }, (_, i) => `x${i}${'{/a}'.repeat(1_000)}`);
  assert.ok(cost(() => templates.map(uriMatcher)) < 100);
  const matches = uriMatcher('{/a}'.repeat(1_000));
  const ms = cost(() => assert.equal(matches('?'), false));
  assert.ok(ms < 100, `${ms} ms`);
});

test('a template or URI that is too long must match nothing', () => {
  assert.equal(uriMatcher('{+x}')('a'.repeat(5000)), false);
  assert.equal(uriMatcher(`${'a'.repeat(5000)}`)('a'.repeat(5000)), false);
});

test('templates and URIs must be taken up to 4096 characters, and longer ones match nothing', () => {
  const fits = 'x'.repeat(4_096);
  assert.equal(uriMatcher(fits)(fits), true);
  assert.equal(uriMatcher(`${fits}y`)(`${fits}y`), false);
  assert.equal(uriMatcher('{+any}')(fits), true);
  assert.equal(uriMatcher('{+any}')(`${fits}y`), false);
});

for (const [template, uri, expected] of [
  ['s://{a}', 's://x#y', false],
  ['s://{a}', 's://x?y', false],
  ['s://{a}', 's://x/y', false],
  ['s:/{/path}', 's://a/b', true],
  ['s:{/path}', 's:/a#b', false],
  ['s:{/path}', 's:/a?b', false],
  ['s:x{?q}', 's:x?a=b?c', true],
  ['s:x{?q}', 's:x?a#b', false],
  ['s:x?a={v}', 's:x?a=b/c', true],
  ['s:x?a={v}', 's:x?a=b&c=d', false],
  ['s:x?a={v}', 's:x?a=b#c', false],
  ['s:{v}?a=b', 's:x/y?a=b', false],
  ['{?x}{v}', 'a/b', false],
  ['s:{v}{?q}', 's:a', true],
  ['s:{v}{?q}', 's:', false],
  ['s:{}', 's:{}', true],
  ['s:{+}', 's:{+}', true],
  ['s:a', 's:ab', false],
  ['s:ab', 's:a', false],
] as const)
  test(`${template} must ${expected ? '' : 'not '}match ${uri}`, () => {
    assert.equal(uriMatcher(template)(uri), expected);
  });

/** Steps that a match takes. */
function stepsOf(matches: ReturnType<typeof uriMatcher>, uri: string): number {
  const steps = newSteps();
  const before = steps.left;
  matches(uri, steps);
  return before - steps.left;
}

test('the templates of one server must have 500,000 steps for a URI', () => {
  assert.equal(newSteps().left, 500_000);
});

test('a template must be compiled once, for as many steps as it has characters', () => {
  const matches = uriMatcher('x{a}');
  assert.deepEqual([stepsOf(matches, 'xy'), stepsOf(matches, 'xy')], [4 + 2, 2]);
});

test('a template of more than 256 characters must be compiled each time, since it would take memory', () => {
  for (const [length, again] of [
    [256, 0],
    [257, 257],
  ] as const) {
    const matches = uriMatcher('{/a}'.padEnd(length, 'x'));
    assert.deepEqual([stepsOf(matches, ''), stepsOf(matches, '')], [length, again]);
  }
});

test('a URI with another beginning must cost nothing', () => {
  const matches = uriMatcher('abc{x}');
  for (const uri of ['xyz', 'zabc1', 'ab', '']) assert.equal(stepsOf(matches, uri), 0, uri);
});

test('steps must suffice to the last one, for compiling and for matching', () => {
  for (const [template, uri, needed] of [
    ['{/a}', '', 4],
    ['x{a}', 'xy', 6],
  ] as const) {
    assert.equal(uriMatcher(template)(uri, { left: needed }), true);
    assert.equal(uriMatcher(template)(uri, { left: needed - 1 }), false);
  }
});

test('a template of 4096 characters must match, and a longer one not, however short the URI is', () => {
  assert.equal(uriMatcher('{/a}'.repeat(1_024))('/b'), true);
  assert.equal(uriMatcher('{/a}'.repeat(1_025))('/b'), false);
});

test('expansions that may all be empty must match at the first character, each state counted once', () => {
  const matches = uriMatcher('{/a}{/b}');
  for (const uri of ['', '/', '/x', '/x/y', '//']) assert.ok(matches(uri), uri);
  // Three states are entered before the first character, and four after each.
  assert.equal(stepsOf(matches, '/x/y'), 3 + 4 + 4 + 4);
});
