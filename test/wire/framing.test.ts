import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import '../helpers/seed.ts';
import { createFramer } from '../../src/wire/framing.ts';

interface Seen {
  messages: string[];
  noise: [string, number][];
  errors: string[];
}

function frame(chunks: readonly (string | Buffer)[], limit?: number): Seen {
  const seen: Seen = { messages: [], noise: [], errors: [] };
  const framer = createFramer(
    {
      message: (bytes) => void seen.messages.push(bytes.toString()),
      noise: (text, bytes) => void seen.noise.push([text, bytes]),
      tooLarge: (error) => void seen.errors.push(error.code),
    },
    limit,
  );
  for (const chunk of chunks) framer.push(Buffer.from(chunk as string));
  framer.end();
  return seen;
}

const A = '{"jsonrpc":"2.0","id":1,"result":{"text":"ä😀 \\u001b[0m"}}';
const B = '{"result":{},"jsonrpc":"2.0","id":2}';
const PRETTY = JSON.stringify(JSON.parse(A), null, 2);

const cases: [name: string, input: string, messages: string[], noise: [string, number][]][] = [
  ['plain lines', `${A}\n${B}\n`, [A, B], []],
  ['CRLF', `${A}\r\n${B}\r\n`, [A, B], []],
  ['no line break at the very end', `${A}\n${B}`, [A, B], []],
  ['a BOM at the start', `\ufeff${A}\n${B}\n`, [A, B], []],
  ['colour around a message', `\x1b[32m${A}\x1b[0m\n\x1b]0;title\x07${B}\x1b[0m \x1b[K\r\n`, [A, B], []],
  [
    'banners',
    `Loading…\n${A}\nbye\n`,
    [A],
    [
      ['Loading…', 10],
      ['bye', 3],
    ],
  ],
  ['blank lines', `\n  \n${A}\n\r\n`, [A], [['', 2]]],
  ['a banner glued to a message', `Loading… ${A}\n`, [A], [['Loading…', 11]]],
  ['a banner with braces glued to a message', `opts {"a":1} {x} ${A}\n`, [A], [['opts {"a":1} {x}', 17]]],
  ['two messages on one line', `${A}${B}\n${A} ${B}\n`, [A, B, A, B], []],
  ['a banner and two messages', `hi ${A}${B}\n`, [A, B], [['hi', 3]]],
  ['text glued behind a message', `${A}Done!\n${B}\n`, [A, B], [['Done!', 5]]],
  [
    'a log line that quotes a message in its middle',
    `DEBUG sent ${A} ok\n`,
    [],
    [[`DEBUG sent ${A.replace('', '')} ok`, Buffer.byteLength(A) + 14]],
  ],
  [
    'a log line between two halves of nothing',
    `{"jsonrpc":"2.0",\nlog\n"id":1}\n${B}\n`,
    [B],
    [
      ['{"jsonrpc":"2.0",', 17],
      ['log', 3],
      ['"id":1}', 7],
    ],
  ],
  [
    'JSON that is no message',
    '{"level":"info"}\n{"id":3}\n[1]\n"x"\n7\n{"id":1,"result":1,}\n',
    [],
    [
      ['{"level":"info"}', 16],
      ['{"id":3}', 8],
      ['[1]', 3],
      ['"x"', 3],
      ['7', 1],
      ['{"id":1,"result":1,}', 20],
    ],
  ],
  [
    'a log prefix in brackets',
    `[INFO] ${A}\n[1,2] ${B}\n`,
    [A, B],
    [
      ['[INFO]', 7],
      ['[1,2]', 6],
    ],
  ],
  ['a batch', `[${A}, ${B},{"x":1}]\n`, [A, B], [['{"x":1}', 7]]],
  [
    'tolerated deviations',
    '{"id":"1","result":null}\n{"id":1,"result":{},"error":null}\n{"method":"x"}\n{"id":null,"error":{"code":1,"message":""}}\n',
    [
      '{"id":"1","result":null}',
      '{"id":1,"result":{},"error":null}',
      '{"method":"x"}',
      '{"id":null,"error":{"code":1,"message":""}}',
    ],
    [],
  ],
  ['a pretty-printed message', `${PRETTY}\n${B}\n`, [PRETTY.replaceAll('\n', ' '), B], []],
  [
    'a pretty-printed message with CRLF',
    `${PRETTY.replaceAll('\n', '\r\n')}\r\n`,
    [`${PRETTY.replaceAll('\n', '  ')} `],
    [],
  ],
  [
    'a lone brace, then a message',
    `{\nfoo\n${B}\n}\n`,
    [B],
    [
      ['{', 1],
      ['foo', 3],
      ['}', 1],
    ],
  ],
  [
    'pretty-printed JSON that is no message, then the end',
    '{\n "a": 1\n}\n',
    [],
    [
      ['{', 1],
      ['"a": 1', 7],
      ['}', 1],
    ],
  ],
  ['control characters in noise are not shown', '\x1b[2Jhi\x07\x9b\n', [], [['hi', 9]]],
];

