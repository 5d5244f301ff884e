/** Failed servers are tried again ever less often, and most of them not for ever. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  afterFailure,
  LOCAL_POLICY,
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

test('retries come slower and slower, and end', () => {
  assert.deepEqual(delays(LOCAL_POLICY, 6), [1_000, 2_000, 4_000, 8_000, undefined, undefined]);
});

test('a remote host is tried for ever, at most every 30 seconds', () => {
  assert.deepEqual(delays(REMOTE_POLICY, 8).slice(4), [16_000, 30_000, 30_000, 30_000]);
});

test('a server that served for a minute starts with a clean slate', () => {
  assert.deepEqual(afterFailure(LOCAL_POLICY, { failures: 4 }, 60_000, 0.5), {
    state: { failures: 1 },
    retryInMs: 1_000,
  });
  assert.deepEqual(afterFailure(LOCAL_POLICY, { failures: 4 }, 59_999, 0.5), {
    state: { failures: 5 },
    retryInMs: undefined,
  });
});

test('jitter stays within a fifth', () => {
  assert.equal(delays(LOCAL_POLICY, 1, 0)[0], 800);
  assert.equal(delays(LOCAL_POLICY, 1, 0.999999)[0], 1_200);
});

test('an image that only a person can bring is not waited for', () => {
  assert.deepEqual(delays(policyFor('container', 'BASE_IMAGE_MISSING'), 1), [undefined]);
  assert.deepEqual(delays(policyFor('container', 'BUILD_FAILED'), 2), [1_000, undefined]);
});

test('an engine that does not answer is no failure of the server, which is never given up for it', () => {
  assert.deepEqual(
    delays(policyFor('container', 'ENGINE_UNREACHABLE'), 8).slice(4),
    [16_000, 30_000, 30_000, 30_000],
  );
});
