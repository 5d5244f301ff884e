/** The query language of logs: what each form means, and errors that point at the place. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { GatewayError } from '../../../src/errors.ts';
import { indexQuery } from '../../../src/logs/query/index-query.ts';
import { matcherOf } from '../../../src/logs/query/matcher.ts';
import { parseQuery } from '../../../src/logs/query/parse-query.ts';
import type { LogEntry } from '../../../src/model/status.ts';
import '../../helpers/seed.ts';

const NOW = Date.parse('2026-11-29T12:00:00Z');
const entry = (text: string, rest: Partial<LogEntry> = {}): LogEntry => ({
  at: NOW,
  serverName: 'search',
  stream: 'stderr',
  text,
  ...rest,
});
const finds = (query: string, text: string, rest?: Partial<LogEntry>): boolean =>
  matcherOf(parseQuery(query, NOW))(entry(text, rest));

const JSON_LINE =
  '{"level":"warn","msg":"slow query","user":{"id":42,"name":"Zoë"},"tags":["db","eu"],"a.b":"x"}';

/** Query, a text that it finds, and one that it does not. */
const TABLE: readonly (readonly [query: string, found: string, not: string])[] = [
  ['', 'anything', ''],
  ['timeout', 'request TIMEOUT after 5 s', 'timeouts happen'],
  ['time out', 'it ran out of time', 'time is up'],
  ['"timed out"', 'it timed  out', 'out timed'],
  ['time*', 'timeouts happen', 'a sometime thing'],
  ['*meou*', 'timeouts happen', 'time'],
  ['-timeout', 'all is well', 'a timeout'],
  ['error -timeout', 'error: refused', 'error: timeout'],
  ['-"is well"', 'well, it is', 'all is well'],
  ['path=/srv', 'opened path=/srv for you', 'opened path=/srv/data'],
  ['u-1', 'user u-1 came', 'user u1 came'],
  ['a"b', 'x a"b y', 'x a b y'],
  ['(', 'f(x)', 'f[x]'],
  ['->', 'a -> b', 'a b'],
  ['NOT', 'do not', 'do'],
  ['AND OR NEAR', 'or near and', 'or near'],
  ['http://x:80/a', 'GET http://x:80/a 200', 'GET http://x:80/b 200'],
  ['db:query', 'call db:query done', 'call db.query done'],
  ['"say \\"hi\\""', 'they say "hi" now', 'they say hi now'],
  ['/took [0-9]+ ms/', 'it took 31 ms', 'it took x ms'],
  ['/TOOK/i', 'it took 31 ms', 'it take'],
  ['-/[0-9]{3}/', 'n=12', 'n=123'],
  ['/a\\/b/', 'x a/b', 'x ab'],
  ['/srv/data/x', 'open /srv/data/x now', 'open /srv/data now'],
  ['user.id=42', JSON_LINE, '{"user":{"id":421}}'],
  ['user.name="Zoë"', JSON_LINE, '{"user":{"name":"Zoe"}}'],
  ['tags=eu', JSON_LINE, '{"tags":["us"]}'],
  ['a.b=x', JSON_LINE, '{"a":{"b":"y"}}'],
  ['status=500', 'method=GET status=500 path=/', 'status=5000'],
  ['msg="slow query"', 'level=warn msg="slow query"', 'level=warn msg="slow"'],
  ['level>=warning', '[ERROR] broken', '[INFO] fine'],
  ['level>warning', 'ERROR: broken', 'WARNING: nearly'],
  ['level<=info', 'level=debug x', 'level=error x'],
  ['level:warn', JSON_LINE, '{"level":"error"}'],
  ['level>=err level<critical', 'ERROR x', 'CRITICAL x'],
  ['日本', '今日は日本です', '今日は晴れ'],
  ['ÜBER', 'über alles', 'uber'],
];

for (const [query, found, not] of TABLE)
  test(`must find, and must not: ${query}`, () => {
    assert.equal(finds(query, found), true, found);
    if (query !== '') assert.equal(finds(query, not), false, not);
  });

test('filters must hold for servers, streams and times', () => {
  assert.ok(finds('server:search', 'x') && finds('server:a,search', 'x') && finds('server:sea*', 'x'));
  assert.ok(!finds('server:db', 'x') && !finds('-server:search', 'x') && finds('-server:db', 'x'));
  assert.ok(
    finds('stream:noise', 'x', { stream: 'noise' }) && !finds('-stream:noise', 'x', { stream: 'noise' }),
  );
  assert.ok(
    finds('since:2h', 'x', { at: NOW - 7_200_000 }) && !finds('since:2h', 'x', { at: NOW - 7_200_001 }),
  );
  assert.ok(finds('until:1d', 'x', { at: NOW - 86_400_000 }) && !finds('until:1d', 'x'));
  assert.ok(!finds('since:2026-11-29T12:00:01Z', 'x') && finds('since:"2026-11-29 11:59"', 'x'));
});

