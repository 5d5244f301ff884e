/** How long a start may take that shows signs of life. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StartLimit } from '../../../src/runtime/upstream/start-limit.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';

for (const [at, isExtended] of [
  [249, false],
  [250, true],
] as const)
  test(`output after ${at} of 1000 ms must ${isExtended ? 'give' : 'not give'} a start more time`, () => {
    const clock = fakeClock(0);
    const seen: string[] = [];
    const events = {
      extended: (ms: number) => void seen.push(`extended ${ms}`),
      reached: (ms: number) => void seen.push(`reached ${ms}`),
    };
    const limit = new StartLimit(clock, 1_000, events);
    clock.advance(at);
    limit.alive();
    clock.advance(1_000 - at);
    assert.deepEqual(seen, [isExtended ? 'extended 1000' : 'reached 1000']);
    limit.close();
  });
