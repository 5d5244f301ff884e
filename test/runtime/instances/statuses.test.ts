/** People see the state of a server, derived from all of its instances: what serves comes first. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GatewayError } from '../../../src/errors.ts';
import { createStatusBoard } from '../../../src/runtime/instances/status-board.ts';
import { createStatuses } from '../../../src/runtime/instances/statuses.ts';
import { connections, table, unit } from './harness.ts';

const ERROR = new GatewayError('SERVER_EXITED', 'it exited');
const noHealth = { close() {} };

function world(isStopped = false) {
  const { clock, instances } = table();
  const board = createStatusBoard(clock);
  board.declare([unit()]);
  const statuses = createStatuses(board, instances, () => isStopped);
  instances.onEvent(statuses.follow);
  const shown = (): unknown[] => {
    const { state, detail, reason } = board.get('files') ?? {};
    return [state, detail, reason];
  };
  const serve = (hash = 'h1') => {
    const instance = instances.begin(unit('files', { hash }), 'native');
    instances.connected(instance, connections(), noHealth);
    return instance;
  };
  return { clock, instances, board, statuses, shown, serve };
}

test('a server must be shown from its start to its end', () => {
  const { instances, statuses, board, shown } = world();
  const instance = instances.begin(unit(), 'native');
  statuses.progress(instance, 'waiting for initialize', { pid: 42 });
  assert.deepEqual(shown(), ['starting', 'waiting for initialize', undefined]);
  instances.connected(instance, connections(), noHealth);
  assert.deepEqual(shown(), ['ready', undefined, undefined]);
  const { link, pid, protocolVersion } = board.get('files') ?? {};
  assert.deepEqual({ link, pid, protocolVersion }, { link: 'child', pid: 42, protocolVersion: '2025-11-25' });
  instances.draining(instance, false);
  assert.deepEqual(shown(), ['draining', undefined, undefined]);
});

test('late reports of an attempt that is over must not be shown', () => {
  const { instances, statuses, shown } = world();
  const instance = instances.begin(unit(), 'native');
  instances.failed(instance, ERROR);
  const before = shown();
  statuses.progress(instance, 'creating container');
  assert.deepEqual(shown(), before);
});

test('a failure must be shown with its count and the next attempt, and at last that a call starts it', () => {
  const { instances, shown } = world();
  const fail = (): void => instances.failed(instances.begin(unit(), 'native'), ERROR);
  fail();
  assert.deepEqual(shown(), ['failed', 'failure 1; trying again in 1 s', 'it exited']);
  for (let n = 0; n < 4; n += 1) fail();
  assert.deepEqual(shown(), ['failed', 'failure 5; trying again in 30 s, and at the next call', 'it exited']);
});

test('while an old version serves, its replacement must be shown beside it, also what failed before', () => {
  const { instances, statuses, shown, serve } = world();
  serve();
  const edited = unit('files', { hash: 'h2' });
  const next = instances.begin(edited, 'native');
  statuses.progress(next, 'creating container', { containerId: 'new' });
  assert.deepEqual(shown(), ['ready', 'starting the replacement: creating container', undefined]);
  instances.failed(next, ERROR);
  assert.deepEqual(shown(), [
    'ready',
    'the replacement failed, the old version still serves; trying again in 1 s',
    'it exited',
  ]);
  statuses.progress(instances.begin(edited, 'native'), 'creating container');
  assert.deepEqual(shown(), ['ready', 'starting the replacement again: creating container', 'it exited']);
});

test('the end of an old version must not hide the new one that serves', () => {
  const { instances, shown, serve } = world();
  const old = serve();
  serve('h2');
  instances.draining(old, true);
  assert.deepEqual(shown(), ['ready', undefined, undefined]);
});

test('silence must be shown while it lasts, of the serving instance alone', () => {
  const { instances, shown, serve } = world();
  const old = serve();
  instances.suspected(old, { error: ERROR, detail: 'missed 1 in a row' });
  assert.deepEqual(shown(), ['unhealthy', 'missed 1 in a row', 'it exited']);
  instances.recovered(old);
  assert.deepEqual(shown(), ['ready', undefined, undefined]);
  serve('h2');
  instances.suspected(old, { error: ERROR, detail: 'missed 1 in a row' });
  assert.deepEqual(shown(), ['ready', undefined, undefined]);
});

test('what was shown of attempts must stay until none is left, and go when the server is settled', () => {
  const { instances, statuses, shown, serve } = world();
  serve();
  const next = instances.begin(unit('files', { hash: 'h2' }), 'native');
  instances.failed(next, ERROR);
  statuses.settle('files');
  assert.equal(shown()[2], 'it exited');
  instances.draining(next, false);
  statuses.settle('files');
  assert.deepEqual(shown(), ['ready', undefined, undefined]);
});

test('a server that does not serve must not be settled into anything', () => {
  const { instances, statuses, shown } = world();
  statuses.settle('files');
  assert.equal(shown()[0], 'pending');
  instances.failed(instances.begin(unit(), 'native'), ERROR);
  statuses.settle('files');
  assert.equal(shown()[0], 'failed');
});

test('a skipped step must be shown as the state, or beside the version that serves', () => {
  const { statuses, shown, serve } = world();
  statuses.skipped('files', 'unavailable', ERROR, 'it still serves');
  assert.deepEqual(shown(), ['unavailable', undefined, 'it exited']);
  serve();
  statuses.skipped('files', 'unavailable', ERROR, 'it still serves');
  assert.deepEqual(shown(), ['ready', 'it still serves', 'it exited']);
});

test('the reason of a failure must stay visible while the server is tried again, and go when it is ready', () => {
  const { instances, statuses, shown } = world();
  instances.failed(instances.begin(unit(), 'native'), ERROR);
  const next = instances.begin(unit(), 'native');
  statuses.progress(next, 'waiting for initialize');
  assert.deepEqual(shown(), ['starting', 'waiting for initialize', 'it exited']);
  instances.connected(next, connections(), noHealth);
  assert.deepEqual(shown(), ['ready', undefined, undefined]);
});

test('a server may become ready unless it is unknown, unavailable or needs a login', () => {
  const { instances, statuses, board } = world();
  assert.equal(statuses.mayBecomeReady('other'), false);
  assert.equal(statuses.mayBecomeReady('files'), true);
  instances.failed(instances.begin(unit(), 'native'), ERROR);
  assert.equal(statuses.mayBecomeReady('files'), true);
  for (let n = 0; n < 9; n += 1) instances.failed(instances.begin(unit(), 'native'), ERROR);
  assert.equal(statuses.mayBecomeReady('files'), true);
  instances.failed(instances.begin(unit(), 'native'), new GatewayError('LOGIN_REQUIRED', 'log in'));
  assert.equal(statuses.mayBecomeReady('files'), false);
  board.show('files', 'unavailable');
  assert.equal(statuses.mayBecomeReady('files'), false);
});