test('a pattern must hold for one line of an entry, and colours be no part of it', () => {
  assert.ok(finds('/^b$/', 'a\nb\nc'));
  assert.ok(finds('"ERROR x"', '\u001b[31mERROR\u001b[0m x'));
});

/** Query, the text that is marked, and what the message says. */
const WRONG: readonly (readonly [query: string, marked: string, message: RegExp, hint: RegExp])[] = [
  ['a level>=warnin b', 'level>=warnin', /warnin is no level/, /levels are trace, debug/],
  ['x "open', '"', /quote is not closed/, /close it/],
  ['server:', 'server:', /server: has no value/, /server:search/],
  ['since:soon', 'since:soon', /not a time: soon/, /since:10m/],
  ['since>=2h', 'since>=2h', /not compared by >=/, /since:10m/],
  ['stream:stdout', 'stream:stdout', /no stream stdout/, /stream:noise/],
  ['sever:db', 'sever:db', /no filter sever/, /write server:db, or the text in quotes: "sever:db"/],
  ['/a/g x', 'g', /no flag g/, /\/…\/i/],
  ['/(a)\\1/', '/(a)\\1/', /linear time/, /without lookaround/],
  ['-level:error', '-level:error', /cannot be left out/, /level>=/],
];

for (const [query, marked, message, hint] of WRONG)
  test(`must be refused with its place and a fix: ${query}`, () => {
    assert.throws(
      () => parseQuery(query, NOW),
      (error: unknown) => {
        assert.ok(error instanceof GatewayError && error.code === 'USAGE', String(error));
        assert.match(error.message, message);
        assert.match(error.hint ?? '', hint);
        const [shown = '', pointer = ''] = error.message.split('\n').slice(-2);
        assert.equal(shown.slice(pointer.indexOf('^'), pointer.lastIndexOf('^') + 1), marked);
        return true;
      },
    );
  });

test('long queries must be refused', () => {
  assert.throws(() => parseQuery('x'.repeat(2_001), NOW), /longer than 2000/);
  assert.throws(() => parseQuery('x '.repeat(51), NOW), /more than 50 terms/);
});

const LOG_TEXT = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc
    .array(
      fc.constantFrom(
        '"',
        "'",
        '/',
        '-',
        '*',
        '(',
        ')',
        ':',
        '=',
        '>=',
        ' ',
        'NOT',
        'level',
        'a',
        '\\',
        '\u0000',
        'é',
        '\n',
      ),
      { maxLength: 20 },
    )
    .map((parts) => parts.join('')),
);

test('ordinary text of logs must be a query, or be refused with a place; its index query is always one that FTS5 takes', async () => {
  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(':memory:');
  database.exec("CREATE VIRTUAL TABLE words USING fts5(text, content='', tokenize='unicode61')");
  const find = database.prepare('SELECT rowid FROM words WHERE words MATCH ?');
  fc.assert(
    fc.property(LOG_TEXT, (text) => {
      try {
        const query = parseQuery(text, NOW);
        matcherOf(query)(entry(text));
        const wanted = indexQuery(query);
        if (wanted !== '') find.all(wanted);
      } catch (error) {
        assert.ok(error instanceof GatewayError && error.code === 'USAGE', String(error));
        assert.match(error.message, /\n {2}.*\n {2} *\^+$/s);
      }
    }),
    { numRuns: 3_000 },
  );
});

test('what a quoted text finds must hold it, and the index must find it as well', async () => {
  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(':memory:');
  database.exec("CREATE VIRTUAL TABLE words USING fts5(text, content='', tokenize='unicode61')");
  const put = database.prepare('INSERT INTO words(rowid, text) VALUES (?, ?)');
  const find = database.prepare('SELECT rowid FROM words WHERE words MATCH ? AND rowid = CAST(? AS INTEGER)');
  let id = 0;
  const WORDS = fc.array(fc.constantFrom('a', 'Bc', '1', 'ü', '_', '.', '/', '-', ' ', '"'), {
    maxLength: 12,
  });
  fc.assert(
    fc.property(WORDS, WORDS, (before, within) => {
      const part = within.join('').trim();
      const text = `${before.join('')} ${part} end`.replaceAll('\n', ' ');
      const query = parseQuery(`"${part.replaceAll('"', '\\"')}"`, NOW);
      assert.ok(matcherOf(query)(entry(text)), text);
      id += 1;
      put.run(id, text);
      const wanted = indexQuery(query);
      if (wanted !== '') assert.equal(find.all(wanted, id).length, 1, `${wanted} in ${text} ${id}`);
    }),
    { numRuns: 1_000 },
  );
});
