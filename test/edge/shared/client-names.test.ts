/** Names that clients give themselves. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClientNames, clientName } from '../../../src/edge/shared/client-names.ts';
import { whole } from '../../../src/wire/envelope.ts';

const name = (names: ClientNames, info: unknown): string | undefined => {
  const text = Buffer.from(JSON.stringify(info));
  return names.of(text, whole(text));
};

test('the name must be read from clientInfo, and be shortened', () => {
  assert.equal(clientName({ name: 'code', version: '1' }), 'code');
  assert.equal(clientName({ name: 'x'.repeat(1_000) }), `${'x'.repeat(64)}…`);
  for (const none of [undefined, null, 'code', [], {}, { name: 1 }])
    assert.equal(clientName(none), undefined);
});

test('names of modern clients must not be taken for each other’s', () => {
  const names = new ClientNames();
  assert.equal(names.of(Buffer.from(''), undefined), undefined);
  for (const each of ['a', 'b', 'a', 'aa', 'x'.repeat(63)]) {
    assert.equal(name(names, { name: each, version: '1' }), each);
    assert.equal(name(names, { name: each, version: '1' }), each);
  }
  assert.equal(name(names, { name: 'y'.repeat(1_000) }), `${'y'.repeat(64)}…`);
  assert.equal(name(names, { version: '1' }), undefined);
  assert.equal(name(names, 'no object'), undefined);
});
