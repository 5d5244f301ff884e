/** Definitions that official clients refuse: each is mended where it can mean only one thing, else left out. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ListKind } from '../../../../src/model/catalog.ts';
import type { Era } from '../../../../src/model/era.ts';
import { jsonText } from '../../../../src/model/text/json.ts';
import { fetchList } from '../../../../src/runtime/upstream/lists.ts';
import { LISTS } from '../../../../src/wire/lists.ts';

/** Reads a list of one entry. `json` is undefined if it is left out. */
async function read(kind: ListKind, entry: unknown, era: Era = 'legacy') {
  const text = typeof entry === 'string' ? entry : JSON.stringify(entry);
  const json = jsonText(`{"${LISTS[kind].member}":[${text}]}`);
  const { definitions, flaws, notes } = await fetchList(kind, era, async () => ({ kind: 'result', json }));
  return { json: definitions[0]?.json, flaws, notes };
}

const O = { type: 'object' };
const tool = (parts: object): object => ({ name: 't', inputSchema: O, ...parts });
const resource = (parts: object): object => ({ uri: 'x://1', name: 'r', ...parts });
const output = (outputSchema: unknown): object => tool({ outputSchema });

const MENDED: [kind: ListKind, written: object, shown: object][] = [
  // Tools: what bug reports have.
  ['tools', { name: 't' }, { name: 't', inputSchema: O }],
  ['tools', tool({ inputSchema: null }), tool({})],
  ['tools', tool({ inputSchema: {} }), tool({})],
  ['tools', tool({ inputSchema: [] }), tool({})],
  ['tools', tool({ inputSchema: true }), tool({})],
  ['tools', tool({ inputSchema: { anyOf: [O] } }), tool({ inputSchema: { anyOf: [O], ...O } })],
  ['tools', tool({ inputSchema: { type: null } }), tool({})],
  ['tools', tool({ inputSchema: { type: ['object', 'null'] } }), tool({})],
  ['tools', tool({ inputSchema: { type: 'OBJECT' } }), tool({})],
  ['tools', tool({ inputSchema: { ...O, properties: null } }), tool({})],
  ['tools', tool({ inputSchema: { ...O, properties: [] } }), tool({})],
  ['tools', tool({ inputSchema: { ...O, required: null, $schema: null } }), tool({})],
  ['tools', tool({ inputSchema: { ...O, required: 'a' } }), tool({ inputSchema: { ...O, required: ['a'] } })],
  [
    'tools',
    tool({ inputSchema: { ...O, properties: { a: true, b: false, c: null, d: {} } } }),
    tool({ inputSchema: { ...O, properties: { a: {}, b: { not: {} }, c: {}, d: {} } } }),
  ],
  ['tools', tool({ description: null, title: null, icons: null, annotations: null, _meta: null }), tool({})],
  ['tools', tool({ description: ['a'], execution: 'x', _meta: [] }), tool({})],
  [
    'tools',
    tool({ annotations: { readOnlyHint: 'true', destructiveHint: null, title: 5, x: null } }),
    tool({ annotations: { readOnlyHint: true, x: null } }),
  ],
  ['tools', tool({ execution: { taskSupport: 'maybe' } }), tool({ execution: {} })],
  [
    'tools',
    tool({ icons: [{ src: 'a', sizes: '48x48', theme: 'pink' }, { mimeType: 'image/png' }, null] }),
    tool({ icons: [{ src: 'a', sizes: ['48x48'] }] }),
  ],
  ['tools', tool({ description: 'cut \ud83d' }), tool({ description: 'cut \ufffd' })],
  // Output schemas that some client cannot compile.
  ['tools', output(null), tool({})],
  ['tools', output(true), tool({})],
  ['tools', output({ type: 'array' }), tool({})],
  ['tools', output({}), output(O)],
  ['tools', output({ ...O, properties: { a: { type: 'strin' } } }), tool({})],
  ['tools', output({ ...O, properties: { a: { $ref: '#/$defs/none' } } }), tool({})],
  ['tools', output({ ...O, properties: { a: { $ref: 'https://x.test/s.json' } } }), tool({})],
  ['tools', output({ ...O, $defs: { a: { $ref: '#/$defs/a' } }, not: { $ref: '#/$defs/a' } }), tool({})],
  ['tools', output({ ...O, properties: { a: { pattern: '(?P<n>x)' } } }), tool({})],
  ['tools', output({ ...O, properties: { a: { minimum: 0, exclusiveMinimum: true } } }), tool({})],
  ['tools', output({ ...O, properties: { a: { nullable: true } } }), tool({})],
  ['tools', output({ ...O, $schema: 'http://json-schema.org/draft-04/schema#' }), tool({})],
  ['tools', output({ ...O, properties: { a: { type: 'array', items: [O] } } }), tool({})],
  ['tools', output({ ...O, $id: 'https://x.test/a' }), output(O)],
  [
    'tools',
    output({ ...O, title: null, properties: { a: { title: null } } }),
    output({ ...O, properties: { a: {} } }),
  ],
  // Resources, templates and prompts.
  ['resources', { uri: 'x://1' }, { uri: 'x://1', name: 'x://1' }],
  ['resources', resource({ name: null }), resource({ name: 'x://1' })],
  ['resources', resource({ size: 1.5, mimeType: 7, annotations: [] }), resource({})],
  [
    'resources',
    resource({ annotations: { audience: 'user', priority: 5, lastModified: '2025-01-12' } }),
    resource({ annotations: { audience: ['user'] } }),
  ],
  [
    'resources',
    resource({ annotations: { audience: ['user', 'nobody'], lastModified: '2025-02-30T00:00:00Z' } }),
    resource({ annotations: { audience: ['user'] } }),
  ],
  ['templates', { uriTemplate: 'x://{a}' }, { uriTemplate: 'x://{a}', name: 'x://{a}' }],
  ['prompts', { name: 'p', arguments: null, description: null }, { name: 'p' }],
  [
    'prompts',
    { name: 'p', arguments: [{ name: 'a', required: null, description: null }, { required: true }] },
    { name: 'p', arguments: [{ name: 'a' }] },
  ],
];

