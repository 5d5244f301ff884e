import assert from 'node:assert/strict';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { accepts, createGuard, createPostCheck, encodingProblem } from '../../../src/edge/http/guard.ts';
import type { AccessRules } from '../../../src/model/stack.ts';

const request = (headers: IncomingHttpHeaders): IncomingMessage => ({ headers }) as IncomingMessage;

test('a good request must not let in a bad one after it', () => {
  const rules = { allowedHosts: ['box.example'] };
  const guard = createGuard('127.0.0.1', () => rules);
  const statuses = [
    { host: 'box.example:8001' },
    { host: 'evil.example:8001' },
    { host: 'box.example:8001', origin: 'http://evil.example' },
    { host: 'box.example:8001', origin: 'http://box.example' },
    { host: 'box.example:8001' },
    {},
  ].map((headers) => guard(request(headers))?.status);
  assert.deepEqual(statuses, [undefined, 403, 403, undefined, undefined, 403]);
});

test('a host or origin that is no longer allowed must be refused from the next request on', () => {
  let rules: AccessRules = {};
  const guard = createGuard('127.0.0.1', () => rules);
  const statuses = (): unknown[] =>
    [{ host: 'box.example' }, { host: 'localhost', origin: 'https://a.example' }].map(
      (headers) => guard(request(headers))?.status,
    );
  assert.deepEqual(statuses(), [403, 403]);
  rules = { allowedHosts: ['box.example'], allowedOrigins: ['https://a.example'] };
  assert.deepEqual(statuses(), [undefined, undefined]);
  rules = {};
  assert.deepEqual(statuses(), [403, 403]);
});

test('the first request must name its host too', () => {
  assert.equal(createGuard('127.0.0.1', () => ({}))(request({}))?.status, 403);
});

test('a host that is no longer allowed must be refused even if the request before had it', () => {
  let rules: AccessRules = { allowedHosts: ['box.example'] };
  const guard = createGuard('127.0.0.1', () => rules);
  assert.equal(guard(request({ host: 'box.example' })), undefined);
  rules = {};
  assert.equal(guard(request({ host: 'box.example' }))?.status, 403);
});

test('a good POST must not let in one of another type, or for a client that cannot read the answer', () => {
  const check = createPostCheck();
  const both = 'application/json, text/event-stream';
  const statuses = [
    { 'content-type': 'application/json', accept: both },
    { 'content-type': 'text/plain', accept: both },
    { 'content-type': 'application/json', accept: 'application/json' },
    { 'content-type': 'application/json', accept: 'text/event-stream' },
    { accept: both },
    { 'content-type': 'application/json' },
    { 'content-type': 'application/json', accept: both },
  ].map((headers) => check(request(headers))?.status);
  assert.deepEqual(statuses, [undefined, 415, 406, 406, 415, undefined, undefined]);
});

type Named = readonly [what: string, isAllowed: boolean];

const HOSTS: readonly Named[] = [
  ['localhost', true],
  ['LOCALHOST:80', true],
  ['127.0.0.1:8001', true],
  ['[::1]', true],
  ['[::1]:8001', true],
  ['192.168.1.5:8001', true],
  ['box.example', true],
  ['[fd00::1]:8001', true],
  ['', false],
  ['localhost.evil.example', false],
  ['evillocalhost', false],
  ['evil.localhost', false],
  ['xbox.example', false],
  ['box.example.evil', false],
  ['localhost:8001@evil.example', false],
  ['localhost:x', false],
  ['evil:1:2', false],
  ['::1', false],
  ['0.0.0.0', false],
  ['127.0.0.2', false],
];

