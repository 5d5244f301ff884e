/** The session of an HTTP link: which headers a request carries. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HttpSession } from '../../../../src/runtime/links/http/session.ts';
import { readEnvelope } from '../../../../src/wire/envelope.ts';

const CONFIGURED = { 'x-key': 'k' };

function answered(session: HttpSession, id: string, result: object): void {
  const text = Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 1, result }));
  session.noteAnswer(id, text, readEnvelope(text)?.result);
}

test('requests must carry the session and the negotiated version as soon as the server has named them', () => {
  const session = new HttpSession(CONFIGURED);
  assert.deepEqual(session.headers({ accept: 'a' }), { ...CONFIGURED, accept: 'a' });
  session.initializing('1');
  session.begin('s1');
  answered(session, '1', { protocolVersion: '2025-06-18' });
  assert.deepEqual(session.headers({ accept: 'a' }), {
    ...CONFIGURED,
    accept: 'a',
    'mcp-session-id': 's1',
    'mcp-protocol-version': '2025-06-18',
  });
});

test('only the answer to initialize may name the version', () => {
  const session = new HttpSession({});
  answered(session, '1', { protocolVersion: '2025-06-18' });
  session.initializing('2');
  answered(session, '3', { protocolVersion: '2025-06-18' });
  assert.deepEqual(session.headers({}), {});
});

test('a modern request must carry neither session nor version of the legacy era', () => {
  const session = new HttpSession(CONFIGURED);
  session.begin('s1');
  const modern = { 'mcp-protocol-version': '2026-07-28' };
  assert.deepEqual(session.headersOutside({ accept: 'a' }, modern), {
    ...CONFIGURED,
    accept: 'a',
    ...modern,
  });
});

test('a session must be deleted only if the server has one and still knows it', () => {
  const session = new HttpSession({});
  assert.equal(session.isDeletable, false);
  session.begin('s1');
  assert.equal(session.isDeletable, true);
  session.forget();
  assert.equal(session.isDeletable, false);
});