for (const [kind, written, shown] of MENDED)
  test(`${kind}: ${JSON.stringify(written).slice(0, 90)} must be mended`, async () => {
    const { json, flaws, notes } = await read(kind, written);
    assert.deepEqual(JSON.parse(json ?? 'null'), shown);
    assert.deepEqual([flaws.mended, flaws.leftOut], [1, 0]);
    assert.match(notes.join(), / is mended for clients: /);
    assert.equal(flaws.named[0]?.isLeftOut, false);
  });

const LEFT_OUT: [kind: ListKind, written: object | string, reason: RegExp][] = [
  ['tools', tool({ inputSchema: { type: 'array' } }), /inputSchema is not a JSON Schema of an object/],
  ['tools', tool({ inputSchema: false }), /inputSchema is not/],
  ['tools', tool({ inputSchema: 'x' }), /inputSchema is not/],
  ['tools', tool({ name: '' }), /its name is empty/],
  ['tools', tool({ name: 'a\ud83d' }), /invisible/],
  ['tools', tool({ name: 5 }), /has no name/],
  ['tools', `{"name":"t","x":${'['.repeat(130)}${']'.repeat(130)}}`, /more than 128 levels/],
  ['tools', tool({ title: null, x: 'x'.repeat(1024 * 1024) }), /more than 1048576 bytes/],
  ['resources', resource({ uri: 'no scheme' }), /uri is not a URI with a scheme/],
];

for (const [kind, written, reason] of LEFT_OUT)
  test(`${kind}: ${JSON.stringify(written).slice(0, 90)} must be left out`, async () => {
    const { json, flaws, notes } = await read(kind, written);
    assert.equal(json, undefined);
    assert.deepEqual([flaws.mended, flaws.leftOut, flaws.named[0]?.isLeftOut], [0, 1, true]);
    assert.match(flaws.named[0]?.what ?? '', reason);
    assert.equal(notes.length, 1);
  });

