/** Only what a server says shows that it lacks the legacy era; what fails for the moment shows nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GatewayError } from '../../../../src/errors.ts';
import type { Reply } from '../../../../src/model/calls.ts';
import { toJson } from '../../../../src/model/text/json.ts';
import type { Link } from '../../../../src/runtime/links/link.ts';
import {
  NoLegacyEra,
  readSecondEra,
  requireSession,
} from '../../../../src/runtime/upstream/requests/second-era.ts';

const initialized = (protocolVersion: string): Reply => ({
  kind: 'result',
  json: toJson({ protocolVersion }),
});
const refused = (error: object): Reply => ({ kind: 'error', json: toJson({ message: 'no', ...error }) });
const ofLink = (data: object): Reply => refused({ code: -31_001, data });

test('a server that accepts initialize must have the era', () => {
  assert.equal(readSecondEra('s', initialized('2025-06-18')).era, 'legacy');
});

for (const [what, reply] of [
  ['does not know initialize', refused({ code: -32_601 })],
  ['refuses the version', refused({ code: -32_022, data: { supported: ['2026-07-28'] } })],
  ['misses headers of the modern era', refused({ code: -32_020 })],
  ['answers HTTP 400', ofLink({ status: 400 })],
  ['answers HTTP 404', ofLink({ status: 404 })],
  ['answers HTTP 405', ofLink({ status: 405 })],
  ['answers initialize with its own version', initialized('2026-07-28')],
] as const)
  test(`a server that ${what} must lack the era`, () => {
    assert.throws(() => readSecondEra('s', reply), NoLegacyEra);
  });

for (const [what, reply] of [
  ['wants a login', ofLink({ status: 401, code: 'LOGIN_REQUIRED' })],
  ['forbids it', ofLink({ status: 403 })],
  ['has had too many requests', ofLink({ status: 429 })],
  ['fails', ofLink({ status: 503 })],
  ['is not reached', ofLink({ code: 'SERVER_UNREACHABLE' })],
  ['does not answer in time', refused({ code: -31_002 })],
  ['has an internal error', refused({ code: -32_603 })],
] as const)
  test(`a server that ${what} must be asked again`, () => {
    assert.throws(() => readSecondEra('s', reply), GatewayError);
  });

test('a server without sessions must count as one without the era', () => {
  requireSession('s', { hasSession: true } as Link);
  for (const link of [{ hasSession: false }, {}] as Link[])
    assert.throws(() => requireSession('s', link), NoLegacyEra);
});
