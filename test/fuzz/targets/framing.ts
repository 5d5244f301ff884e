/** Fuzzes the framing of stdio: what a server prints, cut anywhere. */
import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { createFramer } from '../../../src/wire/framing.ts';
import { bytesOf, type Cuts, chunksOf, cuts, mutate, mutations, utf8Text } from '../byte-text.ts';
import { readWhole } from '../framing-reference.ts';
import { jsonTexts } from '../json-text.ts';
import { pureTarget } from '../target.ts';

/** Bytes of the longest line, small so that longer ones are frequent. */
const LIMIT = 2_000;
const TOO_LARGE = -31_004;

const { object } = jsonTexts(['jsonrpc', 'id', 'method', 'params', 'result', 'error']);
const message = fc
  .tuple(
    fc.constantFrom('"id":1,"result":', '"method":"x","params":', '"id":"a","error":', '"id":null,"result":'),
    object,
  )
  .map(([head, body]) => `{"jsonrpc":"2.0",${head}${body}}`.replace(/[\r\n]/g, ' '));
const pretty = message.map((text) => JSON.stringify(JSON.parse(text), null, 1));
const noise = fc.oneof(
  fc.constantFrom(
    'Loading…',
    'DEBUG {x}',
    '{',
    '}',
    '[INFO] ',
    '\x1b[32m',
    '\x1b]0;title\x07',
    '\ufeff',
    '\0',
    '[1,2]',
    '{"a":1}',
    '',
  ),
  fc.string({ unit: 'binary', maxLength: 30 }),
);
const line = fc.oneof(
  { weight: 4, arbitrary: message },
  { weight: 1, arbitrary: pretty },
  { weight: 2, arbitrary: noise },
  { weight: 2, arbitrary: fc.tuple(noise, message, noise).map((parts) => parts.join('')) },
  { weight: 1, arbitrary: fc.array(message, { maxLength: 3 }).map((all) => `[${all.join(',')}]`) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(message, fc.nat(5_000))
      .map(([text, more]) => text.replace('{', `{"x":"${'y'.repeat(more)}",`)),
  },
);
const output = fc
  .tuple(
    fc.array(fc.tuple(line, fc.constantFrom('\n', '\n', '\r\n', '\n\n', '')), { maxLength: 8 }),
    mutations(noise, 2),
  )
  .map(([lines, changes]) => mutate(utf8Text(lines.map((it) => it.join('')).join('')), changes));

interface Input {
  /** Bytes that the server prints. */
  readonly output: string;
  readonly cuts: Cuts;
}

export const framingTarget = pureTarget<Input>(
  'framing',
  'the messages in the output of a server are those that a reference finds in the whole text, wherever it is cut',
  fc.record({ output, cuts }),
  ({ output: text, cuts: where }) => {
    const bytes = bytesOf(text);
    const whole = frame([Buffer.from(bytes)]);
    assert.deepEqual(frame(chunksOf(bytes, where)), whole, 'the same events, wherever the output is cut');
    for (const it of whole.messages) assert.ok(isUtf8(Buffer.from(it, 'latin1')) && !it.includes('\n'));
    for (const it of whole.noise) assert.doesNotMatch(it, /(?![\t\n])\p{Cc}/u, 'noise for a terminal');
    const values = whole.messages.map(
      (it) => JSON.parse(bytesOf(it).toString()) as { error?: { code: unknown } },
    );
    const read = values.filter(({ error }) => error?.code !== TOO_LARGE);
    assert.ok(values.length - read.length <= whole.dropped);
    const expected = readWhole(bytes, LIMIT);
    assert.equal(whole.dropped, expected.dropped, 'lines over the limit');
    assert.deepEqual(read, expected.messages, 'the messages of the reference');
  },
);

interface Seen {
  /** Bytes of each message. */
  readonly messages: string[];
  readonly noise: string[];
  dropped: number;
}

function frame(chunks: readonly Buffer[]): Seen {
  const seen: Seen = { messages: [], noise: [], dropped: 0 };
  const framer = createFramer(
    {
      message: (bytes) => void seen.messages.push(bytes.toString('latin1')),
      noise: (text) => void seen.noise.push(text),
      tooLarge: () => void seen.dropped++,
    },
    LIMIT,
  );
  for (const chunk of chunks) framer.push(chunk);
  framer.end();
  return seen;
}
