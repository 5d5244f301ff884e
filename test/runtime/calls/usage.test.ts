import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServerView } from '../../../src/model/desired.ts';
import { createUsage } from '../../../src/runtime/calls/usage.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { requestOf, resultOf, SESSION, serving, under } from './harness.ts';

const VIEW = { start: 'lazy', isolation: 'shared', timeouts: { idle: 1_000 } } as unknown as ServerView;

function harness(view: object = {}) {
  const clock = fakeClock();
  const idle: string[] = [];
  const tasks = { running: 0, lastUpdateAt: 0 };
  const isolated = { count: 0, tasks: [] };
  let followed = false;
  const all = { ...VIEW, ...view };
  const instance = serving(all, { upstream: { tasks }, isolated });
  const usage = createUsage({
    clock,
    instances: { serving: () => instance },
    isFollowed: () => followed,
    onIdle: (name) => void idle.push(name),
  });
  const isIdle = (): boolean => usage.isIdle('s', all as unknown as ServerView);
  const follow = (next: boolean): void => {
    followed = next;
  };
  return { ...under(usage.layer), clock, usage, idle, tasks, isolated, isIdle, follow };
}

test('a lazy server must be idle when its last call ended longer ago than its idle time', async () => {
  const { call, passed, clock, usage, idle, isIdle } = harness();
  usage.watch('s');
  call('s', requestOf('tools/call'), SESSION);
  clock.advance(5_000);
  assert.ok(!isIdle());
  await passed[0]?.answer(resultOf('{}'));
  clock.advance(999);
  assert.ok(!isIdle());
  assert.equal(idle.length, 0);
  clock.advance(1_001);
  assert.ok(isIdle());
  assert.ok(idle.includes('s'));
});

for (const [what, use, end] of [
  ['a followed resource', (it) => it.follow(true), (it) => it.follow(false)],
  ['a running task', (it) => (it.tasks.running = 1), (it) => (it.tasks.running = 0)],
] satisfies [string, ...((it: ReturnType<typeof harness>) => void)[]][])
  test(`${what} must keep a lazy server in use`, () => {
    const it = harness();
    it.usage.watch('s');
    use?.(it);
    it.clock.advance(2_000);
    assert.ok(!it.isIdle());
    end?.(it);
    assert.ok(it.isIdle());
  });

test('an open session must keep a server in use only if each session has a connection of its own', () => {
  for (const [isolation, isIdle] of [
    ['session', false],
    ['shared', true],
  ] as const) {
    const it = harness({ isolation });
    it.usage.watch('s');
    it.isolated.count = 1;
    it.clock.advance(2_000);
    assert.equal(it.isIdle(), isIdle);
  }
});

test('the notification of a task’s end must count as use: its result is fetched after that', () => {
  const it = harness();
  it.usage.watch('s');
  it.clock.advance(2_000);
  it.tasks.lastUpdateAt = it.clock.now();
  assert.ok(!it.isIdle());
});

test('calls to servers that are not lazy must not be watched', async () => {
  const it = harness({ start: 'eager' });
  it.call('s', requestOf('tools/call'), SESSION);
  it.usage.watch('s');
  it.clock.advance(10_000);
  assert.deepEqual(it.idle, []);
});
