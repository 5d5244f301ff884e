/** Which names lie within a prefix, and which names people and models may confuse. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alike, covers } from '../../../src/model/text/prefixes.ts';
import { publicUrl } from '../../../src/model/text/public-url.ts';

test('a prefix must cover its own name and what follows an underscore, and nothing else', () => {
  for (const [prefix, name, expected] of [
    ['web', 'web', true],
    ['web', 'web_', true],
    ['web', 'web_echo', true],
    ['web_a', 'web_a_b', true],
    ['web', 'web2_echo', false],
    ['web', 'webecho', false],
    ['web', 'a_web_echo', false],
    ['web', 'echo_web', false],
    ['web', 'we', false],
    ['web', 'Web_echo', false],
    ['', 'web', false],
    ['', '_web', false],
    ['', '', false],
  ] as const)
    assert.equal(covers(prefix, name), expected, `${prefix} ${name}`);
});

test('letter case, dashes and dots must not tell names apart', () => {
  assert.equal(alike('Basic-Memory.X-y.z'), 'basic_memory_x_y_z');
  assert.equal(alike('a b+c'), 'a b+c');
});

test('a URL for display must have neither a user nor a query', () => {
  assert.equal(
    publicUrl('https://me:secret@host.example:8443/a/b?token=x#y'),
    'https://host.example:8443/a/b',
  );
});
