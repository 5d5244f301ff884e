/** Arguments of `hive op`, and its list of operations. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readArguments } from '../../src/cli/call/words.ts';
import { renderOperations } from '../../src/cli/op.ts';

const schema = {
  type: 'object',
  properties: {
    server: { type: 'string' },
    limit: { type: 'integer', default: 50 },
    problems: { type: 'boolean' },
    stream: { type: 'string', enum: ['stderr', 'hive'] },
    only: { type: 'array' },
  },
  required: ['server'],
};

test('a value has the type that the schema wants', () => {
  const words = ['server=7', 'limit=7', 'problems=true', 'stream=a=b', 'only=["x"]', 'unknown=1'];
  const expected = { server: '7', limit: 7, problems: true, stream: 'a=b', only: ['x'], unknown: '1' };
  assert.deepEqual(readArguments(words, schema), expected);
});

test('a value that does not fit its type is left to the operation to refuse', () => {
  assert.deepEqual(readArguments(['limit=many', 'problems='], schema), { limit: 'many', problems: '' });
});

for (const word of ['server', '=x'])
  test(`${word} is no argument`, () => {
    assert.throws(() => readArguments([word], schema), { code: 'USAGE', hint: /^write it as KEY=VALUE/ });
  });

test('the list shows names, arguments and what each operation does', () => {
  const text = renderOperations([
    { name: 'x_show', title: '', summary: 'Shows x.', effect: 'read', input: schema, output: {} },
    { name: 'y', title: '', summary: 'Does y.', effect: 'read', input: {}, output: {} },
  ]);
  assert.equal(
    text,
    [
      'x_show server=STRING [limit=50] [problems=BOOLEAN] [stream=stderr|hive] [only=ARRAY]',
      '    Shows x.',
      'y',
      '    Does y.',
    ].join('\n'),
  );
});
