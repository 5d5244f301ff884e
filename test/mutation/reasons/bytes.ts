/** Reasons of survivors: bytes of messages. */
import { because, FAST_PATH, NO_VALUE, type Reasons, TYPES_ONLY } from './because.ts';

const NOT_SO_EARLY = 'nothing that is found ends before byte 2';
const NOT_SO_EARLY_JSON = 'an index behind a value or a key is 1 at the least, and -1 where there is none';
const NO_ESCAPE = 'a text without escapes is decoded to itself, only more slowly';

export const BYTES: Reasons = {
  'src/wire/envelope.ts': [
    ...because(
      NOT_SO_EARLY,
      [' >= ', ' > ', 'valueEnd >= 0'],
      ['0', '1', 'valueEnd >= 0'],
      [' < ', ' <= ', 'end < 0'],
      ['0', '1', 'end < 0'],
    ),
    ...because(
      'a shortcut: a key that is so long is decoded, and differs',
      [
        'length <= name.length * 6 && unescaped(text, start, end) === name.toString()',
        '(unescaped(text, start, end) === name.toString())',
      ],
      ['6', '60'],
      ['hasEscape(text, start, end)', 'true', '? JSON.parse'],
    ),
    ...because(
      NO_ESCAPE,
      [' < ', ' <= ', 'i < end'],
      ['text[i] === BACKSLASH', 'true'],
      [' === ', ' !== ', 'text[i] === BACKSLASH'],
      ['return false;', ';', '^return false;'],
      ['false', 'true', '^return false;'],
      ['hasEscape(text, start, end)', 'true', 'if (hasEscape'],
    ),
    ...because(FAST_PATH, [
      '!method || doubled.level === 0',
      '(!method)',
      'doubled.level === 0 || isKnownMethod',
    ]),
    ...because(NO_VALUE, ["stringAt(text, method) ?? ''", '(stringAt(text, method))']),
    ...because('the closing bracket is no value, which ends the reading as well', ['0x5d', '94']),
    ...because(
      'a shortcut: one range is replaced in the way of many',
      ['only && edits.length === 1', 'false'],
      ['1', '0', 'edits.length === 1'],
    ),
    ...because(TYPES_ONLY, ['only && edits.length === 1', '(edits.length === 1)']),
  ],
  'src/wire/framing.ts': because(
    'an empty part changes nothing',
    ['start < chunk.length', 'true', 'take(chunk.subarray(start))'],
    [' < ', ' <= ', 'take(chunk.subarray(start))'],
  ),
  'src/wire/json.ts': [
    ...because('a byte is below 256', ['256', '2560']),
    ...because(
      TYPES_ONLY,
      ['byte !== undefined && table[byte] === 1', '(table[byte] === 1)'],
      ['first === undefined', 'false', 'LITERALS.get(first)'],
    ),
    ...because(
      'before the text there is nothing, which matches nothing',
      ['i > 0 && text[i] === DOT', '(text[i] === DOT)'],
      ['i > 0 && (text[i] === 0x65 || text[i] === 0x45)', '((text[i] === 0x65 || text[i] === 0x45))'],
      ['i < 0', 'false'],
      ['valueEnd < 0', 'false'],
      ['keyEnd < 0', 'false'],
      ['end < 0', 'false', 'skipColon(text, end)'],
    ),
    ...because(
      NOT_SO_EARLY_JSON,
      [' > ', ' >= ', 'if (i > 0 && '],
      [' < ', ' <= ', 'if (i < 0'],
      ['0', '1', 'if (i < 0'],
      [' < ', ' <= ', 'end < 0 ? -1'],
      ['0', '1', 'end < 0 ? -1'],
      [' < ', ' <= ', 'keyEnd < 0 ? -1'],
      ['0', '1', 'keyEnd < 0 ? -1'],
      [' < ', ' <= ', 'valueStart < 0'],
      ['0', '1', 'valueStart < 0'],
      [' < ', ' <= ', 'valueEnd < 0'],
      ['0', '1', 'valueEnd < 0'],
    ),
    ...because('the first byte has chosen the literal', ['0', '1', 'i < literal.length']),
  ],
  'src/wire/trim.ts': [
    ...because('ESC and a backslash are an escape of their own, which is dropped next', [
      '2',
      '0',
      'line[i + 1] === 0x5c',
    ]),
    ...because('a byte is below 256', ['256', '2560', 'new Uint8Array(256)']),
    ...because(
      TYPES_ONLY,
      ['byte === undefined', 'false', 'if (byte === undefined)'],
      ['byte !== undefined && byte >= from', '(byte >= from)'],
    ),
  ],
  'src/wire/line.ts': [
    ...because('one more than are allowed is enough to know', ['1', '2', 'MAX_MESSAGES_PER_LINE + 1']),
    ...because('nothing counts as false', ['return false;', ';', '^return false;']),
  ],
  'src/wire/message.ts': because(
    'a matter of speed: each way gives the same bytes',
    ["typeof part === 'string'", 'true'],
    ['8 * 1024', '((8 * 1024) * 10)'],
    ['8 * 1024', '((8 * 1024) / 10)'],
    ['params.length > SMALL_BYTES || !ASCII.test(head)', 'true'],
    ['params.length > SMALL_BYTES || !ASCII.test(head)', '(!ASCII.test(head))'],
    [' > ', ' >= ', 'params.length > SMALL_BYTES'],
    ['ASCII.test(head)', 'false', 'params.length > SMALL_BYTES'],
  ),
  'src/wire/oversize.ts': [
    ...because(
      'once 256 bytes are there, a further part adds none',
      ['head.length >= KEPT_BYTES', 'false'],
      [' >= ', ' > ', 'head.length >= KEPT_BYTES'],
    ),
    ...because('the last bytes are taken of the whole in any case, only with more copying', [
      'part.subarray(-KEPT_BYTES)',
      'part',
    ]),
  ],
  'src/wire/pieces.ts': because('the memory that the transfer makes is dropped at once', [
    '0',
    '1',
    'buffer.transfer(0)',
  ]),
};
