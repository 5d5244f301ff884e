/** The mutations that a run makes: each kind of check is weakened in each way that matters. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mutantsOf } from './mutants.ts';

const changes = (text: string): string[] =>
  mutantsOf('x.ts', text).map(({ start, end, after }) => text.slice(0, start) + after + text.slice(end));

const TABLE: readonly (readonly [what: string, text: string, expected: readonly string[]])[] = [
  ['a comparison', 'f(a < b);', [';', 'f(a <= b);']],
  ['equality', 'x = a === b;', [';', 'x = a !== b;']],
  ['each half of a condition', 'x = a && b;', [';', 'x = (a);', 'x = (b);']],
  ['a default', 'x = a ?? b;', [';', 'x = (a);']],
  ['a negation', 'x = !a;', [';', 'x = a;']],
  ['a condition', 'if (a) b();', ['if (true) b();', 'if (false) b();']],
  ['a throw', 'function f() { throw e; }', ['function f() { ; }']],
  ['a result', 'function f() { return e; }', ['function f() { ; }']],
  ['not a bare end', 'function f() { return; }', []],
  ['a named expression', 'const f = () => a;', ['const f = () => undefined;']],
  ['a bound', 'const A = 64 * 1024;', ['const A = ((64 * 1024) * 10);', 'const A = ((64 * 1024) / 10);']],
  ['a flag', 'const A = true;', ['const A = false;']],
  ['an item of a list', "const A = ['a', 'b'];", ["const A = ['b'];", "const A = ['a'];"]],
  [
    'the ends of a pattern',
    'const A = /^a$/i;',
    ['const A = /a$/i;', 'const A = /^a/i;', 'const A = /^a$/;'],
  ],
  [
    'a method',
    'x = a.endsWith(b);',
    [';', 'x = true;', 'x = false;', 'x = a.startsWith(b);', 'x = a.includes(b);'],
  ],
  ['a type', 'type A = 1 | 2; interface B { c: 3 }', []],
  [
    'the wording of an error',
    'if (a) throw new GatewayError(`${b < 1}`, { hint: 2 });',
    [
      'if (true) throw new GatewayError(`${b < 1}`, { hint: 2 });',
      'if (false) throw new GatewayError(`${b < 1}`, { hint: 2 });',
    ],
  ],
];

for (const [what, text, expected] of TABLE)
  test(`${what} must be mutated`, () => assert.deepEqual(changes(text).sort(), [...expected].sort()));

test('a mutant must say its line', () => {
  const [first] = mutantsOf('x.ts', 'const a = 1;\n\nconst f = () => !a;\n');
  assert.equal(first?.line, 1);
  assert.equal(mutantsOf('x.ts', 'const a = 1;\n\nconst f = () => !a;\n').at(-1)?.line, 3);
});
