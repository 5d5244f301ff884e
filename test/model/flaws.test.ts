/** Flaws of a server's definitions, as its status names them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Flaws, flawsOf } from '../../src/model/catalog.ts';
import { inventory } from '../catalog/fixtures.ts';

test('twenty flaws of a server must be named in its status, and all be counted', () => {
  const flaws = (count: number) =>
    ({
      mended: count,
      leftOut: 1,
      named: Array.from({ length: count }, (_, index) => `flaw ${index}`),
    }) as unknown as Flaws;
  const found = flawsOf(inventory('s', { flaws: { tools: flaws(15), prompts: flaws(15) } }));
  assert.deepEqual([found?.mended, found?.leftOut, found?.named.length], [30, 2, 20]);
  assert.equal(flawsOf(inventory('s')), undefined);
});
