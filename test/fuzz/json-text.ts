/** JSON texts as no serializer would write them: odd spacing, escapes, doubled members, numbers in every form. */
import fc from 'fast-check';

const space = fc.constantFrom('', '', '', ' ', '\t', '\n', '\r\n', '  ');

const NUMBERS = [
  '0',
  '-0',
  '1',
  '-1',
  '1.0',
  '1e2',
  '1E+2',
  '1e-400',
  '1e400',
  '0.1',
  '123456789012345678901234567890',
  '7',
];
const TEXTS = [
  '',
  'a',
  'é',
  '😀',
  '\u2028',
  '\ud800',
  '\u0000',
  '"',
  '\\',
  '/',
  '\u007f',
  'progressToken',
  '__proto__',
];

/** Each character as itself or as an escape, where JSON permits both. */
function quoted(text: string, isEscaped: (index: number) => boolean): string {
  const written = [...text].map((character, index) => {
    if (isEscaped(index) || character < ' ' || /[\ud800-\udfff]/.test(character)) return escaped(character);
    return character === '"' || character === '\\' ? `\\${character}` : character;
  });
  return `"${written.join('')}"`;
}

const escaped = (character: string): string =>
  [...Array(character.length).keys()]
    .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
    .join('');

/** JSON text of a string; sometimes some of its characters are escaped without need. */
export const stringText = (texts: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(texts, fc.constantFrom(0, 0, 0, 1, 2, 3))
    .map(([text, every]) => quoted(text, (index) => every > 0 && index % every === 0));

const scalarText = fc.oneof(
  fc.constantFrom(...NUMBERS, 'true', 'false', 'null'),
  stringText(fc.oneof(fc.constantFrom(...TEXTS), fc.string({ unit: 'binary', maxLength: 12 }))),
);

/** @param keys names that occur often, so that members are doubled */
export function jsonTexts(keys: readonly string[]): {
  value: fc.Arbitrary<string>;
  object: fc.Arbitrary<string>;
} {
  // JSON.parse of Node 24.21 takes a key with escapes for a key that begins with a backslash, if it has met one before.
  const other = fc.string({ maxLength: 6 }).filter((name) => !name.startsWith('\\'));
  const key = stringText(
    fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...keys) }, { weight: 1, arbitrary: other }),
  );
  const { value, object } = fc.letrec<{ value: string; object: string; list: string }>((tie) => ({
    value: fc.oneof({ maxDepth: 4, depthSize: 'small' }, scalarText, tie('object'), tie('list')),
    object: fc
      .tuple(space, fc.array(fc.tuple(key, space, space, tie('value'), space), { maxLength: 5 }))
      .map(
        ([open, members]) =>
          `{${open}${members.map(([name, a, b, it, c]) => `${name}${a}:${b}${it}${c}`).join(`,${open}`)}}`,
      ),
    list: fc
      .tuple(space, fc.array(fc.tuple(tie('value'), space), { maxLength: 4 }))
      .map(([open, items]) => `[${open}${items.map((item) => item.join('')).join(`,${open}`)}]`),
  }));
  return { value, object };
}

/** The value of a text; undefined if it is not JSON. */
export function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** Depth of containers in a text that is JSON. */
export function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [token] of text.matchAll(/"(?:\\.|[^"\\])*"|[{}[\]]/gs)) {
    if (token === '{' || token === '[') deepest = Math.max(deepest, ++depth);
    else if (token === '}' || token === ']') depth--;
  }
  return deepest;
}

/** A JSON value that keeps every member of an object, doubled ones too. */
export type Tree =
  | { readonly members: readonly (readonly [name: string, value: Tree])[] }
  | { readonly value: unknown };

/** @param text JSON */
export function treeOf(text: string): Tree {
  const tokens = text.match(/"(?:\\.|[^"\\])*"|[{}[\]:,]|[^\s{}[\]:,"]+/gs) ?? [];
  let at = 0;
  const read = (): Tree => {
    const token = tokens[at++] ?? '';
    if (token === '{') return { members: readMembers() };
    return { value: token === '[' ? readItems() : JSON.parse(token) };
  };
  const readMembers = (): [string, Tree][] => {
    const members: [string, Tree][] = [];
    for (; tokens[at] !== '}'; at += tokens[at] === ',' ? 1 : 0) {
      const name = JSON.parse(tokens[at] ?? '') as string;
      at += 2;
      members.push([name, read()]);
    }
    at++;
    return members;
  };
  const readItems = (): Tree[] => {
    const items: Tree[] = [];
    for (; tokens[at] !== ']'; at += tokens[at] === ',' ? 1 : 0) items.push(read());
    at++;
    return items;
  };
  return read();
}
