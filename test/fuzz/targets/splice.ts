/** Fuzzes the reading and splicing of JSON bytes against JSON.parse. */
import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { type Json, jsonText } from '../../../src/model/text/json.ts';
import { objectOf, prepended, withoutMembers } from '../../../src/wire/edit.ts';
import {
  elements,
  member,
  members,
  readEnvelope,
  slice,
  splice,
  stringAt,
  whole,
} from '../../../src/wire/envelope.ts';
import { MAX_DEPTH } from '../../../src/wire/json.ts';
import { onOneLine } from '../../../src/wire/one-line.ts';
import { bytesOf, mutate, mutations, utf8Text } from '../byte-text.ts';
import { depthOf, jsonTexts, parsed } from '../json-text.ts';
import { pureTarget } from '../target.ts';

const KEYS = [
  'id',
  'method',
  'params',
  'result',
  'error',
  '_meta',
  'name',
  'a',
  'é',
  '__proto__',
  'ID',
  'constructor',
];
const ENVELOPE = ['id', 'method', 'params', 'result', 'error'] as const;
const { object, value } = jsonTexts(KEYS);
const DAMAGE = [
  '"',
  '\\',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '0',
  '-',
  'e',
  '\u0001',
  '\xff',
  '\xc3',
  '\\u12',
  'nul',
  '\ufeff',
];

interface Input {
  /** Bytes. */
  readonly text: string;
  readonly path: readonly string[];
  /** JSON text of the new value. */
  readonly with: string;
}

const inputs: fc.Arbitrary<Input> = fc.record({
  text: fc
    .tuple(
      fc.oneof({ weight: 5, arbitrary: object }, { weight: 1, arbitrary: value }),
      mutations(fc.constantFrom(...DAMAGE), 2),
    )
    .map(([text, changes]) => mutate(utf8Text(text), changes)),
  path: fc.array(fc.constantFrom(...KEYS), { minLength: 1, maxLength: 3 }),
  with: value,
});

type Data = Record<string, unknown>;
const isData = (it: unknown): it is Data => typeof it === 'object' && it !== null && !Array.isArray(it);
const valueIn = (text: Uint8Array): unknown => JSON.parse(Buffer.from(text).toString());

export const spliceTarget = pureTarget<Input>(
  'splice',
  'JSON that is read or spliced in bytes has the value that JSON.parse gives, and no byte outside of the replaced member changes',
  inputs,
  (input) => {
    const text = bytesOf(input.text) as Json;
    // Readers of messages refuse or repair other bytes first.
    if (!isUtf8(text)) return void readEnvelope(text);
    const whole = parsed(text.toString());
    const isValid = whole !== undefined && isData(whole.value) && depthOf(text.toString()) <= MAX_DEPTH + 1;
    const envelope = readEnvelope(text);
    assert.equal(envelope !== undefined, isValid, 'readEnvelope accepts exactly JSON objects');
    if (!envelope || !isData(whole?.value)) return;
    for (const name of ENVELOPE)
      assert.deepEqual(valueAt(text, envelope[name]), ownOf(whole.value, name), `the envelope's ${name}`);
    checkObject(jsonText(text.toString().trim()), whole.value, input);
  },
);

const ownOf = (data: unknown, name: string): unknown =>
  isData(data) && Object.hasOwn(data, name) ? data[name] : undefined;

const valueAt = (text: Buffer, span: { start: number; end: number } | undefined): unknown =>
  span && valueIn(text.subarray(span.start, span.end));

/** @param text a valid object without white space around it */
function checkObject(text: Json, data: Data, { path, with: replacement }: Input): void {
  const span = member(text, whole(text), ...path);
  const expected = path.reduce<unknown>(ownOf, data);
  assert.deepEqual(valueAt(text, span), expected, `member ${path.join('.')}`);
  assert.equal(stringAt(text, span), typeof expected === 'string' ? expected : undefined);
  if (span) {
    const spliced = splice(text, [{ ...span, with: Buffer.from(replacement) }]);
    assert.deepEqual(valueIn(spliced), replaced(data, path, JSON.parse(replacement)), 'the spliced value');
    const rest = text.length - span.end;
    assert.ok(
      spliced.subarray(0, span.start).equals(text.subarray(0, span.start)),
      'bytes before the member',
    );
    assert.ok(
      spliced.subarray(spliced.length - rest).equals(text.subarray(span.end)),
      'bytes after the member',
    );
    assert.deepEqual(
      elements(text, span).map((it) => valueAt(text, it)),
      Array.isArray(expected) ? expected : [],
    );
  }
  const names = new Set(path);
  const kept = Object.fromEntries(Object.entries(data).filter(([name]) => !names.has(name)));
  assert.deepEqual(valueIn(withoutMembers(text, names)), kept, 'the object without members');
  const parts = members(text, whole(text));
  assert.deepEqual(
    valueIn(objectOf(parts.map(({ start, value }) => text.subarray(start, value.end)))),
    data,
    'objectOf',
  );
  const [first = 'a'] = path;
  const head = `${JSON.stringify(first)}:${replacement}`;
  assert.deepEqual(
    valueIn(Buffer.concat(prepended(text, head))),
    { ...JSON.parse(`{${head}}`), ...data },
    'prepended',
  );
  assert.deepEqual(valueIn(onOneLine(text)), data);
  assert.ok(!/[\r\n]/.test(onOneLine(text).toString()));
  assert.ok(slice(text, whole(text)).equals(text));
}

/** A copy in which the value at the path is another. */
function replaced(data: unknown, [name = '', ...rest]: readonly string[], value: unknown): unknown {
  if (!isData(data)) return data;
  const inner = rest.length === 0 ? value : replaced(data[name], rest, value);
  return Object.fromEntries(Object.entries(data).map(([key, it]) => [key, key === name ? inner : it]));
}
