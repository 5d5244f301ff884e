/** How long a server may be silent before it is asked in the other way. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Reply } from '../../../src/model/calls.ts';
import { toJson } from '../../../src/model/text/json.ts';
import { HasBothEras, negotiate } from '../../../src/runtime/upstream/negotiate.ts';
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

for (const [lateMs, hasBoth] of [
  [249, true],
  [250, false],
] as const)
  test(`a process must be known to have both eras ${hasBoth ? 'if' : 'no more if'} it answers the probe ${lateMs} ms after initialize`, async () => {
    const clock = fakeClock(0);
    const probe = Promise.withResolvers<Reply>();
    const reply = (result: object): Reply => ({ kind: 'result', json: toJson(result) });
    const initialized = reply({
      protocolVersion: '2025-11-25',
      capabilities: {},
      serverInfo: { name: 's', version: '1' },
    });
    const discovered = reply({ resultType: 'complete', supportedVersions: ['2026-07-28'], capabilities: {} });
    const call = ({ method }: { method: string }): Promise<Reply> =>
      method === 'initialize' ? Promise.resolve(initialized) : probe.promise;
    const outcome = negotiate({ serverName: 's', clock, kind: 'child', startMs: 60_000, call }).then(
      ({ era }) => era,
      (error: Error) => error,
    );
    const settle = async () => {
      for (let turns = 0; turns < 5; turns += 1) await new Promise(setImmediate);
    };
    await settle();
    clock.advance(3_000);
    await settle();
    clock.advance(lateMs);
    await settle();
    probe.resolve(discovered);
    await settle();
    const found = await outcome;
    assert.equal(found instanceof HasBothEras, hasBoth, String(found));
  });
