/** Secrets of a stack whose files change. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHider } from '../../src/secrets/hider.ts';

test('secrets of earlier readings must stay hidden, and those of a new reading be hidden at once', () => {
  let current = [{ value: 'first-value' }];
  const { redact, redactKnown } = createHider(() => current);
  assert.equal(redact('first-value second-value'), '[redacted] second-value');
  current = [{ value: 'second-value' }];
  assert.equal(redact('first-value second-value'), '[redacted] [redacted]');
  assert.equal(redactKnown('first-value second-value'), '[redacted] [redacted]');
});

test('what only looks like a credential must stay where JSON is expected', () => {
  const { redact, redactKnown } = createHider(() => []);
  const line = '{"token":"abcdef"}';
  assert.notEqual(redact(line), line);
  assert.equal(redactKnown(line), line);
});

test('known secrets must be hidden from the first text on, whichever way it goes', () => {
  const { redactKnown } = createHider(() => [{ value: 'first-value' }]);
  assert.equal(redactKnown('first-value'), '[redacted]');
});

test('secrets must be prepared once for each reading, since that takes long', () => {
  let looks = 0;
  const secret = {
    get value(): string {
      looks += 1;
      return 'first-value';
    },
  };
  const secrets = [secret];
  const { redact } = createHider(() => secrets);
  redact('x');
  const once = looks;
  assert.ok(once > 0);
  redact('x');
  assert.equal(looks, once);
});
