/** Reasons of survivors: files and secrets. */
import { because, FAST_PATH, NO_VALUE, type Reasons, TYPES_ONLY } from './because.ts';

export const FILES: Reasons = {
  'src/files/read-file.ts': because(
    'a matter of speed: chunks of each size give the same bytes, and the limit counts bytes',
    ['1 << 16', '((1 << 16) * 10)'],
    ['1 << 16', '((1 << 16) / 10)'],
  ),
  'src/store/log-file.ts': [
    ...because('closing nothing throws, which is caught there', ['fd !== undefined', 'true']),
    ...because('the caller throws then, since there is no file, and its line is lost all the same', [
      'throw error;',
      ';',
    ]),
  ],
  'src/store/record-file.ts': [
    ...because('a Map made of nothing is empty too', ['return [];', ';']),
    ...because('nothing counts as false', ['return false;', ';']),
  ],
  'src/runtime/memory/state-dir.ts': because('a function that returns nothing returns undefined', [
    'return undefined;',
    ';',
  ]),
  'src/runtime/memory/values.ts': because(TYPES_ONLY, ["server.type !== 'remote'", 'false']),
  'src/secrets/cut-parts.ts': [
    ...because(
      FAST_PATH,
      ['text.length < LONG_LINE', 'false'],
      ['piece.end - piece.start < SHORTEST_PART', 'false'],
      [' - ', ' + ', 'piece.end - piece.start < SHORTEST_PART'],
      ['signs > 0', 'true'],
      [' > ', ' >= ', 'signs > 0'],
      ['max', 'min', 'const signs = SIGNS_BEFORE_MARK'],
    ),
    ...because('the patterns take three signs at most', ['3', '30', 'const MAX_SIGNS']),
    ...because('a part of a secret is longer', ['0', '1', 'this.#longest = ']),
    ...because(
      NO_VALUE,
      [
        'SIGNS_BEFORE_MARK.exec(text.slice(Math.max(start, end - MAX_SIGNS), end))?.[0].length ?? 0',
        '(SIGNS_BEFORE_MARK.exec(text.slice(Math.max(start, end - MAX_SIGNS), end))?.[0].length)',
      ],
      [
        'SIGNS_BEHIND_MARK.exec(text.slice(start, start + MAX_SIGNS))?.[0].length ?? 0',
        '(SIGNS_BEHIND_MARK.exec(text.slice(start, start + MAX_SIGNS))?.[0].length)',
      ],
    ),
    ...because(
      'a part longer than each secret is none, and one that goes on behind the mark only hides more',
      ['min', 'max', 'let to = '],
    ),
  ],
  'src/secrets/hider.ts': because(TYPES_ONLY, ['made && now === seen', '(now === seen)']),
  'src/secrets/printed-forms.ts': [
    ...because(TYPES_ONLY, ['HTML[sign] ?? sign', '(HTML[sign])']),
    ...because('more rows are empty, and an empty piece is left out', [
      ' / ',
      ' * ',
      'length: Math.ceil(text.length / width)',
    ]),
    ...because(
      'no address that can be read begins with ://, and one within another only hides more',
      ['/^[^:]+:\\/\\/[^:/?#]*:([^/?#]*)@/', '/[^:]+:\\/\\/[^:/?#]*:([^/?#]*)@/'],
      ['/^[^:]+:\\/\\/[^:/?#]*:([^/?#]*)@/', '/^[^:]*:\\/\\/[^:/?#]*:([^/?#]*)@/'],
    ),
    ...because(FAST_PATH, ['/^\\s*[{[]/', '/\\s*[{[]/']),
  ],
  'src/secrets/read-secret-files.ts': [
    ...because(TYPES_ONLY, ["server.type !== 'remote'", 'false']),
    ...because('what cannot be parsed has no variables, as what is empty', [
      "texts.get(path) ?? ''",
      '(texts.get(path))',
      'variablesOf(',
    ]),
  ],
  'src/secrets/redact.ts': [
    ...because(
      FAST_PATH,
      ['text.length < CUT_LINE', 'false'],
      [' < ', ' <= ', 'text.length < CUT_LINE'],
      ['ranges.length === 0', 'false'],
    ),
    ...because('the mark has a number', [
      '/…(?: \\(\\d+ characters\\))?$/',
      '/…(?: \\(\\d* characters\\))?$/',
    ]),
  ],
  'src/secrets/secret-values.ts': [
    ...because(
      TYPES_ONLY,
      ["server.type === 'builtin'", 'false'],
      ["server.type === 'remote' && server.oauth", '(server.oauth)'],
      ["server.type === 'container'", 'true', 'Object.values(server.secrets'],
    ),
    ...because('the letters of a native command are no options', [
      "server.type === 'container'",
      'true',
      '? [...(server.entrypoint',
    ]),
    ...because('an empty name suggests no secret', [
      '/^--?([\\w-]+)(?:=([\\s\\S]*))?$/',
      '/^--?([\\w-]*)(?:=([\\s\\S]*))?$/',
    ]),
  ],
};
