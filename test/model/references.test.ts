/** References to variables, and to secrets that Hive keeps. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { escapeForCompose, resolveReferences, unsetIn, variablesIn } from '../../src/model/references.ts';
import { composeVariable } from '../../src/model/secrets/secret-name.ts';

const VALUES = { A: 'a', 'secret:A': 'kept', 'secret:EMPTY': '' };

test('a secret must be referred to with all operators, and be no variable of the same name', () => {
  const resolved = (text: string): string => resolveReferences(text, VALUES);
  assert.equal(resolved('x-${secret:A}-${A}'), 'x-kept-a');
  assert.equal(resolved('${secret:NONE:-b}'), 'b');
  assert.equal(resolved('${secret:EMPTY-b}${secret:EMPTY:-c}'), 'c');
  assert.equal(resolved('${secret:A:+there}'), 'there');
  assert.equal(resolved('$${secret:A}'), '${secret:A}');
  // A variable may have that name.
  assert.equal(resolved('${secret:-b}'), 'b');
  assert.deepEqual(variablesIn('${secret:A}${A}${secret:B?x}'), ['secret:A', 'A', 'secret:B']);
  assert.deepEqual(unsetIn('${secret:A}${secret:B}${secret:C:-x}${secret:EMPTY:?x}', VALUES), [
    'secret:B',
    'secret:EMPTY',
  ]);
});

test('what is no name of a secret must stay text', () => {
  for (const text of ['${secret:1}', '${secret:}', '${secret: A}', '${Secret:A}', '${secret:A.B}'])
    assert.equal(resolveReferences(text, VALUES), text);
});

test('Compose must get a secret by a name that it knows', () => {
  assert.equal(escapeForCompose('a $ ${secret:A:-x} ${A} $$'), 'a $$ ${HIVE_SECRET_A:-x} ${A} $$');
  assert.equal(escapeForCompose('$${secret:A}'), '$${secret:A}');
  assert.equal(escapeForCompose('${secret:1}'), '$${secret:1}');
  assert.equal(composeVariable('secret:A'), 'HIVE_SECRET_A');
  assert.equal(composeVariable('A'), 'A');
});
