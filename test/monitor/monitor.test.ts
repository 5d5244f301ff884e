/** Sampling: when it happens, what it keeps, and what it asks of an engine. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallTally } from '../../src/model/calls.ts';
import type { UsageFeed } from '../../src/model/engine.ts';
import type { ServerStatus } from '../../src/model/status.ts';
import type { Metric } from '../../src/model/watch/series.ts';
import type { Usage } from '../../src/model/watch/usage.ts';
import { Monitor } from '../../src/monitor/monitor.ts';
import { fakeClock } from '../helpers/fake-clock.ts';
import { FakeEngine } from '../helpers/fake-engine.ts';
import { server } from '../operations/gateway/harness.ts';

const START = 1_795_262_400_000;
const turn = () => new Promise(setImmediate);

function setUp(servers: readonly ServerStatus[] = []) {
  const clock = fakeClock(START);
  const engine = new FakeEngine({ clock });
  const given = { servers, usages: new Map<string, Usage>(), reads: 0 };
  const tallies = new Map<string, CallTally>();
  const monitor = new Monitor({
    engine,
    clock,
    board: { all: () => given.servers },
    tallies,
    processes: async () => {
      given.reads += 1;
      return given.usages;
    },
  });
  /** Passes seconds one by one, with time for what is asked. */
  const pass = async (seconds: number): Promise<void> => {
    for (let second = 0; second < seconds; second++) {
      clock.advance(1_000);
      await turn();
    }
  };
  const latest = (serverName: string, metric: Metric) =>
    monitor.rings(serverName)?.newest(metric as 'cpu', clock.now(), 3_000);
  return { clock, engine, given, tallies, monitor, pass, latest };
}

const ask = { serverName: 'c', metrics: ['memory'], rangeMs: 5_000 } as const;

test('nothing may be sampled before somebody wants it, nor five minutes after somebody has asked', async () => {
  const { engine, monitor, pass } = setUp([server('c', { containerId: '1' })]);
  engine.create().start();
  await pass(3);
  assert.deepEqual([monitor.isSampling, engine.requests], [false, []]);
  assert.deepEqual(monitor.series(ask).series[0]?.values, [null, null, null, null, null]);
  await pass(3);
  assert.deepEqual(engine.requests, ['followUsage 1']);
  assert.deepEqual(monitor.series(ask).series[0], {
    ...{ metric: 'memory', unit: 'bytes' },
    values: [null, null, 1_000, 1_000, 1_000].slice(0, 5),
  });
  await pass(301);
  assert.equal(monitor.isSampling, false);
  monitor.close();
});

test('CPU must be the growth of its time, and begin anew with another container', async () => {
  const { engine, given, monitor, pass, latest } = setUp([server('c', { containerId: '1' })]);
  engine.create().start();
  engine.create().start();
  monitor.always = true;
  await pass(3);
  assert.equal(latest('c', 'cpu'), 100);
  assert.equal(latest('c', 'memoryLimit'), 2_000);
  given.servers = [server('c', { containerId: '2' })];
  await pass(1);
  assert.equal(engine.requests.at(-1), 'followUsage 2');
  monitor.close();
});

test('a container that has stopped must have no figures, rather than zeros', async () => {
  const { engine, monitor, pass, latest } = setUp([server('c', { containerId: '1' })]);
  const container = engine.create();
  container.start();
  monitor.always = true;
  await pass(3);
  container.process.exit(0);
  await pass(5);
  assert.equal(latest('c', 'memory'), undefined);
  assert.equal(monitor.series(ask).series[0]?.values.at(-1), null);
  monitor.close();
});

test('processes must be read once a second, and only where there are any', async () => {
  const { given, monitor, pass, latest } = setUp([server('r', { type: 'remote' })]);
  monitor.always = true;
  await pass(3);
  assert.equal(given.reads, 0);
  given.servers = [server('n')];
  for (let second = 1; second <= 3; second++) {
    given.usages = new Map([
      ['n', { at: START + second * 1_000, cpuSeconds: second / 4, memoryBytes: 7, pids: 2 }],
    ]);
    await pass(1);
  }
  assert.equal(given.reads, 3);
  assert.deepEqual([latest('n', 'cpu'), latest('n', 'memory'), latest('n', 'pids')], [25, 7, 2]);
  monitor.close();
});

test('reading processes may take two percent of the time at most', async () => {
  const { clock, given } = setUp([server('n')]);
  let spentMs = 0;
  const slow = new Monitor({
    ...{ engine: undefined, tallies: new Map(), board: { all: () => given.servers } },
    clock: { ...clock, ticks: () => clock.now() + spentMs },
    processes: async () => {
      given.reads += 1;
      spentMs += 100;
      return new Map();
    },
  });
  slow.always = true;
  await turn();
  for (let second = 0; second < 20; second++) {
    clock.advance(1_000);
    await turn();
  }
  assert.ok(given.reads >= 4 && given.reads <= 5, `${given.reads} reads of 100 ms in 22 s`);
  slow.close();
});