const ORIGINS: readonly Named[] = [
  ['http://localhost:3000', true],
  ['https://LOCALHOST', true],
  ['http://127.0.0.1', true],
  ['http://[::1]:5', true],
  ['http://192.168.1.5', true],
  ['http://box.example:99', true],
  ['https://app.example', true],
  ['https://app.example:8443', false],
  ['http://app.example', false],
  ['https://xapp.example', false],
  ['https://app.example.evil', false],
  ['http://evillocalhost', false],
  ['http://localhost.evil.example', false],
  ['http://evil.example/localhost', false],
  ['http://xbox.example', false],
  ['null', false],
  ['', false],
  ['localhost', false],
];

const RULES: AccessRules = {
  allowedHosts: ['Box.example', 'fd00::1'],
  allowedOrigins: ['https://app.example'],
};

for (const [host, isAllowed] of HOSTS)
  test(`Host "${host}" must ${isAllowed ? '' : 'not '}be served`, () => {
    const guard = createGuard('192.168.1.5', () => RULES);
    assert.equal(guard(request({ host }))?.status, isAllowed ? undefined : 403);
  });

for (const [origin, isAllowed] of ORIGINS)
  test(`pages of "${origin}" must ${isAllowed ? '' : 'not '}be served`, () => {
    const guard = createGuard('192.168.1.5', () => RULES);
    assert.equal(guard(request({ host: 'localhost', origin }))?.status, isAllowed ? undefined : 403);
  });

test('an address that stands for all addresses must not be a name of the gateway', () => {
  for (const bound of ['0.0.0.0', '::', ''])
    for (const host of ['0.0.0.0', '[::]', '::', '', '[]'])
      assert.equal(createGuard(bound, () => ({}))(request({ host }))?.status, 403, `${bound} ${host}`);
});

test('an IPv6 address must be served in brackets, however the config writes it', () => {
  for (const bound of ['fd00::2', '[fd00::2]'])
    assert.equal(createGuard(bound, () => ({}))(request({ host: '[fd00::2]:1' })), undefined);
});

const TYPES: readonly Named[] = [
  ['application/json', true],
  ['Application/JSON; charset=utf-8', true],
  ['application/json ;x', true],
  ['application/jsonx', false],
  ['application/json-seq', false],
  ['text/plain;application/json', false],
  ['xapplication/json', false],
  ['', false],
];

for (const [type, isAllowed] of TYPES)
  test(`a body of type "${type}" must ${isAllowed ? '' : 'not '}be read`, () => {
    assert.equal(createPostCheck()(request({ 'content-type': type }))?.status, isAllowed ? undefined : 415);
  });

test('an Accept header must be read as a list of ranges', () => {
  const table: [accept: string | undefined, isTaken: boolean][] = [
    [undefined, true],
    ['*/*', true],
    ['text/*', true],
    ['TEXT/html', true],
    ['a/b , text/html;q=1', true],
    ['a/b,*/*;q=0.1', true],
    ['', false],
    ['text', false],
    ['text/htmlx', false],
    ['xtext/html', false],
    ['application/*', false],
    ['*', false],
  ];
  for (const [accept, isTaken] of table) assert.equal(accepts(accept, 'text/html'), isTaken, accept);
});

test('an origin must be a scheme of pages and a host, from its first character to its last', () => {
  const guard = createGuard('127.0.0.1', () => ({}));
  for (const [origin, isAllowed] of [
    ['HTTP://localhost', true],
    ['xhttp://localhost', false],
    [' http://localhost', false],
    ['http://', false],
    ['chrome-extension://localhost', false],
    ['http://evil@localhost', false],
    ['http://localhost/x', false],
  ] as const)
    assert.equal(guard(request({ host: 'localhost', origin }))?.status, isAllowed ? undefined : 403, origin);
});

test('a body in a content coding must be refused, and one that says that it has none be read', () => {
  assert.deepEqual([undefined, 'identity', 'Identity'].map(encodingProblem), [
    undefined,
    undefined,
    undefined,
  ]);
  for (const encoding of ['gzip', 'br', 'identity, gzip', ''])
    assert.equal(encodingProblem(encoding)?.status, 415, encoding);
});
