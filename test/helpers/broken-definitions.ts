/** Definitions broken at random: valid ones in which members are taken out, exchanged, buried or made null. */
import fc from 'fast-check';
import { LIST_KINDS, type ListKind } from '../../src/model/catalog.ts';

type Value = unknown;
type Holder = Record<string, Value> | Value[];

const ICONS = [
  { src: 'https://x.test/i.png', mimeType: 'image/png', sizes: ['48x48'], theme: 'dark' },
  { src: 'data:x' },
];
const SHOWN = { title: 'T', description: 'D', icons: ICONS, _meta: { 'x/y': [1] } };
const ANNOTATIONS = { audience: ['user', 'assistant'], priority: 0.5, lastModified: '2025-01-12T15:00:58Z' };

/** Valid definitions with every member that the specification knows. */
export const WHOLE: Readonly<Record<ListKind, readonly object[]>> = {
  tools: [
    {
      name: 'tool',
      ...SHOWN,
      inputSchema: {
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        type: 'object',
        properties: { a: { type: 'string', description: 'x', enum: ['p', 'q'] }, b: { $ref: '#/$defs/b' } },
        required: ['a'],
        $defs: { b: { type: ['integer', 'null'], minimum: 0 } },
        additionalProperties: false,
      },
      outputSchema: {
        type: 'object',
        properties: {
          r: { type: 'array', items: { $ref: '#/$defs/i' }, minItems: 1 },
          s: { anyOf: [{ type: 'string', pattern: '^a+$', format: 'uri' }, { type: 'null' }] },
        },
        required: ['r'],
        $defs: { i: { type: 'number', multipleOf: 2, title: 'I' } },
      },
      annotations: {
        title: 'A',
        readOnlyHint: true,
        destructiveHint: false,
        idempotentHint: true,
        openWorldHint: false,
      },
      execution: { taskSupport: 'optional' },
    },
    { name: 'small', inputSchema: { type: 'object' } },
    {
      name: 'listing',
      inputSchema: { type: 'object' },
      outputSchema: { type: 'array', items: { type: 'string' } },
    },
  ],
  resources: [
    {
      uri: 'test://a',
      name: 'a',
      ...SHOWN,
      mimeType: 'text/plain',
      size: 7,
      annotations: ANNOTATIONS,
    },
  ],
  templates: [
    { uriTemplate: 'test://{x}', name: 't', ...SHOWN, mimeType: 'text/plain', annotations: ANNOTATIONS },
  ],
  prompts: [
    {
      name: 'prompt',
      ...SHOWN,
      arguments: [{ name: 'x', title: 'X', description: 'd', required: true }, { name: 'y' }],
    },
  ],
};

const deep = (levels: number): Value => (levels === 0 ? 1 : [deep(levels - 1)]);

const JUNK: fc.Arbitrary<Value> = fc.oneof(
  fc.constantFrom<Value>(null, true, false, 0, -1, 1.5, 1e21, '', 'x', 'true', 'object', 'OBJECT', [], {}),
  fc.constantFrom<Value>('\ud83d', '(?P<n>x)', '2025-01-12', '2025-02-30T00:00:00Z', 'no uri', '#/nope', '#'),
  fc.constantFrom<Value>(
    [null],
    ['x', 5],
    ['object', 'null'],
    [{}],
    { type: 'strin' },
    { $ref: '#/$defs/x' },
  ),
  fc.constantFrom<Value>({ $ref: '#' }, { type: 'array' }, { __proto: 1 }, { $id: 'i' }, { $anchor: 'a b' }),
  fc.constantFrom<Value>(deep(150), deep(300), { a: deep(100) }),
  fc.jsonValue({ maxDepth: 3 }),
);

interface Change {
  /** Chooses the place: any member or element, however deep. */
  readonly at: number;
  readonly how: 'remove' | 'replace' | 'bury' | 'wrap' | 'add';
  readonly name: string;
  readonly junk: Value;
}

const NAMES = [
  ...['name', 'title', 'type', 'properties', 'required', '$schema', '$id', '$ref', 'id', 'nullable', 'items'],
  ...['anyOf', 'allOf', 'not', 'enum', 'const', 'pattern', 'format', 'minLength', 'exclusiveMinimum'],
  ...[
    'annotations',
    'outputSchema',
    'execution',
    'arguments',
    'uri',
    'meta',
    'mime_type',
    '__proto__',
    'junk',
  ],
];

const change: fc.Arbitrary<Change> = fc.record({
  at: fc.nat({ max: 200 }),
  how: fc.constantFrom('remove', 'replace', 'replace', 'bury', 'wrap', 'add'),
  name: fc.constantFrom(...NAMES),
  junk: JUNK,
});

/** A list of each kind, in which any definition may be broken in several places, or not be one at all. */
export const brokenLists: fc.Arbitrary<Record<ListKind, Value[]>> = fc.record(
  Object.fromEntries(LIST_KINDS.map((kind) => [kind, broken(kind)])) as Record<
    ListKind,
    fc.Arbitrary<Value[]>
  >,
);

function broken(kind: ListKind): fc.Arbitrary<Value[]> {
  const one = fc
    .tuple(fc.constantFrom(...WHOLE[kind]), fc.array(change, { maxLength: 4 }))
    .map(([whole, changes]) => changes.reduce<Value>(changed, structuredClone(whole)));
  return fc.array(fc.oneof({ weight: 20, arbitrary: one }, JUNK), { minLength: 1, maxLength: 3 });
}

/** Every object and list in a value, with each of its keys. */
function placesIn(value: Value): [Holder, string][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]): [Holder, string][] => [
    [value as Holder, key],
    ...placesIn(member),
  ]);
}

function changed(value: Value, { at, how, name, junk: one }: Change): Value {
  const junk = structuredClone(one);
  const places = placesIn(value);
  const place = places[at % Math.max(1, places.length)];
  if (!place) return value;
  const [holder, key] = place as [Record<string, Value>, string];
  const before = holder[key];
  if (how === 'remove') {
    if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else delete holder[key];
  } else if (how === 'replace') holder[key] = junk;
  else if (how === 'bury') holder[key] = { [name]: before };
  else if (how === 'wrap') holder[key] = [before];
  else {
    const into = typeof before === 'object' && before !== null ? before : holder;
    Object.defineProperty(into, name, { value: junk, enumerable: true, configurable: true, writable: true });
  }
  return value;
}
