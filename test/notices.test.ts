import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createNotices } from '../src/notices.ts';

function harness() {
  const said: string[] = [];
  const logged: string[] = [];
  const add = (serverName: string, stream: string, text: string): void =>
    void logged.push(`${serverName} ${stream} ${text}`);
  return { said, logged, notices: createNotices((text) => said.push(text), { add }) };
}

test('a text must be printed once while it holds, and again after it has changed or ended', () => {
  const { said, notices } = harness();
  for (const text of ['', 'bad', 'bad', 'worse', 'bad', '', '', 'bad']) notices.sayWhile('config', text);
  assert.deepEqual(said, ['bad', 'worse', 'bad', 'bad']);
});

test('the end of a matter must be printed once, and only if the matter was printed', () => {
  const { said, notices } = harness();
  for (const text of ['', 'bad', '', '']) notices.sayWhile('config', text, 'good again');
  assert.deepEqual(said, ['bad', 'good again']);
});

test('subjects must not silence one another', () => {
  const { said, notices } = harness();
  notices.sayWhile('config', 'x');
  notices.sayWhile('address', 'x');
  assert.deepEqual(said, ['x', 'x']);
});

test('a text must be new until it has been noted once', () => {
  const { notices } = harness();
  assert.deepEqual(
    ['', 'a', 'a', '', 'a'].map((text) => notices.isNew('plan', text)),
    [false, true, false, true, true],
  );
});

test('a note must be logged once while it is among the notes, and again after it was not', () => {
  const { logged, notices } = harness();
  const [a, b] = [
    { serverName: 'a', text: 'hidden' },
    { serverName: 'b', text: 'hidden' },
  ];
  for (const notes of [[], [a], [a, b], [b], [a, b]]) notices.logWhile('conflicts', notes);
  assert.deepEqual(logged, ['a hive hidden', 'b hive hidden', 'a hive hidden']);
});
