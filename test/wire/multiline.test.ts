/** Messages over several lines: which lines are held, and for how long. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMultiline } from '../../src/wire/multiline.ts';

const MiB = 1024 * 1024;

interface Seen {
  readonly messages: string[];
  readonly noise: string[];
  /** For each line, true if it was taken. */
  readonly taken: boolean[];
}

function reader(
  limit = Number.POSITIVE_INFINITY,
): Seen & { lines(...lines: readonly (string | Buffer)[]): Seen; end(): Seen } {
  const seen: Seen = { messages: [], noise: [], taken: [] };
  const multiline = createMultiline(
    {
      message: (bytes, envelope) => {
        assert.ok(envelope.id);
        seen.messages.push(bytes.toString());
      },
      noise: (bytes) => void seen.noise.push(bytes.toString()),
    },
    limit,
  );
  return {
    ...seen,
    lines(...lines) {
      for (const line of lines) seen.taken.push(multiline.line(Buffer.from(line as string)));
      return seen;
    },
    end() {
      multiline.end();
      return seen;
    },
  };
}

const PRETTY = ['{', '  "id": 1,', '  "result": 2', '}'];
const ONE_LINE = '{   "id": 1,   "result": 2 }';

test('a message over several lines must be passed on as one line, and nothing be held after it', () => {
  const { lines } = reader();
  const { messages, noise, taken } = lines(...PRETTY, 'next', ...PRETTY);
  assert.deepEqual(messages, [ONE_LINE, ONE_LINE]);
  assert.deepEqual(noise, []);
  assert.deepEqual(taken, [true, true, true, true, false, true, true, true, true]);
});

test('decoration around the first brace must be dropped, and blanks and CR be kept out of the way', () => {
  const lines = ['\x1b[0m{ \r', '"id": 1,\r', '"result": 2\r', '} \r'];
  assert.deepEqual(reader().lines(...lines).messages, ['{   "id": 1,  "result": 2  }  ']);
});

for (const line of ['{x', '{"id": 1', '{}', '{{', 'x{', '[', '}', '', ' ', '"'])
  test(`a line that is not just a brace must begin nothing: ${JSON.stringify(line)}`, () => {
    const { lines, end } = reader();
    lines(line);
    assert.deepEqual(end(), { messages: [], noise: [], taken: [false] });
  });

test('a line that does not begin with the closing brace must end nothing', () => {
  const { lines } = reader();
  assert.deepEqual(lines('{', '"id": 1,', '"result": 2', ' }', '}x').messages, []);
});

test('JSON that is no message must be held to its end, and then be noise', () => {
  const { lines, end } = reader();
  assert.deepEqual(lines('{', ' "a": 1', '}', 'x').noise, []);
  assert.deepEqual(end().noise, ['{', ' "a": 1', '}', 'x']);
  assert.deepEqual(end().noise.length, 4);
});

test('invalid UTF-8 over several lines must be noise', () => {
  const { lines, end } = reader();
  lines('{', '"id": 1,', Buffer.from('"result": "\xff"', 'latin1'), '}');
  assert.deepEqual(end().messages, []);
  assert.equal(end().noise.length, 4);
});

test('a complete message in between must show that the brace was something else', () => {
  const { lines } = reader();
  const { noise, taken } = lines('{', 'x', '{"id":1,"result":1}');
  assert.deepEqual(noise, ['{', 'x']);
  assert.deepEqual(taken, [true, true, false]);
  assert.deepEqual(lines('x').taken.at(-1), false);
});

test('lines must be held up to the limit of a message, counted anew each time', () => {
  const { lines } = reader(10);
  for (const before of [0, 4]) {
    assert.equal(lines('{', 'x'.repeat(9), '').noise.length, before);
    assert.equal(lines('x').noise.length, before + 4);
  }
});

test('of a limit above 8 MiB, no more than 8 MiB must be held', () => {
  const { lines } = reader(256 * MiB);
  assert.equal(lines('{', 'x'.repeat(8 * MiB - 1)).noise.length, 0);
  assert.equal(lines('x').noise.length, 3);
});

test('200,000 lines must be held, and no more', () => {
  const { lines } = reader();
  lines('{');
  for (let line = 1; line < 200_000; line++) lines('');
  assert.equal(lines().noise.length, 0);
  assert.equal(lines('').noise.length, 101);
});

test('64 lines that could end a message must be tried, and no more, counted anew each time', () => {
  assert.equal(reader().lines('{', ...new Array(63).fill('}')).noise.length, 0);
  const { lines } = reader();
  for (const before of [0, 65]) {
    assert.equal(lines(...PRETTY, '{', ...new Array(63).fill('}')).noise.length, before);
    assert.equal(lines('}').noise.length, before + 65);
  }
});

test('tries must cost no more than reading 16 MiB, where each line costs 64 bytes', () => {
  /** Two tries cost `2 * length` and 458 bytes. */
  const length = (16 * MiB - 458) / 2;
  assert.equal(reader().lines('{', 'x'.repeat(length), '}', '}').noise.length, 0);
  assert.equal(reader().lines('{', 'x'.repeat(length + 1), '}', '}').noise.length, 4);
});

for (const [held, reported, last] of [
  [100, 100, '98'],
  [101, 101, '99'],
  [103, 101, '99\n100\n101'],
] as const)
  test(`of ${held} held lines ${reported} must be reported`, () => {
    const { lines, end } = reader();
    lines('{', ...Array.from({ length: held - 1 }, (_, index) => `${index}`));
    const { noise } = end();
    assert.equal(noise.length, reported);
    assert.deepEqual(noise.slice(0, 3), ['{', '0', '1']);
    assert.equal(noise.at(-1), last);
  });
