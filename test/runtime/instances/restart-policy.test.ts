/** Failed servers are tried again ever less often, and for ever, unless a person is needed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Code } from '../../../src/errors.ts';
import { defined } from '../../../src/model/collections/defined.ts';
import {
  afterFailure,
  LOCAL_POLICY,
  mayHurry,
  policyFor,
  REMOTE_POLICY,
  type RestartState,
} from '../../../src/runtime/instances/restart-policy.ts';

function delays(policy: typeof LOCAL_POLICY, failures: number, random = 0.5): (number | undefined)[] {
  let state: RestartState = { failures: 0 };
  return Array.from({ length: failures }, () => {
    const decision = afterFailure(policy, state, 0, random);
    state = decision.state;
    return decision.retryInMs;
  });
}

test('retries must come slower and slower, every five minutes at last, and never end', () => {
  const fast = [1_000, 2_000, 4_000, 8_000];
  const slow = [30_000, 60_000, 120_000, 240_000, 300_000, 300_000];
  assert.deepEqual(delays(LOCAL_POLICY, 10), [...fast, ...slow]);
  assert.equal(delays(LOCAL_POLICY, 500).at(-1), 300_000);
});

test('a remote host is tried for ever, at most every 30 seconds', () => {
  assert.deepEqual(delays(REMOTE_POLICY, 8).slice(4), [16_000, 30_000, 30_000, 30_000]);
});

test('a server that served for a minute starts with a clean slate', () => {
  const { state, retryInMs } = afterFailure(LOCAL_POLICY, { failures: 4 }, 60_000, 0.5);
  assert.deepEqual([state, retryInMs], [{ failures: 1 }, 1_000]);
  assert.equal(afterFailure(LOCAL_POLICY, { failures: 4 }, 59_999, 0.5).retryInMs, 30_000);
});

test('jitter stays within a fifth', () => {
  assert.equal(delays(LOCAL_POLICY, 1, 0)[0], 800);
  assert.equal(delays(LOCAL_POLICY, 1, 0.999999)[0], 1_200);
});

const failure = (code: Code, needsEdit = false) => ({ code, needsEdit });

test('what a person must mend, and builds, must be tried again in slow steps only', () => {
  assert.deepEqual(delays(policyFor('container', failure('BASE_IMAGE_MISSING')), 2), [30_000, 60_000]);
  assert.deepEqual(delays(policyFor('native', failure('SERVER_EXITED', true)), 2), [30_000, 60_000]);
  assert.deepEqual(delays(policyFor('container', failure('BUILD_FAILED')), 3), [1_000, 60_000, 120_000]);
  assert.equal(policyFor('container', failure('BUILD_FAILED')).demandAfterMs, 10_000);
});

test('only a login that a person must make is waited for without end', () => {
  assert.deepEqual(delays(policyFor('remote', failure('LOGIN_REQUIRED')), 1), [undefined]);
});

test('a call may start the next attempt of a local server, a session less often, the network always', () => {
  const local = afterFailure(LOCAL_POLICY, { failures: 9 }, 0, 0.5);
  const remote = afterFailure(REMOTE_POLICY, { failures: 9 }, 0, 0.5);
  const may = (decision: typeof local, ms: number) =>
    (['call', 'session', 'network'] as const).filter((it) =>
      mayHurry(defined({ demandAfterMs: decision.demandAfterMs }), it, ms),
    );
  assert.deepEqual(may(local, 999), ['network']);
  assert.deepEqual(may(local, 1_000), ['call', 'network']);
  assert.deepEqual(may(local, 5_000), ['call', 'session', 'network']);
  assert.deepEqual(may(remote, 60_000), ['network']);
});

test('an engine that does not answer is no failure of the server', () => {
  assert.deepEqual(
    delays(policyFor('container', failure('ENGINE_UNREACHABLE')), 8).slice(4),
    [16_000, 30_000, 30_000, 30_000],
  );
});
