/** Which operations commands get, by what is declared. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BuiltinDeps, createBuiltins } from '../../src/builtins/builtins.ts';

test('commands must have the operations of use: gateway, whether or not an entry declares it', async () => {
  let declared: ReturnType<BuiltinDeps['declared']> = [];
  const builtins = createBuiltins({ declared: () => declared } as unknown as BuiltinDeps);
  const runner = await builtins.operations();
  assert.ok(runner.all.some(({ name }) => name === 'server_list'));
  declared = [{ use: 'gateway' }] as unknown as typeof declared;
  assert.equal(await builtins.operations(), runner);
});
