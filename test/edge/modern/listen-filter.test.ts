/** What a client of 2026-07-28 may subscribe to. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { declaresTasks, flagsOf, listOf, readFilter } from '../../../src/edge/modern/listen-filter.ts';
import { whole } from '../../../src/wire/envelope.ts';

function read(filter: unknown) {
  const text = Buffer.from(JSON.stringify(filter));
  return readFilter(text, whole(text));
}

const many = (count: number): string[] => Array.from({ length: count }, (_, n) => `x:${n}`);

for (const name of ['resourceSubscriptions', 'taskIds'] as const)
  test(`no more than 1000 ${name} must fit into one request`, () => {
    assert.equal(typeof read({ [name]: many(1_000) }), 'object');
    assert.match(read({ [name]: many(1_001) }) as string, new RegExp(`at most 1000 ${name}`));
  });

test('what is not as the specification says must be named', () => {
  const text = Buffer.from('x');
  assert.match(readFilter(text, undefined) as string, /must be an object/);
  for (const filter of [null, [], 'x', 1]) assert.match(read(filter) as string, /must be an object/);
  for (const flag of ['toolsListChanged', 'promptsListChanged', 'resourcesListChanged'])
    for (const value of [null, 1, 'true'])
      assert.equal(read({ [flag]: value }), `params.notifications.${flag} must be true or false`);
  for (const name of ['resourceSubscriptions', 'taskIds'])
    for (const value of [null, 'x', {}, [1], ['a', null]])
      assert.equal(read({ [name]: value }), `params.notifications.${name} must be an array of strings`);
});

test('only flags that are true must count, each for its list', () => {
  const flags = flagsOf({ toolsListChanged: true, promptsListChanged: false, resourcesListChanged: true });
  assert.deepEqual(flags.map(listOf), ['tools', 'resources']);
  assert.deepEqual(flagsOf({}), []);
});

test('tasks must be declared as an object', () => {
  const declared = (extensions: unknown): boolean => {
    const meta = { 'io.modelcontextprotocol/clientCapabilities': { extensions } };
    const text = Buffer.from(JSON.stringify(meta));
    return declaresTasks(text, new Map([['_meta', whole(text)]]));
  };
  assert.equal(declared({ 'io.modelcontextprotocol/tasks': {} }), true);
  for (const extensions of [{}, null, { 'io.modelcontextprotocol/tasks': true }, { other: {} }])
    assert.equal(declared(extensions), false, JSON.stringify(extensions));
  assert.equal(declaresTasks(Buffer.from('{}'), new Map()), false);
});
