/** Errors quote the cause of a failure, however much is printed around it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Excerpt } from '../../../../src/runtime/upstream/output/excerpt.ts';

function excerptOf(...lines: string[]): readonly string[] {
  const excerpt = new Excerpt();
  for (const line of lines) excerpt.push(line);
  return excerpt.lines();
}

const numbered = (count: number, text: (n: number) => string): string[] =>
  Array.from({ length: count }, (_, n) => text(n + 1));

test('few lines must be quoted as they are', () => {
  assert.deepEqual(excerptOf('a', '', '  b'), ['a', '  b']);
});

test('the cause must be quoted although a page of usage follows it', () => {
  const usage = numbered(40, (n) => `  --option-${n} <value>  what it does (required)`);
  const lines = excerptOf('Error: No access token was provided.', 'Usage: sentry-mcp [options]', ...usage);
  assert.deepEqual(lines, ['Error: No access token was provided.', '…', ...usage.slice(-5)]);
});

test('the cause must be quoted although thousands of lines follow it', () => {
  const chatter = numbered(5_000, (n) => `step ${n}`);
  const lines = excerptOf('starting', 'FATAL: no disk', ...chatter);
  assert.deepEqual(lines, ['FATAL: no disk', '…', ...chatter.slice(-5)]);
});

test('a line that says what is missing must count where none begins like an error', () => {
  const lines = excerptOf('hello', 'DATABASE_URL is not set', ...numbered(40, (n) => `bye ${n}`));
  assert.deepEqual(lines.slice(0, 2), ['DATABASE_URL is not set', '…']);
});

test('without a cause the first and the last lines must be quoted', () => {
  const lines = excerptOf(...numbered(100, (n) => `line ${n}`));
  assert.deepEqual(lines.slice(0, 5), ['line 1', 'line 2', 'line 3', '…', 'line 85']);
  assert.deepEqual([lines.length, lines.at(-1)], [20, 'line 100']);
});

test('once the server has come up only its last lines must be quoted', () => {
  const excerpt = new Excerpt();
  excerpt.push('Error: of the start');
  excerpt.started();
  for (const line of numbered(30, (n) => `line ${n}`)) excerpt.push(line);
  assert.deepEqual([excerpt.lines().length, excerpt.lines()[0]], [20, 'line 11']);
});

test('what a server wrote at its start must be quoted of a later failure only if it has written nothing since', () => {
  const excerpt = new Excerpt();
  excerpt.push('a page of errors, at a question of its start');
  excerpt.started();
  assert.deepEqual(excerpt.lines(), ['a page of errors, at a question of its start']);
  excerpt.push('fatal: out of luck');
  assert.deepEqual(excerpt.lines(), ['fatal: out of luck']);
});

test('six causes must be quoted, of each line a thousand characters, and 8 KiB in all', () => {
  const causes = numbered(30, (n) => `Error: number ${n}`);
  const quoted = excerptOf(...causes, ...numbered(40, (n) => `bye ${n}`));
  assert.equal(quoted.filter((line) => line.startsWith('Error')).length, 6, quoted.join('\n'));
  const [cut = ''] = excerptOf('x'.repeat(1_001));
  assert.ok(cut.startsWith('x'.repeat(900)) && cut.length <= 1_000, cut);
  const long = excerptOf(...numbered(20, () => 'x'.repeat(1_000)));
  const length = long.join('').length;
  assert.ok(length > 7_000 && length <= 8 * 1_024, `${length} characters`);
});

test('a quote must be bounded in characters', () => {
  const lines = excerptOf(...numbered(300, (n) => `Error ${n} ${'x'.repeat(5_000)}`));
  assert.ok(lines.join('').length <= 8 * 1024, String(lines.join('').length));
});

test('stack frames must not be quoted: Node', () => {
  assert.deepEqual(
    excerptOf(
      'node:internal/modules/cjs/loader:1228',
      '  throw err;',
      '  ^',
      '',
      "Error: Cannot find module '/srv/x.js'",
      '    at Module._resolveFilename (node:internal/modules/cjs/loader:1225:15)',
      '    at async node:internal/main/run_main_module:28:49',
      "  code: 'MODULE_NOT_FOUND',",
      'Node.js v20.20.2',
    ),
    ["Error: Cannot find module '/srv/x.js'", "  code: 'MODULE_NOT_FOUND',"],
  );
  assert.deepEqual(
    excerptOf(
      'file:///srv/x.mjs:3',
      "  throw new Error('no key');",
      '        ^',
      'Error: no key',
      '    at file:///srv/x.mjs:3:9',
    ),
    ['Error: no key'],
  );
});

test('stack frames must not be quoted: Python, Java, Go, Ruby, .NET', () => {
  assert.deepEqual(
    excerptOf(
      'Traceback (most recent call last):',
      '  File "/srv/server.py", line 12, in <module>',
      '    main(os.environ["X"])',
      '         ~~~~~~~~~~^^^^^',
      '  File "/usr/lib/python3.13/os.py", line 7, in __getitem__',
      '    raise KeyError(key) from None',
      "KeyError: 'X'",
    ),
    ["KeyError: 'X'"],
  );
  assert.deepEqual(
    excerptOf(
      'Exception in thread "main" java.lang.IllegalStateException: no key',
      '\tat com.acme.Server.main(Server.java:12)',
      '\t... 3 more',
    ),
    ['Exception in thread "main" java.lang.IllegalStateException: no key'],
  );
  assert.deepEqual(excerptOf('panic: no key', 'goroutine 1 [running]:', '\t/srv/main.go:12 +0x1d'), [
    'panic: no key',
  ]);
  assert.deepEqual(excerptOf("x.rb:1:in 'm': no key (RuntimeError)", '\tfrom /x.rb:3:in <main>'), [
    "x.rb:1:in 'm': no key (RuntimeError)",
  ]);
  assert.deepEqual(excerptOf('System.Exception: no key', '   at Acme.Main() in /srv/x.cs:line 3'), [
    'System.Exception: no key',
  ]);
});

test('lines that only look a little like frames must stay', () => {
  const lines = [
    'listening at http://127.0.0.1:1',
    '  File not found: x',
    '/srv/data:12',
    'look at this',
    '    at noon',
  ];
  assert.deepEqual(excerptOf(...lines), lines);
});

test('lines of carets and dashes must be read in linear time', () => {
  const excerpt = new Excerpt();
  for (let line = 0; line < 250; line += 1) excerpt.push(`${(line % 2 ? '^' : '+-').repeat(400)}x`);
  const startedAt = process.cpuUsage().user;
  for (let time = 0; time < 20; time += 1) excerpt.lines();
  // 20 ms; with a pattern that takes the square of a line, 3 s.
  assert.ok(process.cpuUsage().user - startedAt < 1_000_000);
});

test('of a line no more than a thousand characters must be quoted, with the mark of the cut', () => {
  const line = 'x'.repeat(999);
  assert.deepEqual(excerptOf(line, `${line}yy`), [line, `${line}…`]);
});

test('eight thousand characters must be quoted whole, and more be cut by equal parts', () => {
  const lines = numbered(8, () => 'x'.repeat(999));
  assert.deepEqual(excerptOf(...lines), lines);
  const more = excerptOf(...numbered(16, () => 'x'.repeat(1_000)));
  assert.deepEqual(
    more.map(({ length }) => length),
    Array(16).fill(512),
  );
});

test('of many causes the first three and the last three must be quoted', () => {
  const lines = excerptOf(...numbered(30, (n) => `Error ${n}`), ...numbered(10, (n) => `step ${n}`));
  const causes = lines.slice(0, lines.indexOf('…'));
  assert.deepEqual(
    causes,
    [1, 2, 3, 28, 29, 30].map((n) => `Error ${n}`),
  );
});
