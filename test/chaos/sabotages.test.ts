/** The self-test of chaos takes minutes; here is what it needs. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import * as acts from './clients/acts.ts';
import { FAULTS } from './faults/faults.ts';
import { SABOTAGES } from './self-test/sabotages.ts';

test('each sabotage of the self-test must fit the source as it is now', () => {
  for (const { name, path, text } of SABOTAGES) {
    const source = readFileSync(join(import.meta.dirname, '../..', path), 'utf8');
    assert.equal(source.split(text).length, 2, `${name}: ${path}`);
  }
});

test('each sabotage must name acts and faults that there are', () => {
  const faultNames = new Set(FAULTS.map(({ name }) => name));
  for (const sabotage of SABOTAGES) {
    assert.deepEqual(sabotage.acts?.filter((name) => !(name in acts)) ?? [], [], sabotage.name);
    assert.deepEqual(sabotage.faults?.filter((name) => !faultNames.has(name)) ?? [], [], sabotage.name);
  }
});
