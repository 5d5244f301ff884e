/** Arguments checked by their schema, in the dialect that it names. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileCheck } from '../../src/tools/arguments.ts';

for (const dialect of [
  'http://json-schema.org/draft-07/schema#',
  'https://json-schema.org/draft/2020-12/schema',
])
  test(`a schema must be checked in its dialect: ${dialect}`, async () => {
    const items = dialect.includes('07')
      ? { items: [{ type: 'number' }] }
      : { prefixItems: [{ type: 'number' }] };
    const check = await compileCheck('pair', {
      $schema: dialect,
      type: 'object',
      properties: { pair: { type: 'array', ...items } },
      required: ['pair'],
    });
    check({ pair: [1] });
    assert.throws(() => check({}), { code: 'USAGE', message: /`pair` is missing/ });
    assert.throws(() => check({ pair: ['x'] }), { code: 'USAGE', message: /must be number/ });
  });
