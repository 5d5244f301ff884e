import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import '../helpers/seed.ts';
import { fullName, isShown, publicPromptName, publicToolName } from '../../src/catalog/naming.ts';

const view = (prefix: string, tools = {}) => ({ prefix, tools: { rename: {}, ...tools } });

const NAMES: [name: string, prefix: string, tools: object, shown: string | undefined][] = [
  ['echo', '', {}, 'echo'],
  ['echo', 'everything', {}, 'everything_echo'],
  ['weird name/é', '', {}, 'weird name/é'],
  ['x'.repeat(100), '', {}, 'x'.repeat(100)],
  ['a.b-c_D9', 'my.srv-1', {}, 'my.srv-1_a.b-c_D9'],
  ['x'.repeat(60), 'abc', {}, `abc_${'x'.repeat(60)}`],
  ['x'.repeat(61), 'abc', {}, `abc_${'x'.repeat(51)}_11df9ede`],
  ['a/b', 's', {}, 's_a_b_e84890f4'],
  ['a_b', 's', {}, 's_a_b'],
  ['echo', 's', { rename: { echo: 'say' } }, 's_say'],
  ['echo', '', { rename: { echo: 'say' } }, 'say'],
  ['toString', 's', { rename: { echo: 'say' } }, 's_toString'],
  ['echo', 's', { deny: ['echo'] }, undefined],
  ['echo', 's', { allow: ['echo'], deny: ['e*'] }, undefined],
  ['echo', 's', { allow: ['echo'], rename: { echo: 'say' } }, 's_say'],
  ['echo', 's', { allow: ['say'], rename: { echo: 'say' } }, undefined],
  ['echo', 's', { allow: [] }, undefined],
];

for (const [name, prefix, tools, shown] of NAMES) {
  test(`the tool ${name.slice(0, 20)} under "${prefix}" and ${JSON.stringify(tools)} is shown as ${shown}`, () => {
    assert.equal(publicToolName(view(prefix, tools), name), shown);
  });
}

const PATTERNS: [pattern: string, name: string, matches: boolean][] = [
  ['*', '', true],
  ['*', 'anything', true],
  ['get_*', 'get_user', true],
  ['get_*', 'get_', true],
  ['get_*', 'forget_user', false],
  ['*_user', 'get_user', true],
  ['*_user', 'get_users', false],
  ['*a*b*', 'xxaxxbxx', true],
  ['*a*b', 'abab', true],
  ['*a*b', 'aba', false],
  ['a.c', 'abc', false],
  ['a', 'A', false],
  ['a**', 'a', true],
  ['', '', true],
  ['', 'a', false],
  ['xa*ab', 'xab', false],
  ['xa*ab', 'xazab', true],
];

for (const [pattern, name, matches] of PATTERNS) {
  test(`the pattern "${pattern}" ${matches ? 'covers' : 'leaves out'} "${name}"`, () => {
    assert.equal(isShown({ allow: [pattern], rename: {} }, name), matches);
  });
}

test('a pattern full of stars must not take long', () => {
  assert.equal(isShown({ allow: [`${'*a'.repeat(2000)}b`], rename: {} }, 'a'.repeat(20_000)), false);
});

test('prefixed names must be valid for the specification and for clients, and differ if the names differ', () => {
  const prefix = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,70}$/);
  fc.assert(
    fc.property(prefix, fc.string({ maxLength: 90 }), fc.string({ maxLength: 90 }), (prefix, one, other) => {
      const [a, b] = [publicToolName(view(prefix), one), publicToolName(view(prefix), other)];
      assert.match(a ?? '', /^[A-Za-z0-9_.-]{1,64}$/);
      assert.equal(a === b, one === other);
    }),
  );
});

test('prompt names must be prefixed and otherwise unchanged', () => {
  assert.equal(publicPromptName(view('s'), 'summarize text!'), 's_summarize text!');
  assert.equal(publicPromptName(view(''), 'summarize'), 'summarize');
});

test('a tool must be shown if one pattern allows it, and hidden if one denies it', () => {
  assert.equal(isShown({ allow: ['a', 'x'], rename: {} }, 'a'), true);
  assert.equal(isShown({ allow: ['x', 'y'], rename: {} }, 'a'), false);
  assert.equal(isShown({ deny: ['x', 'a'], rename: {} }, 'a'), false);
  assert.equal(isShown({ deny: ['x', 'y'], rename: {} }, 'a'), true);
});

test('the full name must be that of the file, renamed but neither cut nor changed', () => {
  const renaming = view('p', { rename: { a: 'b', 'x/y': 'z/é' } });
  assert.equal(fullName('tools', renaming, 'a'), 'p_b');
  assert.equal(fullName('tools', renaming, 'x/y'), 'p_z/é');
  assert.equal(fullName('tools', renaming, 'toString'), 'p_toString');
  assert.equal(fullName('prompts', renaming, 'a'), 'p_a');
  assert.equal(fullName('tools', view('', { rename: { a: 'b' } }), 'a'), 'b');
  assert.equal(fullName('tools', view('p'), 'x'.repeat(100)), `p_${'x'.repeat(100)}`);
});
