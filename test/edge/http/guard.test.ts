import assert from 'node:assert/strict';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { createGuard, createPostCheck } from '../../../src/edge/http/guard.ts';
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

test('a good POST must not let in one of another type, or for a client that cannot read the answer', () => {
  const check = createPostCheck();
  const both = 'application/json, text/event-stream';
  const statuses = [
    { 'content-type': 'application/json', accept: both },
    { 'content-type': 'text/plain', accept: both },
    { 'content-type': 'application/json', accept: 'application/json' },
    { accept: both },
    { 'content-type': 'application/json' },
    { 'content-type': 'application/json', accept: both },
  ].map((headers) => check(request(headers))?.status);
  assert.deepEqual(statuses, [undefined, 415, 406, 415, undefined, undefined]);
});
