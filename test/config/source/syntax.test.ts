/** References that stand without quotes where YAML takes their brace for a map. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createReport } from '../../../src/config/source/report.ts';
import { parseSource } from '../../../src/config/source/source.ts';
import { reportSyntax } from '../../../src/config/source/syntax.ts';

function problemOf(text: string, path = '/x/hive.yaml') {
  const report = createReport();
  reportSyntax(report, parseSource(path, text));
  return report.problems[0];
}

for (const [text, column, hint] of [
  ['servers: { a: { command: ${X} } }', 26, 'write "${X}"'],
  ['servers: { a: { command: ${X}, args: [] } }', 26, 'write "${X}"'],
  ['servers:\n  a: { command: [node, ${X}] }', 24, 'write "${X}"'],
  ['servers:\n  a: { command: [${X}, "${Y}"] }', 18, 'write "${X}"'],
  ['servers:\n  a: { env: { K: a${X:-secret}d } }', 19, 'put the whole value in quotes: "…${X}…"'],
  ['servers:\n  a: { url: http://x/${X}/mcp }', 22, 'put the whole value in quotes: "…${X}…"'],
  ['servers:\n  a: { headers: { A: Bearer ${X} } }', 29, 'put the whole value in quotes: "…${X}…"'],
  ['servers:\n  a: { env: { ${X}: v } }', 15, 'put the whole value in quotes: "…${X}…"'],
  ['servers:\n  a: { env: [ K=${X} ] }', 17, 'put the whole value in quotes: "…${X}…"'],
] as const)
  test(`an unquoted reference must be told to be quoted: ${text}`, () => {
    const problem = problemOf(text);
    assert.match(
      problem?.message ?? '',
      /^\$\{X\} is not quoted, and within \{ \} and \[ \] its brace begins a map$/,
    );
    assert.deepEqual([problem?.column, problem?.hint], [column, hint]);
  });

test('an unquoted reference in JSON must be told to be quoted', () => {
  const problem = problemOf('{ "servers": { "a": { "command": ${X} } } }', '/x/hive.json');
  assert.deepEqual(
    [problem?.message, problem?.hint],
    ['${X} is not quoted, and JSON has no text without quotes', 'write "${X}"'],
  );
});

test('other faults of a line with a reference must stay what they are', () => {
  for (const text of [
    'servers: { a: { env: { K: "${X}" }, command: [a b: c] } }',
    'a: "${X}" }\n',
    'a: ${X}\n b: c: d',
  ]) {
    assert.doesNotMatch(problemOf(text)?.message ?? '', /is not quoted/, text);
  }
});
