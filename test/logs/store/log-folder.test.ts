/** Files of a log store: their limits, a clock that is set back, searches page by page and in time. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { EVERYTHING } from '../../../src/logs/query/query.ts';
import { LogFolder } from '../../../src/logs/store/log-folder.ts';
import { toDrop } from '../../../src/logs/store/retention.ts';
import { searchFolder } from '../../../src/logs/store/search.ts';
import { readCursor } from '../../../src/logs/store/segments.ts';
import { searchIn } from '../../../src/logs/store/serve.ts';
import type { LogEntry } from '../../../src/model/status.ts';

const DAY_MS = 86_400_000;
const START = Date.parse('2026-11-29T10:00:00Z');
const TOOLS = { ticks: () => performance.now(), pause: async () => {} };

function world(t: TestContext, limits = { keepMs: 7 * DAY_MS, sizeBytes: 2 ** 30 }) {
  const path = mkdtempSync(join(tmpdir(), 'hive-logs-'));
  let now = START;
  const folder = new LogFolder(path, limits, () => now, { aside: () => {} });
  t.after(() => {
    folder.close();
    rmSync(path, { recursive: true, force: true });
  });
  const find = (query: string, limit = 100, cursor?: string) =>
    searchIn(folder, { query, limit, cursor }, now, TOOLS);
  return {
    folder,
    find,
    write: (texts: readonly string[], serverName = 'a', stream: LogEntry['stream'] = 'stderr'): void =>
      folder.write(texts.map((text) => ({ at: now, serverName, stream, text }))),
    texts: async (query: string): Promise<string[]> => (await find(query)).lines.map(({ text }) => text),
    files: (): string[] =>
      readdirSync(path)
        .filter((name) => name.endsWith('.db'))
        .sort(),
    bytes: (): number => readdirSync(path).reduce((sum, name) => sum + statSync(join(path, name)).size, 0),
    pass(ms: number): void {
      now += ms;
    },
  };
}

const numbered = (count: number, text: (n: number) => string): string[] =>
  Array.from({ length: count }, (_, n) => text(n));

test('each day must have its file, and old ones go with all their lines', async (t) => {
  const { write, texts, files, pass, folder } = world(t, { keepMs: 2 * DAY_MS, sizeBytes: 2 ** 30 });
  for (const day of ['one', 'two', 'three', 'four']) {
    write([`day ${day}`]);
    pass(DAY_MS);
  }
  assert.deepEqual(files(), ['2026-11-29.db', '2026-11-30.db', '2026-12-01.db', '2026-12-02.db'].slice(-3));
  assert.deepEqual(await texts('day'), ['day two', 'day three', 'day four']);
  pass(5 * DAY_MS);
  folder.dropOld();
  assert.deepEqual(files(), ['2026-12-02.db'], 'only the file that is written to is left');
});

test('the size must never be exceeded by more than a batch', async (t) => {
  const sizeBytes = 16 * 2 ** 20;
  const { write, bytes, files, texts } = world(t, { keepMs: 7 * DAY_MS, sizeBytes });
  const words = 'the quick brown fox jumps over the lazy dog '.repeat(4);
  let most = 0;
  for (let batch = 0; batch < 60; batch += 1) {
    write(numbered(1_000, (n) => `${words} ${batch} ${n}`));
    most = Math.max(most, bytes());
  }
  assert.ok(most < sizeBytes + 4 * 2 ** 20, `${most}`);
  assert.ok(files().length > 3 && !files().includes('2026-11-29.db'), 'a day may have several files');
  assert.equal((await texts('"59 999"')).length, 1);
  assert.deepEqual(await texts('"0 1"'), []);
});

test('the oldest files must go first, by age and by size', () => {
  const file = (day: string, bytes: number, part = 1) => ({
    segment: { day, part },
    name: `${day}.${part}`,
    bytes,
  });
  const files = [
    file('2026-11-29', 30, 2),
    file('2026-11-27', 30),
    file('2026-11-29', 30),
    file('2026-11-20', 5),
  ];
  const names = (keepMs: number, sizeBytes: number): string[] =>
    toDrop(files, 10, { keepMs, sizeBytes }, START).map(({ name }) => name);
  assert.deepEqual(names(30 * DAY_MS, 1_000), []);
  assert.deepEqual(names(7 * DAY_MS, 1_000), ['2026-11-20.1']);
  assert.deepEqual(names(30 * DAY_MS, 70), ['2026-11-20.1', '2026-11-27.1']);
  assert.deepEqual(names(30 * DAY_MS, 40), ['2026-11-20.1', '2026-11-27.1', '2026-11-29.1']);
});

test('pages must neither miss a line nor show one twice, in both directions and over days', async (t) => {
  const { write, find, pass } = world(t);
  for (let day = 0; day < 3; day += 1) {
    write(numbered(25, (n) => `${n % 2 ? 'odd' : 'even'} ${day * 25 + n}`));
    pass(DAY_MS);
  }
  const [down, up]: [string[], string[]] = [[], []];
  for (let page = await find('odd', 7); ; page = await find('odd', 7, page.older)) {
    down.unshift(...page.lines.map(({ text }) => text));
    if (page.older === undefined) break;
  }
  for (let page = await find('odd', 7, 'newer:19700101-0'); ; page = await find('odd', 7, page.newer)) {
    up.push(...page.lines.map(({ text }) => text));
    if (!page.hasNewer) break;
  }
  assert.equal(new Set(down).size, 36);
  assert.deepEqual(up, down);
  const { newer } = await find('odd', 1);
  assert.deepEqual((await find('', 10, newer)).lines, []);
  write(['later odd']);
  const later = await find('', 10, newer);
  assert.deepEqual(
    later.lines.map(({ text }) => text),
    ['later odd'],
  );
});

test('a clock that is set back must neither lose lines nor their order', async (t) => {
  const { write, texts, pass } = world(t);
  write(['one']);
  pass(-2 * DAY_MS);
  write(['two']);
  assert.deepEqual(await texts(''), ['one', 'two']);
});

test('a search must end at its time limit, say how far it came, and go on from there', async (t) => {
  const { folder, write } = world(t);
  for (let batch = 0; batch < 5; batch += 1) write(numbered(1_000, (n) => `line ${batch} ${n}`));
  let now = 0;
  const tick = (): number => {
    now += 5;
    return now;
  };
  const slow = { ticks: tick, pause: async () => {}, timeLimitMs: 100 };
  const query = { ...EVERYTHING, terms: [{ kind: 'part', isNot: false, text: '0 999' } as const] };
  const found: string[] = [];
  let searches = 0;
  for (let cursor: string | undefined, more = true; more; searches += 1) {
    const request = { query, limit: 10, cursor: cursor === undefined ? undefined : readCursor(cursor) };
    const page = await searchFolder(folder, request, slow);
    if (page.older) assert.ok(page.partial && page.partial.scanned < page.partial.of);
    found.push(...page.lines.map(({ text }) => text));
    cursor = page.older;
    more = cursor !== undefined;
  }
  assert.deepEqual(found, ['line 0 999']);
  assert.ok(searches > 2, `${searches}`);
});

test('a stack trace must be one line, whichever of its lines is found, without lines of others', async (t) => {
  const { write, texts } = world(t);
  write(['INFO before', 'Traceback (most recent call last):', '  File "a.py", line 1']);
  write(['from another'], 'b');
  write(['    call()', 'ValueError: wrong', 'INFO after']);
  const trace = 'Traceback (most recent call last):\n  File "a.py", line 1\n    call()\nValueError: wrong';
  for (const query of ['Traceback', '"a.py"', 'ValueError', '"call()"'])
    assert.deepEqual(await texts(query), [trace], query);
  assert.deepEqual(await texts('server:a'), ['INFO before', trace, 'INFO after']);
  assert.deepEqual(await texts('server:b'), ['from another']);
});

test('filters must hold on disk as in memory', async (t) => {
  const { write, texts, pass } = world(t);
  write(['[ERROR] a', '[INFO] b']);
  pass(60_000);
  write(['banner'], 'b', 'noise');
  assert.deepEqual(await texts('level>=warning'), ['[ERROR] a']);
  assert.deepEqual(await texts('stream:noise'), ['banner']);
  assert.deepEqual(await texts('since:30s'), ['banner']);
  assert.deepEqual(await texts('until:30s'), ['[ERROR] a', '[INFO] b']);
  assert.deepEqual(await texts('-server:a'), ['banner']);
  await assert.rejects(texts('level>=x'), { code: 'USAGE' });
});