const GOOD: [kind: ListKind, written: object | string, era?: Era][] = [
  ['tools', tool({ x: null, inputSchema: { ...O, properties: { a: { description: null } } } })],
  [
    'tools',
    '{ "inputSchema" : {"properties":{}, "type":"object"} ,"name":"t","title":"\\ud83d\\ude00 \\\\ud83d"}',
  ],
  ['tools', `{"name":"t","inputSchema":{"type":"object"},"x":"${'7'.repeat(5_000)}"}`],
  ['tools', output({ type: 'array' }), 'modern'],
  ['tools', output({ $ref: '#/$defs/a', $defs: { a: O } }), 'modern'],
  [
    'tools',
    output({ ...O, $schema: 'http://json-schema.org/draft-07/schema#', properties: { a: { items: [O] } } }),
  ],
  ['tools', output({ ...O, $defs: { n: { ...O, properties: { next: { $ref: '#/$defs/n' } } } } })],
  ['tools', output({ ...O, properties: { a: { $ref: '#a' } }, $defs: { b: { $anchor: 'a' } } })],
  ['tools', output({ ...O, properties: { $id: { type: 'string', nullable: true } }, 'x-own': { y: 1 } })],
  [
    'resources',
    resource({ size: 0, annotations: { priority: 1, lastModified: '2024-02-29T23:59:00.5+01:00' } }),
  ],
  ['templates', { uriTemplate: '{+any}', name: '' }],
];

for (const [kind, written, era] of GOOD)
  test(`${kind}: ${JSON.stringify(written).slice(0, 90)} must stay as it is`, async () => {
    const { json, flaws, notes } = await read(kind, written, era);
    assert.equal(json, typeof written === 'string' ? written : JSON.stringify(written));
    assert.deepEqual([flaws.mended, flaws.leftOut, notes], [0, 0, []]);
  });

test('a number that Python cannot read must be shortened', async () => {
  const { json } = await read(
    'tools',
    `{"name":"t","inputSchema":{"type":"object"},"x":${'1'.repeat(5_000)}}`,
  );
  assert.deepEqual(JSON.parse(json ?? 'null'), { ...tool({}), x: null });
});

test('the first flaws must be named, and all be counted', async () => {
  const json = jsonText(JSON.stringify({ tools: [...Array(90).keys()].map((i) => ({ name: `t${i}` })) }));
  const { flaws } = await fetchList('tools', 'legacy', async () => ({ kind: 'result', json }));
  assert.deepEqual([flaws.mended, flaws.leftOut, flaws.named.length], [90, 0, 50]);
});

test('lists that are none must be told', async () => {
  for (const tools of [null, {}, 'x', 5]) {
    const json = jsonText(JSON.stringify({ tools }));
    const { notes } = await fetchList('tools', 'legacy', async () => ({ kind: 'result', json }));
    assert.deepEqual(notes, ['tools/list answered without tools']);
  }
});

test('a long chain of references must be followed once, in linear time', async () => {
  const LINKS = 8_000;
  const $defs = Object.fromEntries(
    Array.from({ length: LINKS }, (_, n) => [`a${n}`, { $ref: `#/$defs/a${n + 1}` }]),
  );
  const startedAt = process.cpuUsage().user;
  const { json } = await read('tools', output({ type: 'object', $defs: { ...$defs, [`a${LINKS}`]: {} } }));
  assert.match(json ?? '', /outputSchema/);
  // 0.1 s; a walk to the end from each link takes 28 s.
  assert.ok(process.cpuUsage().user - startedAt < 3_000_000);
  const ring = await read(
    'tools',
    output({ type: 'object', $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } } }),
  );
  assert.doesNotMatch(ring.json ?? '', /outputSchema/);
});

test('a schema of results that is too long must be taken out, and its tool stay', async () => {
  const { json, flaws } = await read(
    'tools',
    output({ type: 'object', description: 'd'.repeat(300 * 1024) }),
  );
  assert.doesNotMatch(json ?? 'outputSchema', /outputSchema/);
  assert.equal(flaws?.mended, 1);
});

test('a number of 4,000 digits must pass as it is, and no longer one reach clients', async () => {
  const entry = (digits: number): string =>
    `{"name":"t","inputSchema":{"type":"object"},"_meta":{"n":${'7'.repeat(digits)}}}`;
  assert.equal((await read('tools', entry(4_000))).json, entry(4_000));
  assert.doesNotMatch((await read('tools', entry(4_001))).json ?? '', /7/);
});