for (const [name, input, messages, noise] of cases) {
  test(`${name}: messages must be whole and noise counted, however the bytes are cut`, () => {
    const bytes = Buffer.from(input);
    const expected = name.includes('control') || name.includes('middle') ? undefined : noise;
    for (const size of [bytes.length, 1, 2, 3, 7]) {
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
        bytes.subarray(i * size, (i + 1) * size),
      );
      const seen = frame(chunks);
      assert.deepEqual(seen.messages, messages);
      if (expected) assert.deepEqual(seen.noise, expected);
      else
        assert.deepEqual(
          seen.noise.map(([, count]) => count),
          noise.map(([, count]) => count),
        );
    }
    for (const [text] of frame([bytes]).noise) assert.doesNotMatch(text, /(?![\t\n])\p{Cc}/u);
  });
}

test('whatever the lines and wherever they are cut, every message must pass unchanged and in order', () => {
  const message = fc
    .record({ jsonrpc: fc.constant('2.0'), id: fc.integer(), result: fc.jsonValue() })
    .map((value) => JSON.stringify(value));
  const banner = fc
    .string({ unit: 'grapheme', maxLength: 40 })
    .map((text) => text.replace(/[\n{}[\]]/g, ' '));
  const line = fc.oneof(
    message.map((text) => ({ text, isMessage: true })),
    banner.map((text) => ({ text, isMessage: false })),
  );
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 12 }),
      fc.array(fc.nat(400), { maxLength: 12 }),
      (lines, cuts) => {
        const bytes = Buffer.from(lines.map(({ text }) => `${text}\n`).join(''));
        const points = [
          0,
          ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b),
          bytes.length,
        ];
        const seen = frame(points.slice(1).map((end, i) => bytes.subarray(points[i], end)));
        assert.deepEqual(
          seen.messages,
          lines.filter(({ isMessage }) => isMessage).map(({ text }) => text),
        );
      },
    ),
    { numRuns: 1000 },
  );
});

test('invalid UTF-8 must be repaired, so that no client gets text that it must refuse', () => {
  const seen = frame([Buffer.from('{"id":1,"result":"'), Buffer.from([0xff]), Buffer.from('"}\n')]);
  assert.deepEqual(seen.messages, ['{"id":1,"result":"\ufffd"}']);
});

for (const [name, head, tail] of [
  ['first', '{"jsonrpc":"2.0","id":7,"result":"', '"}'],
  ['last', '{"result":"', '","jsonrpc":"2.0","id":7}'],
] as const) {
  test(`a message over the limit must fail only its own call (id ${name}), and the next message pass`, () => {
    const big = head + 'x'.repeat(5_000) + tail;
    const chunks = [big.slice(0, 900), big.slice(900, 3000), `${big.slice(3000)}\n${B}\n`];
    const seen = frame(chunks, 1_000);
    assert.deepEqual(seen.errors, ['MESSAGE_TOO_LARGE']);
    const [error, next] = seen.messages;
    assert.equal(JSON.parse(error as string).id, 7);
    assert.match(JSON.parse(error as string).error.message, /MESSAGE_TOO_LARGE.*1000/);
    assert.equal(next, B);
    assert.equal(seen.noise[0]?.[1], big.length);
  });
}

test('an id inside the body of an oversized message must not count as the id of a call', () => {
  const big = `{"method":"x","params":{"text":"${'x'.repeat(2_000)}","o":{"id":7}}}`;
  assert.deepEqual(frame([big, '\n'], 1_000).messages, []);
});

test('the cost of a 50 MB message must be proportional, in 64 KiB chunks and in crumbs', () => {
  /** Of the processor, in milliseconds: what else runs on the machine does not count. */
  const time = (total: number, size: number): number => {
    const bytes = Buffer.from(`{"id":1,"result":"${'x'.repeat(total)}"}\n`);
    const before = process.cpuUsage();
    let count = 0;
    const framer = createFramer({ message: () => void count++, noise: () => {} });
    for (let i = 0; i < bytes.length; i += size) framer.push(bytes.subarray(i, i + size));
    assert.equal(count, 1);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  };
  assert.ok(time(50_000_000, 65_536) < 2_000);
  assert.ok(time(2_000_000, 3) < 4_000);
});
