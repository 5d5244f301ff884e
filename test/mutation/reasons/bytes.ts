/** Reasons of survivors: bytes of messages. */
import { because, FAST_PATH, NO_VALUE, type Reasons, TYPES_ONLY } from './because.ts';

const NOT_SO_EARLY = 'nothing that is found ends before byte 2';
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
      ['return false;', ';', '  return false;'],
      ['false', 'true', '  return false;'],
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
};