test('more than fifty containers must be asked for each five seconds, in place of fifty streams', async () => {
  const names = Array.from({ length: 51 }, (_, index) => `s${index}`);
  const { engine, given, monitor, pass, latest } = setUp(
    names.slice(1).map((name, index) => server(name, { containerId: String(index + 1) })),
  );
  for (const _ of names) engine.create().start();
  const asked = (method: string) => engine.requests.filter((it) => it.startsWith(`${method} `)).length;
  monitor.always = true;
  await pass(2);
  assert.deepEqual([asked('followUsage'), asked('usage')], [50, 0]);
  given.servers = [...given.servers, server('more', { containerId: '51' })];
  await pass(11);
  assert.deepEqual([asked('followUsage'), asked('usage')], [50, 51 * 3]);
  assert.equal(latest('more', 'memory'), 1_000);
  monitor.close();
});

test('a stream that has ended must be opened again after five seconds, and all be closed at the end', async () => {
  const feeds: { readonly close: () => void; readonly ended: PromiseWithResolvers<void> }[] = [];
  const clock = fakeClock(START);
  let closed = 0;
  const followUsage = async (): Promise<UsageFeed> => {
    const ended = Promise.withResolvers<void>();
    const close = (): void => {
      closed += 1;
      ended.resolve();
    };
    feeds.push({ close, ended });
    return { ended: ended.promise, close };
  };
  const engine = { followUsage, usage: async () => undefined };
  const servers = [server('c', { containerId: '1' })];
  const monitor = new Monitor({ engine, clock, tallies: new Map(), board: { all: () => servers } });
  monitor.always = true;
  await turn();
  feeds[0]?.ended.resolve();
  await turn();
  for (let second = 0; second < 4; second++) clock.advance(1_000);
  await turn();
  assert.equal(feeds.length, 1);
  clock.advance(1_000);
  await turn();
  assert.equal(feeds.length, 2);
  monitor.close();
  assert.equal(closed, 1);
});

test('calls must be counted from the totals of the gateway, with the seconds that a late look has missed', async () => {
  const { clock, given, tallies, monitor, pass } = setUp([server('s', { type: 'remote' })]);
  const tally = {
    inFlight: 2,
    succeeded: 10,
    failed: 0,
    toolErrors: 0,
    milliseconds: 0,
    latencies: new Map(),
  };
  tallies.set('s', tally);
  monitor.always = true;
  await pass(2);
  Object.assign(tally, { succeeded: 14, failed: 1, toolErrors: 1 });
  await pass(1);
  const sum = (figure: 'calls' | 'errors') =>
    monitor.rings('s')?.sum(figure, clock.now() - 60_000, clock.now() + 1_000, 0);
  assert.deepEqual([sum('calls'), sum('errors')], [5, 2]);
  assert.equal(monitor.rings('s')?.newest('inFlight', clock.now(), 3_000), 2);
  given.servers = [];
  await pass(1);
  assert.deepEqual([monitor.rings('s'), monitor.bytes], [undefined, 0], 'a removed server must be forgotten');
  monitor.close();
});

test('of two hundred servers figures must be kept, and of no more', async () => {
  const servers = Array.from({ length: 201 }, (_, index) => server(`s${index}`, { type: 'remote' }));
  const { tallies, monitor, pass } = setUp(servers);
  for (const { serverName } of servers)
    tallies.set(serverName, {
      inFlight: 0,
      succeeded: 0,
      failed: 0,
      toolErrors: 0,
      milliseconds: 0,
      latencies: new Map(),
    });
  monitor.always = true;
  await pass(2);
  assert.ok(monitor.rings('s199'));
  assert.equal(monitor.rings('s200'), undefined);
  monitor.close();
});

test('an answer must have a thousand points at most, and three hundred if nobody says how many', async () => {
  const { monitor } = setUp([server('c')]);
  const points = (rangeMs: number, stepMs?: number) => {
    const { stepMs: step, series } = monitor.series({ serverName: 'c', metrics: ['cpu'], rangeMs, stepMs });
    return [step, series[0]?.values.length];
  };
  assert.deepEqual(points(600_000, 1_000), [1_000, 600]);
  assert.deepEqual(points(600_000), [2_000, 300]);
  assert.deepEqual(points(6 * 3_600_000, 1_000), [30_000, 720]);
  assert.deepEqual(points(7 * 86_400_000, 1_000), [660_000, 917]);
  monitor.close();
});
