/** The line that is shown of a file: its caret must stand where it should, and no secret be in it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { renderProblems } from '../../../src/config/source/diagnostics.ts';
import { createReport } from '../../../src/config/source/report.ts';
import { type KeyPath, parseSource } from '../../../src/config/source/source.ts';
import { SEED } from '../../helpers/seed.ts';

function shown(text: string, keyPath: KeyPath, path = '/x/a.yaml'): string[] {
  const report = createReport();
  report.at(parseSource(path, text), keyPath, { message: 'wrong', hint: '', of: 'key' });
  return renderProblems(report, '/x').split('\n').slice(1, 3);
}

test('a caret must stand below its key, whatever stands before it', () => {
  const at = (text: string, path?: string) => shown(text, ['s', 'bad'], path);
  assert.deepEqual(at('s: { env: { A: "x y" }, bad: 1 }'), [
    '  1 | s: { env: { A: … }, bad: 1 }',
    '    |                     ^^^',
  ]);
  assert.deepEqual(at('{"s": {\t"日本": "x",\t"bad": 1}}', '/x/a.json'), [
    '  1 | {"s": {\t"日本": "x",\t"bad": 1}}',
    `    | ${' '.repeat(7)}\t${' '.repeat(12)}\t^^^^^`,
  ]);
  assert.deepEqual(at('s: { "e\u0301🎉": 1, bad: 1 }'), [
    '  1 | s: { "e\u0301🎉": 1, bad: 1 }',
    `    | ${' '.repeat(15)}^^^`,
  ]);
  // A control character is written out.
  assert.deepEqual(at('s: { "a\u200bb": 1, bad: 1 }'), [
    '  1 | s: { "a\\u200bb": 1, bad: 1 }',
    `    | ${' '.repeat(20)}^^^`,
  ]);
});

test('a long line must be cut around the caret', () => {
  const keys = Array.from({ length: 900 }, (_, index) => `"k${index}": "v"`).join(', ');
  const [line = '', underline = ''] = shown(
    `{"s": {${keys}, "bad": 1, ${keys.replaceAll('k', 'l')}}}`,
    ['s', 'bad'],
    '/x/a.json',
  );
  assert.ok(line.length < 120, line);
  assert.equal(line.slice(underline.indexOf('^'), underline.lastIndexOf('^') + 1), '"bad"');
  assert.match(line, /^ {2}1 \| ….*…$/);
});

test('a file that cannot be parsed must show no secret, and its caret within the line', () => {
  const report = createReport();
  const source = parseSource('/x/a.yaml', 's: { token: hunter2, env: { A: b } x: [');
  report.at(source, [], { message: 'wrong', hint: '', mark: { line: 1, column: 36, length: 1 } });
  const [, line = '', underline = ''] = renderProblems(report, '/x').split('\n');
  assert.equal(line, '  1 | s: { token: …');
  assert.equal(underline.length, line.length);
});

const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 });
const secretKey = fc.constantFrom('api_key', 'TOKEN', 'Authorization', 'password', 'clientSecret');

test('in any entry the caret must mark the key, and secrets be hidden', () => {
  const entry = fc.record({
    before: fc.dictionary(word, word, { maxKeys: 4 }),
    secrets: fc.dictionary(secretKey, fc.uuid(), { maxKeys: 3 }),
    env: fc.dictionary(word, fc.uuid(), { maxKeys: 3 }),
    url: fc.uuid().map((it) => `https://u:${it}@h/mcp`),
    indent: fc.constantFrom('', '\t', ' '),
    after: fc.array(fc.uuid(), { maxLength: 5 }),
  });
  fc.assert(
    fc.property(entry, ({ before, secrets, env, url, indent, after }) => {
      const data = {
        ...before,
        ...secrets,
        env,
        url,
        '§bad§': 1,
        args: after,
        headers: { X: after.join('') },
      };
      const text = JSON.stringify({ servers: { token: data } }).replaceAll(',"', `,${indent}"`);
      const report = createReport();
      report.at(parseSource('/x/a.json', text), ['servers', 'token', '§bad§'], {
        message: 'm',
        hint: '',
        of: 'key',
      });
      const [{ snippet, underlineFrom, length } = { snippet: '', underlineFrom: 0, length: 0 }] =
        report.problems;
      assert.equal(snippet.slice(underlineFrom, underlineFrom + length), '"§bad§"');
      for (const secret of [...Object.values(secrets), ...Object.values(env), url.slice(10, 46), ...after])
        assert.ok(!snippet.includes(secret), snippet);
    }),
    { seed: SEED, numRuns: 300 },
  );
});
