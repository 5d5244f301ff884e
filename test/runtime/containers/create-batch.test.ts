import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBatches } from '../../../src/runtime/containers/create-batch.ts';

/** Nothing takes longer than others wait for it. */
const untilPrepared = (event: Promise<void>): Promise<void> => event;
/** The time is over at once. */
const untilLate = async (): Promise<void> => {};

/**
 * Runs of compose as they were asked for; a service named `bad` fails its run, one named `unmade` gets no
 * container.
 */
function recorded(wait = untilPrepared) {
  const runs: string[][] = [];
  const batch = createBatches(async (services) => {
    runs.push([...services]);
    if (services.includes('bad')) throw new Error('compose says no');
    return new Map(services.filter((it) => it !== 'unmade').map((service) => [service, `id of ${service}`]));
  }, wait);
  return { runs, batch };
}

const afterTurns = async (turns: number): Promise<void> => {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
};

test('servers that start together must cost one run of compose, however long each prepares', async () => {
  const { runs, batch } = recorded();
  const ids = ['a', 'b', 'c'].map((service, index) => batch(service, () => afterTurns(index * 3)));
  assert.deepEqual(await Promise.all(ids), ['id of a', 'id of b', 'id of c']);
  assert.deepEqual(runs, [['a', 'b', 'c']]);
});

test('a server that builds for long must not hold up the others', async () => {
  const { runs, batch } = recorded(untilLate);
  const built = Promise.withResolvers<void>();
  const slow = batch('slow', () => built.promise);
  assert.equal(await batch('quick', async () => {}), 'id of quick');
  built.resolve();
  assert.equal(await slow, 'id of slow');
  assert.deepEqual(runs, [['quick'], ['slow']]);
});

test('a server that cannot be prepared must fail by itself', async () => {
  const { runs, batch } = recorded();
  const unprepared = batch('unprepared', async () => {
    throw new Error('no such image');
  });
  const fine = batch('fine', () => afterTurns(3));
  await assert.rejects(unprepared, /no such image/);
  assert.equal(await fine, 'id of fine');
  assert.deepEqual(runs, [['fine']]);
});

test('when a run of several fails, only the bad one must fail', async () => {
  const { runs, batch } = recorded();
  const [good, bad, unmade] = ['good', 'bad', 'unmade'].map((service) => batch(service, async () => {}));
  await assert.rejects(bad as Promise<unknown>, /compose says no/);
  assert.deepEqual([await good, await unmade], ['id of good', undefined]);
  assert.deepEqual(runs, [['good', 'bad', 'unmade'], ['good'], ['bad'], ['unmade']]);
});
