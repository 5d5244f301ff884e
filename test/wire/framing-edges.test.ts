/** Lines at the edges of what a framer takes: the limit, the ends of chunks, the end of the stream. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFramer, DEFAULT_LIMIT_BYTES, type Framer } from '../../src/wire/framing.ts';

const messages = (count: number): string[] =>
  Array.from({ length: count }, (_, id) => `{"id":${id},"result":${id}}`);

function framer(): { framer: Framer; messages: string[]; noise: [string, number][] } {
  const found: string[] = [];
  const noise: [string, number][] = [];
  const made = createFramer({
    message: (bytes) => void found.push(bytes.toString()),
    noise: (text, bytes) => void noise.push([text, bytes]),
  });
  return { framer: made, messages: found, noise };
}

test('a chunk must be read no further than enough, and its rest later, whole', () => {
  const { framer: it, messages: seen } = framer();
  const chunk = Buffer.from(`${messages(3).join('\n')}\n{"id":`);
  const rest = it.push(chunk, () => seen.length === 2);
  assert.deepEqual(seen, messages(2));
  assert.equal(rest && it.push(rest), undefined);
  it.push(Buffer.from('3,"result":3}\n'));
  assert.deepEqual(seen, messages(4));
});

test('lines must be found wherever they are cut, and the rest be noise', () => {
  const text = `\n  \nLoading…\n${messages(2).join('\r\n')}\n{\n "id": 7,\n "result": 1\n}\nbye`;
  for (const size of [1, 2, 7, 1_000]) {
    const { framer: it, messages: seen, noise } = framer();
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += size) it.push(Buffer.from(bytes.subarray(at, at + size)));
    it.end();
    assert.deepEqual(seen, [...messages(2), '{  "id": 7,  "result": 1 }']);
    assert.deepEqual(noise, [
      ['', 2],
      ['Loading…', 10],
      ['bye', 3],
    ]);
  }
});

test('invalid UTF-8 must be repaired, so that no client gets text that it must refuse', () => {
  const found: Buffer[] = [];
  const it = createFramer({ message: (bytes) => void found.push(bytes), noise: () => {} });
  it.push(Buffer.from('{"id":1,"result":"\xff"}\n', 'latin1'));
  assert.deepEqual(found, [Buffer.from('{"id":1,"result":"\ufffd"}')]);
});

test('a dropped answer must fail its call', () => {
  const { messages: found } = framed(30, `{"id":7,"result":"${'x'.repeat(50)}"}\n`);
  assert.match(
    found.join(),
    /^\{"jsonrpc":"2.0","id":7,"error":.*exceeds the limit of 30; fix: ask the server/,
  );
});

test('a message may have 256 MiB', () => assert.equal(DEFAULT_LIMIT_BYTES, 256 * 1024 * 1024));

/** What becomes of the chunks where a line may have `limit` bytes. */
function framed(
  limit: number,
  ...chunks: readonly string[]
): { messages: string[]; sizes: number[]; errors: string[] } {
  const [messages, sizes, errors]: [string[], number[], string[]] = [[], [], []];
  const it = createFramer(
    {
      message: (bytes) => void messages.push(bytes.toString()),
      noise: (_, bytes) => void sizes.push(bytes),
      tooLarge: ({ message: text }) => void errors.push(text),
    },
    limit,
  );
  for (const chunk of chunks) it.push(Buffer.from(chunk));
  it.end();
  return { messages, sizes, errors };
}

test('a line of the limit must pass, and a longer one not, in one chunk or in many', () => {
  const [line] = messages(1) as [string];
  const limit = line.length;
  const error = `a message of ${limit + 1} bytes exceeds the limit of ${limit}`;
  for (const cut of [0, 5, limit]) {
    const chunks = (text: string): string[] => [text.slice(0, cut), text.slice(cut)];
    assert.deepEqual(framed(limit, ...chunks(`${line}\n`)).messages, [line]);
    const { messages: found, sizes, errors } = framed(limit, ...chunks(`${line} \n${line}\n`));
    assert.deepEqual([found.at(-1), sizes, errors], [line, [limit + 1], [error]]);
  }
});

test('a line over the limit that has no end must be reported when the stream ends', () => {
  assert.deepEqual(framed(10, '{"a":1,', '"b":1'), {
    messages: [],
    sizes: [12],
    errors: ['a message of 12 bytes exceeds the limit of 10'],
  });
});

test('a stream that ends with a line break must not end with an empty line, and one byte be a line', () => {
  assert.deepEqual(framed(10, '{\n').sizes, [1]);
  assert.deepEqual(framed(10, '{\nx').sizes, [1, 1]);
});

test('a chunk that is read to its end must have no rest', () => {
  const { framer: it, messages: seen } = framer();
  assert.equal(
    it.push(Buffer.from(`${messages(1)}\n`), () => true),
    undefined,
  );
  assert.deepEqual(seen, messages(1));
});

test('a chunk must be read to its end where nobody says when it is enough', () => {
  const { framer: it, messages: seen } = framer();
  assert.equal(it.push(Buffer.from(`${messages(3).join('\n')}\n`)), undefined);
  assert.deepEqual(seen, messages(3));
});

test('a message within one chunk must not be copied', () => {
  const chunk = Buffer.from(`${messages(2).join('\n')}\n`);
  const found: Buffer[] = [];
  createFramer({ message: (bytes) => void found.push(bytes), noise: () => {} }).push(chunk);
  assert.deepEqual(
    found.map(({ buffer, byteOffset }) => [buffer === chunk.buffer, byteOffset - chunk.byteOffset]),
    [
      [true, 0],
      [true, messages(1).join('').length + 1],
    ],
  );
});

test('chunks of a long line must be freed, but not those that messages share', () => {
  const messages: string[] = [];
  const framer = createFramer({ message: (bytes) => void messages.push(bytes.toString()), noise: () => {} });
  const line = Buffer.from(`{"id":1,"result":"${'x'.repeat(200_000)}"}\n{"id":2,"result":1}\n`);
  const chunks = [0, 1, 2, 3].map((index) =>
    Buffer.from(line.subarray(index * 65_536, (index + 1) * 65_536)),
  );
  for (const chunk of chunks) framer.push(chunk);
  assert.deepEqual(
    chunks.map(({ byteLength }) => byteLength > 0),
    [false, false, false, true],
  );
  assert.equal(`${messages.join('\n')}\n`, line.toString());
});
