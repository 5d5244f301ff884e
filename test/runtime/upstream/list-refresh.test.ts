import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ListKind } from '../../../src/model/catalog.ts';
import { ListRefresh } from '../../../src/runtime/upstream/list-refresh.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';

function world() {
  const clock = fakeClock(0);
  const read: ListKind[][] = [];
  let finish: (restMs: number) => void = () => {};
  const refresh = new ListRefresh(clock, (kinds) => {
    read.push([...kinds]);
    return new Promise((resolve) => {
      finish = resolve;
    });
  });
  const done = async (restMs = 0): Promise<void> => {
    finish(restMs);
    await new Promise(setImmediate);
  };
  return { clock, refresh, read, done };
}

test('a burst of announcements must cause one reading of each list', () => {
  const { clock, refresh, read } = world();
  refresh.start();
  refresh.add(['tools']);
  clock.advance(50);
  refresh.add(['tools', 'prompts']);
  clock.advance(49);
  assert.deepEqual(read, []);
  clock.advance(1);
  assert.deepEqual(read, [['tools', 'prompts']]);
});

test('changes before the start must be read after it', () => {
  const { clock, refresh, read } = world();
  refresh.add(['tools']);
  clock.advance(1_000);
  assert.deepEqual(read, []);
  refresh.start();
  clock.advance(100);
  assert.deepEqual(read, [['tools']]);
});

test('a change during a reading must be read after it, and nothing once it is closed', async () => {
  const { clock, refresh, read, done } = world();
  refresh.start();
  refresh.add(['tools']);
  clock.advance(100);
  refresh.add(['tools']);
  clock.advance(1_000);
  assert.equal(read.length, 1);
  await done();
  clock.advance(100);
  assert.equal(read.length, 2);
  refresh.add(['prompts']);
  refresh.close();
  await done();
  clock.advance(1_000);
  assert.equal(read.length, 2);
});

test('a list that was long must not be read again before it has rested', async () => {
  const { clock, refresh, read, done } = world();
  refresh.start();
  refresh.add(['tools']);
  clock.advance(100);
  await done(5_000);
  refresh.add(['tools']);
  clock.advance(4_999);
  assert.equal(read.length, 1);
  clock.advance(1);
  assert.equal(read.length, 2);
});
