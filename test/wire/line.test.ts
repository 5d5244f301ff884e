/** One line of a server's output: which messages it holds, and what is noise. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasMessage, MAX_MESSAGES_PER_LINE, readLine } from '../../src/wire/line.ts';

interface Read {
  readonly messages: string[];
  readonly noise: string[];
}

function read(text: string | Buffer): Read {
  const seen: Read = { messages: [], noise: [] };
  const line = Buffer.from(text as string);
  readLine(line, {
    message: (bytes, envelope) => {
      assert.ok(envelope.id);
      seen.messages.push(bytes.toString());
    },
    noise: (bytes) => void seen.noise.push(bytes.toString()),
  });
  assert.equal(hasMessage(line), seen.messages.length > 0);
  return seen;
}

const message = (id: number): string => `{"id":${id},"result":${id}}`;
const messages = (count: number): string[] => Array.from({ length: count }, (_, id) => message(id));
const [A, B] = messages(2) as [string, string];

for (const [what, text, found, noise] of [
  ['nothing', '', [], []],
  ['a lone CR', '\r', [], []],
  ['a lone blank', ' ', [], [' ']],
  ['two CR', '\r\r', [], ['\r\r']],
  ['blanks', ' \t\r', [], [' \t\r']],
  ['one message', A, [A], []],
  ['decoration around a message', `\x1b[32m ${A}\x1b[0m \r`, [A], []],
  ['messages one after another', `${A}${B} \x1b[0m${A}\r`, [A, B, A], []],
  ['text after a message', `${A} Done!`, [A], ['Done!']],
  ['text after two messages', `${A}${B}Done!`, [A, B], ['Done!']],
  ['text with decoration', '\x1b[31mDone!\x1b[0m', [], ['\x1b[31mDone!\x1b[0m']],
  ['a value with decoration', ' 7\r', [], [' 7\r']],
  ['an object that is no message', ' {"a":1}', [], [' {"a":1}']],
  ['a message behind one character', `x${A}`, [A], ['x']],
  ['a message behind a banner', `log: ${A}${B}\r`, [A, B], ['log: ']],
  ['a message behind an object', `{"a":1} ${A}`, [A], ['{"a":1} ']],
  ['a message behind open braces', `{{${A}`, [A], ['{{']],
  ['a message behind a bracket and a CR', `[INFO] ${A}\r`, [A], ['[INFO] ']],
  ['a message in the middle of text', `log: ${A} ok`, [], [`log: ${A} ok`]],
  ['a message, text, and a message', `${A} then ${B}`, [A, B], ['then ']],
  ['a batch', `[${A},${B}]`, [A, B], []],
  ['a batch with decoration', ` [ ${A} , ${B} ]\r`, [A, B], []],
  ['a batch of one', `[${A}]`, [A], []],
  ['a batch with something else in it', `[1,${A},{"x":1}, "y"]`, [A], ['1', '{"x":1}', '"y"']],
  ['a batch without a message', '[1,{"x":1}]', [], ['[1,{"x":1}]']],
  ['an array of arrays', `[[${A}]]`, [], [`[[${A}]]`]],
  ['an empty array', '[]', [], ['[]']],
  ['a batch, and text', `[${A}] ok`, [], [`[${A}] ok`]],
] as const)
  test(`of a line, messages must be found, and the rest be noise: ${what}`, () => {
    assert.deepEqual(read(text), { messages: found, noise });
  });

test('a line that is one message must be passed on as it is, not as a copy', () => {
  const line = Buffer.from(A);
  let passed: Buffer | undefined;
  readLine(line, {
    message: (bytes) => {
      passed = bytes;
    },
    noise: () => {},
  });
  assert.equal(passed, line);
});

test('a line may hold a hundred messages, and the next one is noise', () => {
  assert.equal(MAX_MESSAGES_PER_LINE, 100);
  const [all, more] = [messages(100), message(100)];
  assert.deepEqual(read(all.join('')), { messages: all, noise: [] });
  assert.deepEqual(read(all.join('') + more), { messages: all, noise: [more] });
});

test('a batch may hold a hundred messages, and a longer one is noise', () => {
  assert.deepEqual(read(`[${messages(100)}]`), { messages: messages(100), noise: [] });
  assert.deepEqual(read(`[${messages(101)}]`), { messages: [], noise: [`[${messages(101)}]`] });
});

test('behind a banner, 64 braces must be tried as the beginning of a message, and no more', () => {
  const banner = (braces: number): string => `x${'{'.repeat(braces)}`;
  assert.deepEqual(read(banner(63) + A), { messages: [A], noise: [banner(63)] });
  assert.deepEqual(read(banner(64) + A), { messages: [], noise: [banner(64) + A] });
});

test('behind a banner, a megabyte must be read in search of a message, and no more', () => {
  const MEGABYTE = 1024 * 1024;
  /** @param cost bytes from the first brace to the end, which its try reads */
  const line = (cost: number): string => `x{${'y'.repeat(cost - 1 - A.length)}${A}`;
  assert.deepEqual(read(line(MEGABYTE - 1)).messages, [A]);
  assert.deepEqual(read(line(MEGABYTE)).messages, []);
});

test('a message at the first brace behind a banner must be found, however long it is', () => {
  const long = `{"id":1,"result":"${'x'.repeat(2_000_000)}"}`;
  assert.deepEqual(read(`x${long}`).messages, [long]);
});
