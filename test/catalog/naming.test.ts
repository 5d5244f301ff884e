import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import '../helpers/seed.ts';
import { fullName, hiddenByReadOnly, isShown, publicNames, shownName } from '../../src/catalog/naming.ts';

const view = (prefix: string, tools = {}) => ({ prefix, tools: { rename: {}, ...tools } });
const named = (prefix: string, names: readonly string[], tools = {}, kind: 'tools' | 'prompts' = 'tools') =>
  Object.fromEntries(publicNames(kind, view(prefix, tools), names));

const NAMES: [name: string, prefix: string, shown: string][] = [
  ['echo', '', 'echo'],
  ['echo', 'everything', 'everything_echo'],
  ['catalog.get-items', 'odd', 'odd_catalog_get-items'],
  ['a/b c:d', 's', 's_a_b_c_d'],
  ['weird name/é', '', 'weird_name__'],
  ['😀', 's', 's__'],
  ['x'.repeat(100), '', 'x'.repeat(64)],
  ['x'.repeat(60), 'abc', `abc_${'x'.repeat(60)}`],
  ['x'.repeat(61), 'abc', `abc_${'x'.repeat(60)}`],
  // A name that begins with the prefix gets it once.
  ['git_status', 'git', 'git_status'],
  ['git-status', 'git', 'git_status'],
  ['Git.status', 'git', 'git_status'],
  ['basic_memory_x', 'basic-memory', 'basic-memory_x'],
  ['git_git_x', 'git', 'git_git_x'],
  ['github', 'git', 'git_github'],
  ['gitstatus_x', 'git', 'git_gitstatus_x'],
  ['git', 'git', 'git_git'],
  ['git_', 'git', 'git_git_'],
];

for (const [name, prefix, shown] of NAMES)
  test(`${name.slice(0, 20)} under "${prefix}" must be shown as ${shown}`, () => {
    assert.equal(named(prefix, [name])[name], shown);
    assert.equal(named(prefix, [name], {}, 'prompts')[name], shown);
  });

test('names of the file must count for tools, behind the prefix', () => {
  const rename = { echo: 'say', other: 'git_push', toString: 'x' };
  assert.deepEqual(named('git', ['echo', 'other', 'valueOf'], { rename }), {
    echo: 'git_say',
    other: 'git_push',
    valueOf: 'git_valueOf',
  });
  assert.deepEqual(named('', ['echo'], { rename }), { echo: 'say' });
  assert.deepEqual(named('s', ['echo'], { rename }, 'prompts'), { echo: 's_echo' });
  assert.equal(shownName('tools', view('s', { rename }), 'echo'), 'say');
  assert.equal(shownName('prompts', view('s', { rename }), 'echo'), 'echo');
});

test('only names that would be the same must end in a digest, but for the one with the best claim', () => {
  const digested = /^s_dup_x_[0-9a-f]{8}$/;
  const plain = named('s', ['dup_x', 'dup.x', 'other.x']);
  assert.deepEqual([plain.dup_x, plain['other.x']], ['s_dup_x', 's_other_x']);
  assert.match(`${plain['dup.x']}`, digested);
  const equal = named('s', ['dup.x', 'dup/x']);
  assert.match(`${equal['dup.x']}`, digested);
  assert.match(`${equal['dup/x']}`, digested);
  assert.notEqual(equal['dup.x'], equal['dup/x']);
  const renamed = named('s', ['dup_x', 'y'], { rename: { y: 'dup_x' } });
  assert.equal(renamed.y, 's_dup_x');
  assert.match(`${renamed.dup_x}`, digested);
  const stutter = named('git', ['git_status', 'status']);
  assert.equal(stutter.status, 'git_status');
  assert.match(`${stutter.git_status}`, /^git_status_[0-9a-f]{8}$/);
  const spelled = named('git', ['git-status', 'git_status']);
  assert.equal(spelled.git_status, 'git_status');
  const long = named('', ['x'.repeat(65), 'x'.repeat(66)]);
  for (const name of Object.values(long)) assert.match(name, /^x{55}_[0-9a-f]{8}$/);
});

test('filters must change no name', () => {
  assert.notEqual(named('s', ['dup_x', 'dup.x'], { deny: ['dup_x'] })['dup.x'], 's_dup_x');
});

test('a name must keep its prefix twice where the rest lies within the prefix of another server', () => {
  const other = { ...view('google'), longerPrefixes: ['google_maps'] };
  const names = publicNames('tools', other, [
    'google_maps_find',
    'google_search',
    'google-Maps.x',
    'google_maps y',
  ]);
  assert.deepEqual(
    [...names.values()],
    ['google_google_maps_find', 'google_search', 'google_google-Maps_x', 'google_google_maps_y'],
  );
});

test('a tool must be hidden by its own name, not by the one of the file', () => {
  const rename = { echo: 'say' };
  assert.equal(isShown({ allow: ['echo'], rename }, 'echo'), true);
  assert.equal(isShown({ allow: ['say'], rename }, 'echo'), false);
  assert.equal(isShown({ allow: ['echo'], deny: ['e*'], rename }, 'echo'), false);
  assert.equal(isShown({ allow: [], rename }, 'echo'), false);
});

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

test('names must be those that models accept, whatever the prefix, and differ if the names differ', () => {
  const prefix = fc.stringMatching(/^[A-Za-z0-9_-]{0,63}$/);
  const own = fc.oneof(
    fc.string({ minLength: 1, maxLength: 90, unit: 'grapheme' }),
    fc.stringMatching(/^a[._/ -]?a[._/ -]?b{0,70}$/),
  );
  const kind = fc.constantFrom('tools' as const, 'prompts' as const);
  fc.assert(
    fc.property(prefix, fc.uniqueArray(own, { minLength: 1 }), kind, (prefix, names, kind) => {
      for (const server of [prefix, 'a', '']) {
        const found = publicNames(kind, view(server), names);
        const shown = [...found.values()];
        assert.equal(new Set(shown).size, names.length);
        for (const name of shown) assert.match(name, /^[A-Za-z0-9_-]{1,64}$/);
        const again = publicNames(kind, view(server), names.toReversed());
        for (const [name, is] of again) assert.equal(is, found.get(name));
      }
    }),
  );
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

test('readOnly must hide each tool that does not say that it only reads, and that no list hides already', () => {
  const tool = (key: string, annotations?: unknown) => ({
    key,
    json: JSON.stringify({ name: key, annotations }),
  });
  const tools = [
    tool('reads', { readOnlyHint: true }),
    tool('writes', { readOnlyHint: false }),
    tool('silent'),
    tool('null', null),
    tool('text', { readOnlyHint: 'true' }),
    tool('denied'),
  ];
  const filter = { deny: ['denied'], rename: {} };
  assert.deepEqual(
    [...hiddenByReadOnly({ ...filter, readOnly: true }, tools)],
    ['writes', 'silent', 'null', 'text'],
  );
  assert.deepEqual([...hiddenByReadOnly(filter, tools)], []);
});
