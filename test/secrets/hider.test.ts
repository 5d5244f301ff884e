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
