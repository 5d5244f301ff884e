/** Observation never fails: an engine that does not answer is a state, which is looked at again soon. */

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { GatewayError } from '../../src/errors.ts';
import type { Engine } from '../../src/model/engine.ts';
import type { OtherFile } from '../../src/model/observed.ts';
import { createObserver } from '../../src/runtime/observe.ts';
import { fakeClock } from '../helpers/fake-clock.ts';

const MISSING = { code: 'ENGINE_MISSING', reason: 'no engine', hint: 'install one' } as const;

const folder = mkdtempSync(join(tmpdir(), 'hive-observe-'));
after(() => rmSync(folder, { recursive: true }));

function world(containers?: () => Promise<[]>, holder?: () => Promise<OtherFile | undefined>) {
  const clock = fakeClock(0);
  const causes: string[] = [];
  const pipes = mkdtempSync(join(folder, 'pipes-'));
  const observer = createObserver({
    engine: containers && ({ containers } as unknown as Engine),
    engineMissing: MISSING,
    clock,
    owner: { makersOf: () => new Map(), otherFile: async () => ({ path: '', canBeDowned: false }) },
    holder: holder ?? (async () => undefined),
    pipes,
    requestReload: (cause) => causes.push(cause),
  });
  return { clock, causes, pipes, observer };
}

test('without an engine its absence must be observed, with the reason', async () => {
  const { observer } = world();
  assert.deepEqual(await observer.observe(), {
    engine: { state: 'absent', ...MISSING },
    containers: [],
    mislabelled: [],
  });
});

test('an engine that does not answer must be lost, and be observed again after five seconds', async () => {
  const lost = new GatewayError('ENGINE_UNREACHABLE', 'no answer', { hint: 'start it' });
  const { clock, causes, observer } = world(() => Promise.reject(lost));
  const { engine } = await observer.observe();
  assert.deepEqual(engine, {
    state: 'lost',
    code: 'ENGINE_UNREACHABLE',
    reason: 'no answer',
    hint: 'start it',
  });
  clock.advance(4_999);
  assert.deepEqual(causes, []);
  clock.advance(1);
  assert.deepEqual(causes, ['the engine did not answer']);
});

test('an engine that is back must not be waited for, nor after close', async () => {
  let isLost = true;
  const { clock, causes, observer } = world(async () => {
    if (isLost) throw new Error('hangs');
    return [];
  });
  await observer.observe();
  isLost = false;
  assert.deepEqual((await observer.observe()).engine, { state: 'ready' });
  clock.advance(10_000);
  isLost = true;
  await observer.observe();
  observer.close();
  clock.advance(10_000);
  assert.deepEqual(causes, []);
});

test('a stack whose name another gateway has must be tried again every five seconds, until that has ended', async () => {
  let holder: OtherFile | undefined = { path: '/b/hive.yaml', canBeDowned: true, pid: 7 };
  const { clock, causes, observer } = world(
    async () => [],
    async () => holder,
  );
  assert.equal((await observer.observe()).holder, holder);
  clock.advance(5_000);
  assert.deepEqual(causes, ['another gateway had the name of the stack']);
  holder = undefined;
  assert.equal('holder' in (await observer.observe()), false);
  clock.advance(10_000);
  assert.equal(causes.length, 1);
});

test('FIFOs that an earlier gateway left behind must be removed before this one makes any', async () => {
  const { pipes, observer } = world(async () => []);
  mkdirSync(join(pipes, 'left-behind'));
  await observer.observe();
  assert.deepEqual(readdirSync(pipes), []);
  mkdirSync(join(pipes, 'made-since'));
  await observer.observe();
  assert.deepEqual(readdirSync(pipes), ['made-since']);
});
