/** What Compose is given for a run: the services of that run, and no others. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compiledWith } from '../../src/compile/needs.ts';
import type { Stack } from '../../src/model/stack.ts';

const box = (serverName: string, compose: object = {}) => ({ serverName, type: 'container', compose });
const stack = {
  servers: [
    box('bad', { unknown_key: 1 }),
    box('good'),
    box('leans', { depends_on: { leant: { condition: 'service_started' } }, links: ['good:alias'] }),
    box('leant', { depends_on: ['leans'] }),
    { serverName: 'native', type: 'native' },
  ],
} as unknown as Stack;

const namesFor = (...services: string[]): string[] =>
  compiledWith(stack, services).servers.map(({ serverName }) => serverName);

test('a run must have its own services only, so that a bad entry stops no other', () => {
  assert.deepEqual(namesFor('good'), ['good']);
  assert.deepEqual(namesFor('bad', 'good'), ['bad', 'good']);
});

test('services that raw keys name must come with those that name them, in circles too', () => {
  assert.deepEqual(namesFor('leans'), ['good', 'leans', 'leant']);
});
