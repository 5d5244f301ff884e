/** Reasons of survivors: what a request may be. */
import { AN_ID, because, FAST_PATH, NO_VALUE, type Reasons, TYPES_ONLY } from './because.ts';

const NO_JSON = 'no JSON text begins with such a character';

export const REQUESTS: Reasons = {
  'src/edge/http/guard.ts': [
    ...because(
      FAST_PATH,
      ['rules = next;', ';'],
      ['current !== rules', 'true'],
      ['origin === undefined && host !== undefined && host === usual', 'false'],
      ['usual = host;', ';'],
      ['type === usual.type && accept === usual.accept', 'false'],
      ['usual = { type, accept };', ';'],
    ),
    ...because('the config takes no name with a bracket inside', ['startsWith', 'includes']),
    ...because('an address without a host cannot be read, and no host is allowed', [
      '/^https?:\\/\\/[^\\s/\\\\?#@]+$/i',
      '/^https?:\\/\\/[^\\s/\\\\?#@]*$/i',
    ]),
    ...because(TYPES_ONLY, ["URL.parse(origin)?.hostname ?? ''", '(URL.parse(origin)?.hostname)']),
  ],
  'src/edge/http/cors.ts': because(TYPES_ONLY, [
    'origin === undefined || !origins.includes(origin)',
    '(!origins.includes(origin))',
  ]),
  'src/edge/http/body.ts': [
    ...because(
      TYPES_ONLY,
      [
        'this.#checkedSize !== undefined && this.#size < this.#checkedSize + needed',
        '(this.#size < this.#checkedSize + needed)',
      ],
      ['chunks.length === 1 && chunks[0]', '(chunks.length === 1)'],
    ),
    ...because('held by test/edge/body-memory.test.ts, which counts memory', ['this.#chunks = [];', ';']),
  ],
  'src/edge/http/stream.ts': because(
    FAST_PATH,
    ['!json.includes(NEWLINE) && !json.includes(RETURN)', 'false'],
    ['json.includes(NEWLINE)', 'true'],
    ['json.includes(RETURN)', 'true'],
  ),
  'src/edge/http/exchange.ts': because(
    'a matter of speed: each way sends the same bytes',
    ['length < STRING_BELOW_BYTES', 'false'],
    [' < ', ' <= ', 'if (length < STRING_BELOW_BYTES)'],
    ['length < JOIN_BELOW_BYTES', 'false', 'if (length < JOIN_BELOW_BYTES)'],
    // The outbox counts no answer below 64 KiB.
    ['lengthOf(message) < JOIN_BELOW_BYTES', 'false'],
    ['64 * 1024', '((64 * 1024) / 10)'],
    ['12 * 1024', '((12 * 1024) * 10)'],
    ['12 * 1024', '((12 * 1024) / 10)'],
  ),
  'src/edge/http/keep-alive.ts': because(
    AN_ID,
    ['nextKey++', 'nextKey--'],
    ['0', '1', 'let nextKey'],
    ['0', '1', 'let steps'],
  ),
  'src/edge/http/message.ts': [
    ...because(
      NO_JSON,
      ['id[0] ?? 0', '(id[0])'],
      ['0', '1', 'id[0] ?? 0'],
      ['first >= 0x30 && first <= 0x39', '(first <= 0x39)'],
      ['0x39', '58'],
    ),
    ...because(NO_VALUE, ["typeof parsed === 'object' && parsed !== null", "(typeof parsed === 'object')"]),
    ...because(
      'a message of that kind has the member: see messageKind',
      ["stringAt(text, envelope.method) ?? ''", '(stringAt(text, envelope.method))'],
      ['envelope.id', 'true', 'const id = envelope.id ?'],
      ['envelope[kind] ?? { start: 0, end: 0 }', '(envelope[kind])'],
      ['0', '1', 'envelope[kind] ?? { start: 0, end: 0 }'],
    ),
  ],
};
