/** How long a server may be silent before it is asked in the other way. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Reply } from '../../../src/model/calls.ts';
import { negotiate } from '../../../src/runtime/upstream/negotiate.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';

for (const [kind, startMs, silenceMs] of [
  ['child', 60_000, 3_000],
  ['child', 8_000, 2_000],
  ['attach', 60_000, 10_000],
  ['attach', 20_000, 5_000],
  ['http', 60_000, 30_000],
] as const)
  test(`a server that starts within ${startMs} ms must be initialized after ${silenceMs} ms of silence: ${kind}`, async () => {
    const clock = fakeClock(0);
    const asked: string[] = [];
    const call = ({ method }: { method: string }): Promise<Reply> => {
      asked.push(method);
      return new Promise(() => {});
    };
    void negotiate({ serverName: 's', clock, kind, startMs, call });
    await new Promise(setImmediate);
    clock.advance(silenceMs - 1);
    await new Promise(setImmediate);
    assert.deepEqual(asked, ['server/discover']);
    clock.advance(1);
    await new Promise(setImmediate);
    assert.deepEqual(asked, ['server/discover', 'initialize']);
  });
