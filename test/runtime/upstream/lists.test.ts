/** Bounds of the lists that a server may have: pages, entries, bytes; and what counts as an entry. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallRequest, Reply } from '../../../src/model/calls.ts';
import { jsonText } from '../../../src/model/text/json.ts';
import { fetchList } from '../../../src/runtime/upstream/lists.ts';

/** Reads the list of a server whose page number N is `page(N)`; N begins with 0. */
async function fetched(page: (index: number) => string | object) {
  const asked: (string | undefined)[] = [];
  const list = await fetchList('tools', 'legacy', async ({ params }: CallRequest): Promise<Reply> => {
    const found = page(asked.push(params?.toString()) - 1);
    return { kind: 'result', json: jsonText(typeof found === 'string' ? found : JSON.stringify(found)) };
  });
  return { asked, ...list };
}

const tools = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({
    name: `t${from + index}`,
    inputSchema: { type: 'object' },
  }));

/** The one other member that every tool must have. */
const TAKES = '"inputSchema":{"type":"object"}';

test('no more than 500 pages must be read', async () => {
  const { asked, definitions, notes } = await fetched((n) => ({ tools: tools(n, 1), nextCursor: `c${n}` }));
  assert.equal(asked.length, 500);
  assert.equal(definitions.length, 500);
  assert.deepEqual(notes, ['tools/list has more than 500 pages: the rest is ignored']);
});

test('no page must be read after 20,000 entries', async () => {
  const { asked, notes } = await fetched((n) => ({ tools: tools(n * 5_000, 5_000), nextCursor: `c${n}` }));
  assert.equal(asked.length, 5);
  assert.match(notes.join(), /more than 20000 entries/);
});

test('no page must be read after 16 MiB', async () => {
  const page = 'x'.repeat(2 * 1024 * 1024);
  const { asked, notes } = await fetched((n) => `{"tools":[],"x":"${page}","nextCursor":"c${n}"}`);
  assert.equal(asked.length, 8);
  assert.match(notes.join(), /more than 16777216 bytes/);
});

test('a cursor that comes back must end the list, and each must be sent as the server wrote it', async () => {
  const { asked, definitions, notes } = await fetched((n) =>
    n === 0
      ? '{"tools":[{"name":"a"}],"nextCursor":"\\u0061"}'
      : '{"tools":[{"name":"b"}],"nextCursor":"\\u0061"}',
  );
  assert.deepEqual(asked, [undefined, '{"cursor":"\\u0061"}']);
  assert.deepEqual(
    definitions.map(({ key }) => key),
    ['a', 'b'],
  );
  assert.match(notes.join(), /cursor "\\u0061" a second time/);
});

test('an empty cursor must count, and one that is no string must not', async () => {
  assert.equal((await fetched((n) => ({ tools: [], ...(n < 1 ? { nextCursor: '' } : {}) }))).asked.length, 2);
  for (const nextCursor of [null, 1, {}])
    assert.equal((await fetched(() => ({ tools: [], nextCursor }))).asked.length, 1);
});

test('an entry without a name must be left out, and the first of two of the same name count', async () => {
  const { definitions, notes } = await fetched(
    () => `{"tools":[{"name":"a",${TAKES},"n":1},{"name":"a","n":2},{"x":1},7]}`,
  );
  assert.deepEqual(definitions, [{ key: 'a', json: `{"name":"a",${TAKES},"n":1}` }]);
  assert.equal(notes.length, 3);
  const long = await fetched(() => ({ tools: [{ title: 'x'.repeat(10_000) }] }));
  assert.ok((long.notes[0]?.length ?? 0) < 300);
  assert.match((await fetched(() => ({}))).notes.join(), /answered without tools/);
});

test('the shortest time of all pages must count, and an error keep the pages before it', async () => {
  const ttls = [5, undefined, 3, 'x'];
  const { ttlMs } = await fetched((n) => ({
    tools: [],
    ttlMs: ttls[n],
    ...(n < 3 ? { nextCursor: `c${n}` } : {}),
  }));
  assert.equal(ttlMs, 3);
  assert.equal((await fetched(() => ({ tools: [] }))).ttlMs, undefined);
  let asked = 0;
  const failed = await fetchList('tools', 'legacy', async () =>
    asked++ === 0
      ? { kind: 'result', json: jsonText('{"tools":[{"name":"a"}],"nextCursor":"c"}') }
      : { kind: 'error', json: jsonText('{"code":1}') },
  );
  assert.equal(failed.error?.toString(), '{"code":1}');
  assert.equal(failed.definitions.length, 1);
});

test('a name with characters that act on a terminal, or that nobody sees, must be left out, with a note', async () => {
  const names = ['ok', 'a\u001b[31mb', 'a\u202eb', 'a\nb', 'a\u009b2Jb', '\u{e0041}'];
  const { definitions, notes } = await fetched(() => ({
    tools: names.map((name) => ({ name, inputSchema: { type: 'object' } })),
  }));
  assert.deepEqual(
    definitions.map(({ key }) => key),
    ['ok'],
  );
  assert.equal(notes.length, 5);
  assert.equal(notes[1], 'tools/list: a\\u202eb is left out: its name has invisible characters');
  for (const note of notes) assert.doesNotMatch(note, /[\p{Cc}\p{Cf}]/u);
});

