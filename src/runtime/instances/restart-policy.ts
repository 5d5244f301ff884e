import type { Code } from '../../errors.ts';
import type { InstanceKind } from '../../model/observed.ts';

/** When a server that failed is tried again. No clock, no I/O: feed it failures, ask what to do. */

export interface RestartPolicy {
  /** Delay before the first retry, doubled each time up to `maxDelay`; milliseconds. */
  readonly firstDelay: number;
  readonly maxDelay: number;
  /** Consecutive failures after which it is left alone until an edit or `hive restart`; Infinity for never. */
  readonly attempts: number;
  /** Having run this long counts as success: the count starts anew. */
  readonly settled: number;
}

/** A process that fails the same way five times will not heal by itself; a remote host may come back at any time. */
export const LOCAL_POLICY: RestartPolicy = {
  firstDelay: 1_000,
  maxDelay: 30_000,
  attempts: 5,
  settled: 60_000,
};
export const REMOTE_POLICY: RestartPolicy = {
  firstDelay: 1_000,
  maxDelay: 30_000,
  attempts: Number.POSITIVE_INFINITY,
  settled: 60_000,
};

/** Only a person brings such an image, or names another one. */
const MISSING_POLICY: RestartPolicy = { ...LOCAL_POLICY, attempts: 1 };

/** A build that fails twice is no accident of the network, and costs too much to be tried on. */
const BUILD_POLICY: RestartPolicy = { ...LOCAL_POLICY, attempts: 2 };

/** Nothing but a person can help; `hive login` has it tried at once. */
const LOGIN_POLICY: RestartPolicy = { ...LOCAL_POLICY, attempts: 1 };

/** As for a remote host, but rarer: some count refused logins, and block whoever has too many. */
const MACHINE_LOGIN_POLICY: RestartPolicy = { ...REMOTE_POLICY, maxDelay: 300_000 };

export function policyFor(kind: InstanceKind, code: Code): RestartPolicy {
  if (code === 'BUILD_FAILED') return BUILD_POLICY;
  if (code === 'BASE_IMAGE_MISSING') return MISSING_POLICY;
  // Not the server's failure: an engine may come back at any time, as a remote host may.
  if (code === 'ENGINE_UNREACHABLE') return REMOTE_POLICY;
  if (code === 'LOGIN_REQUIRED') return LOGIN_POLICY;
  if (code === 'LOGIN_FAILED') return MACHINE_LOGIN_POLICY;
  return kind === 'remote' ? REMOTE_POLICY : LOCAL_POLICY;
}

export interface RestartState {
  readonly failures: number;
}

export type Verdict = { readonly state: RestartState; readonly retryIn: number | undefined };

/**
 * @param ranFor milliseconds that it served before failing, 0 when it never came up
 * @param random in [0, 1): spreads retries over ±20 % so that servers felled together do not return together
 */
export function afterFailure(
  policy: RestartPolicy,
  before: RestartState,
  ranFor: number,
  random: number,
): Verdict {
  const failures = ranFor >= policy.settled ? 1 : before.failures + 1;
  if (failures >= policy.attempts) return { state: { failures }, retryIn: undefined };
  const delay = Math.min(policy.maxDelay, policy.firstDelay * 2 ** (failures - 1));
  return { state: { failures }, retryIn: Math.round(delay * (0.8 + 0.4 * random)) };
}
