/** Fuzzes the reader of server-sent events: what a server over HTTP answers, cut anywhere. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { sseReader } from '../../../src/wire/sse.ts';
import { bytesOf, type Cuts, chunksOf, cuts, mutate, mutations, textOf, utf8Text } from '../byte-text.ts';
import { withinCost } from '../cost.ts';
import { pureTarget } from '../target.ts';

/** Bytes of data in one event, small so that larger ones are frequent. */
const LIMIT = 300;

const field = fc.tuple(
  fc.constantFrom('data', 'data', 'data', 'id', 'event', 'retry', '', 'dat', '\ufeffdata', ' data'),
  fc.constantFrom(':', ': ', '', ':  '),
  fc.oneof(
    fc.constantFrom('{"id":1}', '', '5', '-1', 'message', 'é😀'),
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.nat(700).map((length) => 'x'.repeat(length)),
  ),
);
const lines = fc.oneof(
  { weight: 4, arbitrary: field.map((parts) => parts.join('')) },
  { weight: 2, arbitrary: fc.constant('') },
);
const stream = fc
  .tuple(
    fc.array(fc.tuple(lines, fc.constantFrom('\n', '\n', '\r\n', '\r')), { maxLength: 20 }),
    mutations(fc.constantFrom('\n', '\r', ':', '\0', '\xff', '\n\n'), 2),
  )
  .map(([all, changes]) => mutate(utf8Text(all.map((it) => it.join('')).join('')), changes));

interface Input {
  /** Bytes of the stream. */
  readonly stream: string;
  readonly cuts: Cuts;
}

export const sseTarget = pureTarget<Input>(
  'sse',
  'the events of a stream are those that a reference finds in the whole text, wherever it is cut; those with too much data, or with a longer line than that, are dropped',
  fc.record({ stream, cuts }),
  async ({ stream: text, cuts: where }) => {
    const bytes = bytesOf(text);
    const seen = await withinCost(bytes.length, 50, () => read(chunksOf(bytes, where)));
    assert.deepEqual(seen, readWhole(text));
  },
);

/** Events as text, in order. */
function read(chunks: readonly Buffer[]): string[] {
  const seen: string[] = [];
  const push = sseReader(
    {
      event: ({ data, id, type }) => void seen.push(JSON.stringify([textOf(data), id, type])),
      retry: (ms) => void seen.push(`retry ${ms}`),
      tooLarge: () => void seen.push('too large'),
    },
    LIMIT,
  );
  for (const chunk of chunks) push(chunk);
  return seen;
}

/** WHATWG HTML 9.2, with the parts of the data joined by blanks. */
function readWhole(text: string): string[] {
  const reading: Reading = { seen: [], data: [], size: 0, id: undefined, type: undefined };
  const lines = text.split(/\r\n|\r|\n/).slice(0, -1);
  for (const [index, line] of lines.entries()) {
    const bare = index === 0 ? line.replace(/^\xef\xbb\xbf/, '') : line;
    if (line.length > LIMIT + 64) reading.size += line.length;
    else if (bare === '') dispatch(reading);
    else readField(reading, bare);
  }
  return reading.seen;
}

interface Reading {
  readonly seen: string[];
  data: string[];
  size: number;
  id: string | undefined;
  type: string | undefined;
}

function dispatch(reading: Reading): void {
  const { seen, data, size, id, type } = reading;
  if (size > LIMIT) seen.push('too large');
  else if (data.length > 0) seen.push(JSON.stringify([data.join(' '), id, type]));
  Object.assign(reading, { data: [], size: 0, type: undefined });
}

function readField(reading: Reading, line: string): void {
  const [, name = '', value = ''] = /^([^:]*)(?:: ?([\s\S]*))?$/.exec(line) ?? [];
  if (name === 'data') {
    reading.data.push(value);
    reading.size += value.length;
  } else if (name === 'id') reading.id = value.includes('\0') ? reading.id : bytesOf(value).toString();
  else if (name === 'event') reading.type = bytesOf(value).toString();
  else if (name === 'retry' && /^\d+$/.test(value)) reading.seen.push(`retry ${Number(value)}`);
}
