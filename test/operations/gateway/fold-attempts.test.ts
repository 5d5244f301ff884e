/** Repeated attempts in a log. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foldAttempts } from '../../../src/operations/gateway/fold-attempts.ts';
import { entry, run, server } from './harness.ts';

const NOTE = 'connect failed: exit code 3\nlast lines of stderr:\n  no URL';
const attempt = (at: number) => [entry(at, 'no URL'), entry(at + 1, NOTE, 'hive')];
const texts = (entries: ReturnType<typeof attempt>): string[] =>
  foldAttempts(entries).map(({ text }) => text);

test('equal attempts must be shown once, with their number and the time of the last', () => {
  const folded = foldAttempts([1, 3, 5].flatMap(attempt));
  assert.deepEqual(folded, [
    entry(5, 'no URL'),
    entry(6, 'connect failed: exit code 3 (3 attempts, each with this output)', 'hive'),
  ]);
});

test('attempts with different output must all be shown', () => {
  const other = [entry(3, 'no password'), entry(4, NOTE, 'hive')];
  assert.deepEqual(texts([...attempt(1), ...other]), [
    'no URL',
    'connect failed: exit code 3',
    'no password',
    'connect failed: exit code 3',
  ]);
});

test('equal lines of one attempt must all be shown', () => {
  assert.deepEqual(texts([entry(1, 'a'), entry(2, 'a')]), ['a', 'a']);
});

test('server_show must print the output of a server that keeps failing once', async () => {
  const failed = server('db', { state: 'failed', reason: 'exit code 3\nlast lines of stderr:\n  no URL' });
  const given = { servers: [failed], log: [1, 3, 5, 7].flatMap(attempt) };
  const { text } = await run(given, 'server_show', { server: 'db' });
  assert.equal(text.split('no URL').length - 1, 1);
  assert.match(text, /\(4 attempts/);
});
