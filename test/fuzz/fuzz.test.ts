/** A short run of every target with the same inputs each time, after the inputs that failed once. `npm run fuzz` runs for longer. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SEED } from '../helpers/seed.ts';
import { runTarget } from './campaign.ts';
import { keptFor } from './kept.ts';
import { TARGETS, TEST_INPUTS } from './targets.ts';

for (const target of TARGETS) {
  const { name, oracle } = target;
  const kept = keptFor(name);
  if (kept.length > 0)
    test(`${name}: inputs that failed once must pass`, async (t) => {
      const checker = await target.open();
      t.after(() => checker.close?.());
      for (const { name: file, input } of kept) await t.test(file, () => checker.check(input));
    });

  const maxInputs = TEST_INPUTS[name];
  if (maxInputs !== undefined)
    test(`${name}: ${oracle}`, async () => {
      const { failure } = await runTarget(target, { seed: SEED, maxInputs });
      assert.equal(
        failure && `seed ${failure.seed}: ${JSON.stringify(failure.input)}\n${failure.reason}`,
        undefined,
      );
    });
}
