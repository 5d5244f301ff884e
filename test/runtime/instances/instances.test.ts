/** Instances change phase only in the ways that the table of transitions allows. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GatewayError } from '../../../src/errors.ts';
import type { Instance, Phase } from '../../../src/runtime/instances/instance.ts';
import type { Instances } from '../../../src/runtime/instances/instances.ts';
import { ALLOWED_IN, type Transition } from '../../../src/runtime/instances/transitions.ts';
import { connections, table, unit } from './harness.ts';

const ERROR = new GatewayError('SERVER_EXITED', 'it exited');

const noHealth = { close() {} };

/** Brings a new instance into the phase. */
const INTO: Record<Phase, (instances: Instances, instance: Instance) => void> = {
  starting: () => {},
  ready: (instances, it) => instances.connected(it, connections(), noHealth),
  failed: (instances, it) => instances.failed(it, ERROR),
  draining: (instances, it) => instances.draining(it, false),
  ended: (instances, it) => instances.end(it),
};

const TRANSITIONS: Record<
  Exclude<Transition, 'retryDue'>,
  (instances: Instances, instance: Instance) => void
> = {
  created: (instances, it) => instances.created(it, { containerId: 'c1' }),
  linked: (instances, it) => instances.linked(it, 'child'),
  connected: INTO.ready,
  failed: INTO.failed,
  updated: (instances, it) => instances.updated(it, unit()),
  suspected: (instances, it) => instances.suspected(it, { error: ERROR, detail: 'missed 1' }),
  recovered: (instances, it) => instances.recovered(it),
  draining: INTO.draining,
  ended: INTO.ended,
};

/** The phase that each transition leads to, where it is not the one it began in. */
const LEADS_TO: Partial<Record<Transition, Phase>> = {
  connected: 'ready',
  failed: 'failed',
  draining: 'draining',
  ended: 'ended',
};

for (const phase of Object.keys(INTO) as Phase[])
  for (const [name, run] of Object.entries(TRANSITIONS)) {
    const transition = name as keyof typeof TRANSITIONS;
    const isAllowed = (ALLOWED_IN[transition] as readonly Phase[]).includes(phase);
    const outcome = isAllowed ? 'possible' : 'refused';
    test(`"${transition}" must be ${outcome} while an instance is ${phase}`, () => {
      const { instances, events } = table();
      const instance = instances.begin(unit(), 'native');
      INTO[phase](instances, instance);
      events.splice(0);
      const { state } = instance;
      if (isAllowed) {
        run(instances, instance);
        assert.equal(instance.state.phase, LEADS_TO[transition] ?? phase);
      } else {
        assert.throws(() => run(instances, instance), { code: 'INTERNAL' });
        assert.equal(instance.state, state);
        assert.deepEqual(events, []);
      }
    });
  }

test('exactly these transitions must be possible', () => {
  assert.deepEqual(ALLOWED_IN, {
    created: ['starting'],
    linked: ['starting'],
    connected: ['starting'],
    failed: ['starting', 'ready'],
    retryDue: ['failed'],
    updated: ['ready'],
    suspected: ['ready'],
    recovered: ['ready'],
    draining: ['starting', 'ready', 'failed'],
    ended: ['starting', 'failed', 'draining'],
  });
});

test('only a ready instance may serve, and the newest one does', () => {
  const { instances } = table();
  const old = instances.begin(unit(), 'native');
  assert.equal(instances.serving('files'), undefined);
  instances.connected(old, connections(), noHealth);
  const next = instances.begin(unit('files', { hash: 'h2' }), 'native');
  assert.equal(instances.serving('files'), old);
  instances.connected(next, connections(), noHealth);
  assert.equal(instances.serving('files'), next);
  instances.draining(old, false);
  assert.equal(instances.serving('files'), next);
  instances.failed(next, ERROR);
  assert.equal(instances.serving('files'), undefined);
});

test('health checks must end with the phase that they check', () => {
  for (const leave of [INTO.failed, INTO.draining]) {
    const { instances } = table();
    const instance = instances.begin(unit(), 'native');
    const closed: string[] = [];
    instances.connected(instance, connections(), { close: () => void closed.push('health') });
    leave(instances, instance);
    assert.deepEqual(closed, ['health']);
  }
});

test('a server that answers again must not be shown as silent any more', () => {
  const { instances } = table();
  const instance = instances.begin(unit(), 'native');
  instances.connected(instance, connections(), noHealth);
  instances.suspected(instance, { error: ERROR, detail: 'missed 1' });
  assert.equal(instance.state.phase === 'ready' && instance.state.silence?.detail, 'missed 1');
  instances.recovered(instance);
  assert.equal(instance.state.phase === 'ready' && 'silence' in instance.state, false);
});

