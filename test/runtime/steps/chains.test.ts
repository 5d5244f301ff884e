/** Work on one server never overlaps, and the newest request for it wins. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createChains } from '../../../src/runtime/steps/chains.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';

function world() {
  const clock = fakeClock(0);
  return { clock, chains: createChains(clock), log: [] as string[] };
}

/** Work that notes its begin and end, and ends when it is told to, or when it is aborted. */
function work(log: string[], name: string) {
  const done = Promise.withResolvers<void>();
  const run = async (signal: AbortSignal): Promise<void> => {
    log.push(`${name} begins${signal.aborted ? ' aborted' : ''}`);
    signal.addEventListener('abort', () => done.resolve());
    await done.promise;
    log.push(`${name} ends`);
  };
  return { run, end: () => done.resolve() };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('newer work must abort the older work of its server, and begin after its end', async () => {
  const { chains, log } = world();
  const first = work(log, 'first');
  const second = work(log, 'second');
  const one = chains.replace('a', first.run);
  await turn();
  const two = chains.replace('a', second.run);
  await turn();
  assert.deepEqual(log, ['first begins', 'first ends', 'second begins']);
  second.end();
  await Promise.all([one, two]);
});

test('work on different servers must run side by side', async () => {
  const { chains, log } = world();
  const [a, b] = [work(log, 'a'), work(log, 'b')];
  const all = Promise.all([chains.replace('a', a.run), chains.replace('b', b.run)]);
  await turn();
  assert.deepEqual(log, ['a begins', 'b begins']);
  a.end();
  b.end();
  await all;
});

test('work that fails must reject for its caller, and not keep the next work from running', async () => {
  const { chains, log } = world();
  const failing = chains.replace('a', async () => {
    throw new Error('the engine refused');
  });
  const next = work(log, 'next');
  const after = chains.replace('a', next.run);
  await assert.rejects(failing, /the engine refused/);
  await turn();
  next.end();
  await after;
  assert.deepEqual(log, ['next begins', 'next ends']);
});

test('close must abort everything, wait for its end, and let nothing begin', async () => {
  const { chains, log } = world();
  void chains.replace('a', work(log, 'a').run);
  await turn();
  await chains.close();
  await chains.replace('a', work(log, 'late').run);
  assert.deepEqual(log, ['a begins', 'a ends']);
  assert.equal(chains.isClosed, true);
});

test('close must leave work behind that does not end within 15 seconds', async () => {
  const { chains, clock } = world();
  void chains.replace('a', () => new Promise(() => {}));
  await turn();
  let isClosed = false;
  const closing = chains.close().then(() => {
    isClosed = true;
  });
  clock.advance(14_999);
  await turn();
  assert.equal(isClosed, false);
  clock.advance(1);
  await closing;
});
