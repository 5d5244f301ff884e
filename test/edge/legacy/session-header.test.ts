/** A request is bound to its session by id, client and endpoint, and to a version that is spoken. */
import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { hasKnownVersion, sessionOf } from '../../../src/edge/legacy/session-header.ts';
import { Sessions } from '../../../src/edge/legacy/sessions.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { FakeResponse, outgoing } from '../http/fake-response.ts';

const sessions = new Sessions(fakeClock(), { idleMs: 1_000_000, max: 10 });
const session = sessions.open('s', '2025-11-25', 'alice');
const ID = session?.caller.sessionId ?? '';

function find(sessionId: string | string[] | undefined, { principal = 'alice', scope = 's' } = {}) {
  const response = new FakeResponse();
  const headers = sessionId === undefined ? {} : { 'mcp-session-id': sessionId };
  const request = { headers } as unknown as IncomingMessage;
  const found = sessionOf(
    sessions,
    { ...outgoing(response), request, scope, principal },
    Buffer.from('"me"'),
  );
  return { found, status: response.status, text: response.text };
}

test('a session must be found by its own client, at its own endpoint', () => {
  assert.deepEqual(find(ID), { found: session, status: 0, text: '' });
});

for (const [what, answer] of [
  ['another client', find(ID, { principal: 'bob' })],
  ['nobody', find(ID, { principal: '' })],
  ['another endpoint', find(ID, { scope: '' })],
  ['an unknown id', find(ID.toUpperCase())],
  ['an empty id', find('')],
] as const)
  test(`with ${what} it must be as if there were no such session`, () => {
    assert.deepEqual([answer.found, answer.status], [undefined, 404]);
    assert.match(answer.text, /"id":"me","error":\{"code":-32001,/);
  });

test('a request without one id must be refused as such', () => {
  for (const header of [undefined, [ID, ID]]) {
    const { found, status, text } = find(header);
    assert.deepEqual([found, status], [undefined, 400]);
    assert.match(text, /"id":"me","error":\{"code":-32000,/);
  }
});

function known(version: string | undefined, method = 'GET') {
  const response = new FakeResponse();
  const headers = version === undefined ? {} : { 'mcp-protocol-version': version };
  const isKnown = hasKnownVersion({ method, headers } as unknown as IncomingMessage, response.asResponse);
  return { isKnown, response };
}

test('a version that is spoken, or none, must pass', () => {
  for (const version of [undefined, '2025-03-26', '2025-06-18', '2025-11-25']) {
    const { isKnown, response } = known(version);
    assert.deepEqual([isKnown, response.status], [true, 0], version);
  }
});

test('the modern version must be told that it has no such requests, and an unknown one which are spoken', () => {
  const modern = known('2026-07-28', 'DELETE');
  assert.deepEqual(
    [modern.isKnown, modern.response.status, modern.response.headers.allow],
    [false, 405, 'POST'],
  );
  assert.match(modern.response.text, /-32600.*2026-07-28 has no DELETE/);
  const unknown = known('2020-01-01');
  assert.deepEqual([unknown.isKnown, unknown.response.status], [false, 400]);
  const { error } = JSON.parse(unknown.response.text);
  assert.deepEqual(
    [error.code, error.data.requested, error.data.supported[0]],
    [-32022, '2020-01-01', '2026-07-28'],
  );
  assert.ok(error.data.supported.includes('2025-11-25'));
});
