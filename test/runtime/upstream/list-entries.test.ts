/** Entries of one list: their bounds, which of them count, and how many are read in one turn. */
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { jsonText } from '../../../src/model/text/json.ts';
import { ListEntries, MAX_QUOTED } from '../../../src/runtime/upstream/list-entries.ts';

/** The one other member that every tool must have. */
const TAKES = '"inputSchema":{"type":"object"}';

const arrayOf = (entries: readonly string[]) => jsonText(`[${entries.join(',')}]`);
const tools = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, index) => `{"name":"t${from + index}",${TAKES}}`);
const templates = (count: number, length: number): string[] =>
  Array.from(
    { length: count },
    (_, index) => `{"name":"x","uriTemplate":"${`${index}`.padEnd(length, 'x')}"}`,
  );

/** Reads pages, and counts the turns of the event loop that others get meanwhile. */
async function turnsFor(...pages: readonly (readonly string[])[]): Promise<number> {
  const entries = new ListEntries('tools', 'legacy');
  const { setImmediate } = globalThis;
  const immediate = mock.method(globalThis, 'setImmediate', (done: () => void) => setImmediate(done));
  for (const page of pages) await entries.add(arrayOf(page));
  immediate.mock.restore();
  return immediate.mock.callCount();
}

test('others must get a turn after every 64 entries, whatever the pages', async () => {
  assert.equal(await turnsFor(tools(63)), 0);
  assert.equal(await turnsFor(tools(64)), 1);
  assert.equal(await turnsFor(tools(128)), 2);
  assert.equal(await turnsFor(tools(40), tools(24, 40)), 1);
});

test('others must get a turn after every 64 KiB of entries', async () => {
  const entry = (length: number): string => `"${'x'.repeat(length - 2)}"`;
  assert.equal(await turnsFor([entry(64 * 1024 - 2)]), 0);
  assert.equal(await turnsFor([entry(64 * 1024 - 1)]), 1);
  // The third ends beyond 64 KiB, and the sixth as far beyond the third.
  assert.equal(await turnsFor(new Array(5).fill(entry(30_000))), 1);
  assert.equal(await turnsFor(new Array(6).fill(entry(30_000))), 2);
});

for (const [kind, max, page] of [
  ['tools', 20_000, tools(20_000)],
  ['templates', 1_000, templates(1_000, 10)],
] as const)
  test(`${max} ${kind} must count, and no more`, async () => {
    const entries = new ListEntries(kind, 'legacy');
    assert.equal(await entries.add(arrayOf(page)), undefined);
    assert.deepEqual([entries.count, entries.definitions.length, entries.notes], [max, max, []]);
    assert.equal(await entries.add(arrayOf(['1'])), `has more than ${max} entries`);
    assert.equal(entries.count, max);
  });

test('a template may have 2048 characters, and any other entry as many as it likes', async () => {
  const found = new ListEntries('templates', 'legacy');
  await found.add(arrayOf([...templates(1, 2_048), ...templates(1, 2_049)]));
  assert.deepEqual(
    found.definitions.map(({ key }) => key.length),
    [2_048],
  );
  const quote = '0'.padEnd(MAX_QUOTED, 'x');
  assert.deepEqual(found.notes, [
    `resources/templates/list: ${quote}… is left out: it has more than 2048 characters`,
  ]);
  const others = new ListEntries('tools', 'legacy');
  const long = tools(200).map((_, index) => `{"name":"${`${index}`.padEnd(2_049, 'x')}",${TAKES}}`);
  assert.equal(await others.add(arrayOf(long)), undefined);
  assert.equal(others.definitions.length, 200);
});

test('templates may have 262,144 characters in all, without those that are left out', async () => {
  const entries = new ListEntries('templates', 'legacy');
  const [first, ...rest] = templates(128, 2_048) as [string, ...string[]];
  assert.equal(await entries.add(arrayOf([first, first, ...rest])), undefined);
  assert.equal(entries.definitions.length, 128);
  assert.equal(
    await entries.add(arrayOf(['{"uriTemplate":"y"}', '{"uriTemplate":"z"}'])),
    'has more than 262144 characters in templates',
  );
  assert.equal(entries.definitions.length, 129);
});

test('fifty remarks about entries must be kept, and further ones be counted', async () => {
  const entries = new ListEntries('tools', 'legacy');
  await entries.add(arrayOf(new Array(50).fill('1')));
  assert.equal(entries.notes.length, 50);
  await entries.add(arrayOf(['1']));
  assert.equal(entries.notes[50], '… and 1 more remarks of this kind');
  await entries.add(arrayOf(['2']));
  assert.deepEqual(
    [entries.notes.length, entries.notes[49], entries.notes[50]],
    [51, 'tools/list: an entry without name is ignored: 1', '… and 2 more remarks of this kind'],
  );
});

test('remarks must quote 200 characters of a server, in a form that acts on no terminal', async () => {
  assert.equal(MAX_QUOTED, 200);
  const entries = new ListEntries('tools', 'legacy');
  const name = `${'x'.repeat(199)}\\u202e${'y'.repeat(300)}`;
  await entries.add(arrayOf([`{"name":"${name}"}`, `{"x":"${'z'.repeat(300)}"}`]));
  assert.deepEqual(entries.notes, [
    `tools/list: ${'x'.repeat(199)}\\u202e… is left out: its name has invisible characters`,
    `tools/list: an entry without name is ignored: {"x":"${'z'.repeat(194)}…`,
  ]);
});