test('one page must hold no more entries than many pages, and be read in many turns', async () => {
  let turns = 0;
  const count = (): void => {
    turns += 1;
    counting = setImmediate(count);
  };
  let counting = setImmediate(count);
  const { definitions, notes, restMs } = await fetched(() => ({ tools: tools(0, 100_000) }));
  clearImmediate(counting);
  assert.equal(definitions.length, 20_000);
  assert.deepEqual(notes, ['tools/list has more than 20000 entries: the rest is ignored']);
  assert.ok(turns > 200, `others got ${turns} turns`);
  assert.ok(restMs >= 4_000, `it may be read again after ${restMs} ms`);
});

test('one page must hold no more bytes than many pages', async () => {
  const { asked, definitions, notes, restMs } = await fetched((n) =>
    n === 0
      ? { tools: tools(0, 1), nextCursor: 'c' }
      : { tools: [{ name: 'big', description: 'x'.repeat(17 * 1024 * 1024) }], nextCursor: 'd' },
  );
  assert.equal(asked.length, 2);
  assert.deepEqual(
    definitions.map(({ key }) => key),
    ['t0'],
  );
  assert.deepEqual(notes, ['tools/list has more than 16777216 bytes: the rest is ignored']);
  assert.ok(restMs > 1_500);
});

test('entries that do not count must be bounded as well, and the remarks about them', async () => {
  const { definitions, notes } = await fetched(() => ({
    tools: [...Array(30_000).fill(0), { name: 'late' }],
  }));
  assert.equal(definitions.length, 0);
  assert.equal(notes.length, 52);
  assert.match(notes.at(-1) ?? '', /and 19950 more remarks/);
});

test('templates must be bounded in number and length', async () => {
  const list = await fetchList('templates', 'legacy', async () => ({
    kind: 'result',
    json: jsonText(
      JSON.stringify({
        resourceTemplates: [
          { uriTemplate: `x://${'{a}'.repeat(1_000)}` },
          ...Array.from({ length: 1_000 }, (_, i) => ({ name: 'x', uriTemplate: `x://${i}{a}` })),
        ],
      }),
    ),
  }));
  assert.equal(list.definitions.length, 999);
  assert.match(list.notes[0] ?? '', /is left out: it has more than 2048 characters/);
  assert.match(list.notes[1] ?? '', /has more than 1000 entries/);
  const long = await fetchList('templates', 'legacy', async () => ({
    kind: 'result',
    json: jsonText(
      JSON.stringify({
        resourceTemplates: Array.from({ length: 500 }, (_, i) => ({
          uriTemplate: `x${i}${'{a}'.repeat(600)}`,
        })),
      }),
    ),
  }));
  assert.ok(long.definitions.length < 150);
  assert.match(long.notes.join(), /has more than 262144 characters in templates/);
});

test('an entry whose name is said twice must be left out, with a note', async () => {
  const entries = [
    '{"name":"a","Name":"b"}',
    '{"name":"c","name":"d"}',
    `{"name":"e",${TAKES},"title":"Name"}`,
  ];
  const { definitions, notes } = await fetchList('tools', 'legacy', async () => ({
    kind: 'result',
    json: jsonText(`{"tools":[${entries.join(',')}]}`),
  }));
  assert.deepEqual(
    definitions.map(({ key }) => key),
    ['e'],
  );
  assert.deepEqual(notes, [
    'tools/list: a is left out: its name occurs twice',
    'tools/list: d is left out: its name occurs twice',
  ]);
});

test('the longer a list was, the longer the pause after it', async () => {
  const text = JSON.stringify({ tools: tools(0, 1_000), x: 'x'.repeat(100_000) });
  const { restMs } = await fetched(() => text);
  assert.equal(restMs, Math.round(1_000 * 0.2 + text.length * 1e-4));
});

test('entries that had to be mended must make the pause longer', async () => {
  const [entry] = tools(0, 1);
  const text = JSON.stringify({ tools: [{ ...entry, description: null, x: 'x'.repeat(100_000) }] });
  const { restMs } = await fetched(() => text);
  const mended = text.length - '{"tools":[]}'.length;
  assert.equal(restMs, Math.round(0.2 + text.length * 1e-4 + mended * 2e-3));
});

test('16 MiB must be read, and not one byte more', async () => {
  const around = '{"tools":[{"name":"a"}],"x":""}'.length;
  for (const [bytes, found] of [
    [16 * 1024 * 1024, 1],
    [16 * 1024 * 1024 + 1, 0],
  ] as const) {
    const page = `{"tools":[{"name":"a"}],"x":"${'x'.repeat(bytes - around)}"}`;
    assert.equal((await fetched(() => page)).definitions.length, found);
  }
});

test('a long cursor must be quoted by its beginning', async () => {
  const { notes } = await fetched(() => ({ tools: [], nextCursor: 'c'.repeat(1_000) }));
  assert.deepEqual(notes, [
    `tools/list gives the cursor "${'c'.repeat(199)}… a second time: the rest is ignored`,
  ]);
});