test('a failed instance must be left alone until its retry is due', () => {
  const { instances, clock, events } = table();
  instances.failed(instances.begin(unit(), 'native'), ERROR);
  assert.deepEqual(
    instances.observed().map(({ phase, isBackingOff, reason }) => [phase, isBackingOff, reason]),
    [['failed', true, 'it exited']],
  );
  clock.advance(999);
  assert.equal(instances.observed()[0]?.isBackingOff, true);
  clock.advance(1);
  assert.equal(instances.observed()[0]?.isBackingOff, false);
  assert.deepEqual(events, ['begun', 'failed', 'retryDue']);
});

test('the next attempt must replace the failed one, and count its failures on', () => {
  const { instances } = table();
  for (const delay of [1_000, 2_000, 4_000, 8_000, 30_000, 60_000]) {
    const instance = instances.begin(unit(), 'native');
    instances.failed(instance, ERROR);
    assert.equal(instances.all().length, 1);
    assert.equal(instance.state.phase === 'failed' && instance.state.retryInMs, delay);
  }
});

test('the next attempt must be due at once when a call, a session or the network asks for it', () => {
  const { instances, clock, events } = table();
  instances.failed(instances.begin(unit(), 'native'), ERROR);
  assert.equal(instances.hurry('files', 'call'), false);
  clock.advance(999);
  assert.equal(instances.hurry('files', 'session'), false);
  assert.equal(instances.hurry('files', 'network'), true);
  assert.equal(instances.hurry('files', 'network'), true);
  clock.advance(10_000);
  assert.deepEqual(events, ['begun', 'failed', 'retryDue']);
  assert.equal(instances.hurry('other', 'network'), false);
});

test('the next attempt must know why the one before failed', () => {
  const { instances } = table();
  instances.failed(instances.begin(unit(), 'native'), ERROR);
  const { state } = instances.begin(unit(), 'native');
  assert.equal(state.phase === 'starting' && state.lastError, ERROR);
});

test('an edit must begin with no failures counted', () => {
  const { instances } = table();
  instances.failed(instances.begin(unit(), 'native'), ERROR);
  const viewed = instances.begin(unit('files', { viewHash: 'v2' }), 'native');
  assert.deepEqual(viewed.state, { phase: 'starting', restart: { failures: 0 } });
  assert.equal(instances.all().length, 1, 'the failed attempt on the same entry is replaced');
  instances.failed(viewed, ERROR);
  const edited = instances.begin(unit('files', { hash: 'h2', viewHash: 'v2' }), 'native');
  assert.deepEqual(edited.state, { phase: 'starting', restart: { failures: 0 } });
  assert.equal(instances.all().length, 2, 'the failed attempt on another entry is for the plan to end');
});

test('a server that served for a minute must begin to count anew', () => {
  const { instances, clock } = table();
  for (let n = 0; n < 4; n += 1) instances.failed(instances.begin(unit(), 'native'), ERROR);
  const instance = instances.begin(unit(), 'native');
  instances.connected(instance, connections(), noHealth);
  clock.advance(60_000);
  instances.failed(instance, ERROR);
  assert.equal(instance.state.phase === 'failed' && instance.state.restart.failures, 1);
});

test('no retry may come of an instance that drains or was replaced', () => {
  const { instances, clock, events } = table();
  const first = instances.begin(unit(), 'native');
  instances.failed(first, ERROR);
  const second = instances.begin(unit(), 'native');
  clock.advance(60_000);
  instances.failed(second, ERROR);
  instances.draining(second, false);
  clock.advance(60_000);
  assert.equal(events.includes('retryDue'), false);
});

test('a container must be observed as soon as it is made, and the second one in place of the first', () => {
  const { instances } = table();
  const instance = instances.begin(unit(), 'container');
  assert.equal('containerId' in (instances.observed()[0] ?? {}), false);
  instances.created(instance, { containerId: 'c1', pipe: '/fifos' });
  instances.created(instance, { containerId: 'c2' });
  assert.equal(instances.observed()[0]?.containerId, 'c2');
  assert.deepEqual(instance.container, { containerId: 'c2' });
});

test('a link that worked once must count until its instance is replaced', () => {
  const { instances } = table();
  const instance = instances.begin(unit(), 'container');
  assert.equal(instances.hasLink('pipe'), false);
  instances.linked(instance, 'pipe');
  assert.equal(instances.hasLink('pipe'), true);
  instances.failed(instance, ERROR);
  assert.equal(instances.hasLink('pipe'), true);
  instances.begin(unit(), 'container');
  assert.equal(instances.hasLink('pipe'), false);
});

test('connections must be found while an instance serves or drains, and not after', () => {
  const { instances } = table();
  const instance = instances.begin(unit(), 'native');
  assert.deepEqual(instances.connections(), []);
  const open = connections();
  instances.connected(instance, open, noHealth);
  assert.deepEqual(instances.connections(), [open]);
  instances.draining(instance, true);
  assert.deepEqual(instances.connections(), [open]);
  instances.end(instance);
  assert.deepEqual(instances.connections(), []);
  assert.deepEqual(instances.observed(), []);
});