test('an entry must be kept as the server wrote it, the first one of a name', async () => {
  const entries = new ListEntries('tools', 'legacy');
  await entries.add(jsonText(`[ {"name" : "a",\t${TAKES},"x": "ü"} , {"name":"\\u0061"}, {"name":1}, {} ]`));
  assert.deepEqual(entries.definitions, [{ key: 'a', json: `{"name" : "a",\t${TAKES},"x": "ü"}` }]);
  assert.deepEqual(entries.notes, [
    'tools/list: a occurs twice: the first one counts',
    'tools/list: an entry without name is ignored: {"name":1}',
    'tools/list: an entry without name is ignored: {}',
  ]);
});

test('an entry whose name is said twice must be left out, however it is spelled', async () => {
  const entries = new ListEntries('tools', 'legacy');
  const names = ['"name":"a","Name":"b"', '"name":"c","name":"d"', '"name":"e","names":1'];
  await entries.add(arrayOf(names.map((name) => `{${name},${TAKES}}`)));
  assert.deepEqual(
    entries.definitions.map(({ key }) => key),
    ['e'],
  );
  assert.equal(entries.notes[0], 'tools/list: a is left out: its name occurs twice');
});

test('a page without the list must be remarked upon', async () => {
  const entries = new ListEntries('tools', 'legacy');
  assert.equal(await entries.add(undefined), undefined);
  entries.note('a note');
  assert.deepEqual(entries.notes, ['tools/list answered without tools', 'a note']);
  assert.deepEqual([entries.count, entries.definitions], [0, []]);
});

test('what is wrong with entries must be counted, and the first fifty be named', async () => {
  const entries = new ListEntries('tools', 'legacy');
  const mended = `{"name":"a","description":null,${TAKES}}`;
  await entries.add(arrayOf([mended]));
  assert.deepEqual([entries.flaws.mended, entries.flaws.leftOut, entries.mendedBytes], [1, 0, mended.length]);
  assert.deepEqual(
    entries.flaws.named.map(({ list, name, isLeftOut }) => [list, name, isLeftOut]),
    [['tools', 'a', false]],
  );
  await entries.add(arrayOf(new Array(49).fill('1')));
  assert.deepEqual([entries.flaws.leftOut, entries.flaws.named.length], [49, 50]);
  assert.deepEqual(entries.flaws.named[1], {
    list: 'tools',
    name: '1',
    what: 'has no name',
    isLeftOut: true,
  });
  await entries.add(arrayOf([`{"name":"a",${TAKES}}`]));
  assert.deepEqual([entries.flaws.mended, entries.flaws.leftOut, entries.flaws.named.length], [1, 50, 50]);
});

test('an entry that is left out must be named with the reason, by the beginning of a long name', async () => {
  const entries = new ListEntries('tools', 'legacy');
  const [whole, cut] = ['w'.repeat(MAX_QUOTED), 'c'.repeat(MAX_QUOTED + 1)];
  for (const name of ['', '\\ud800', `${whole.slice(1)}\\n`, `${cut.slice(1)}\\n`])
    await entries.add(arrayOf([`{"name":"${name}",${TAKES}}`]));
  assert.deepEqual(entries.definitions, []);
  assert.deepEqual(entries.notes, [
    'tools/list:  is left out: its name is empty',
    'tools/list: \\ud800 is left out: its name has invisible characters',
    `tools/list: ${whole.slice(1)}\\n is left out: its name has invisible characters`,
    `tools/list: ${cut.slice(1)}… is left out: its name has invisible characters`,
  ]);
});

test('of an entry without a name no more must be decoded than is quoted', async () => {
  const entries = new ListEntries('tools', 'legacy');
  await entries.add(arrayOf([`["${'\u{1f600}'.repeat(1_000)}"]`]));
  assert.equal(entries.notes[0]?.split(': ').at(-1), `["${'\u{1f600}'.repeat(99)}…`);
});

test('an entry that clients would refuse must be mended or left out, with a note', async () => {
  const entries = new ListEntries('tools', 'legacy');
  await entries.add(
    arrayOf([`{"name":"a","description":null,${TAKES}}`, '{"name":"b","inputSchema":{"type":"array"}}']),
  );
  assert.deepEqual(
    entries.definitions.map(({ key }) => key),
    ['a'],
  );
  assert.match(entries.notes[0] ?? '', /^tools\/list: a is mended for clients: /);
  assert.match(entries.notes[1] ?? '', /^tools\/list: b is left out: inputSchema is not/);
  assert.equal(entries.notes.length, 2);
});

test('a list that is no array must count as none', async () => {
  const entries = new ListEntries('tools', 'legacy');
  for (const value of ['{}', '"[]"', 'null']) await entries.add(jsonText(value));
  assert.deepEqual(entries.notes, new Array(3).fill('tools/list answered without tools'));
});
