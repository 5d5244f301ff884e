/** Decides when a failed server is retried, from its failures alone. */
import type { Code } from '../../errors.ts';
import type { InstanceKind } from '../../model/observed.ts';

export interface RestartPolicy {
  /** Delay before the first retry; doubled for each further one, up to `maxDelayMs`. */
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  /**
   * Consecutive failures after which there are no retries until an edit or `hive restart`; Infinity for
   * never.
   */
  readonly attempts: number;
  /** An instance that has served this long was a success: its failure counts as the first one. */
  readonly settledMs: number;
}

/** A process that fails five times in a row will not recover by itself. */
export const LOCAL_POLICY: RestartPolicy = {
  firstDelayMs: 1_000,
  maxDelayMs: 30_000,
  attempts: 5,
  settledMs: 60_000,
};

/** A remote host may come back at any time. */
export const REMOTE_POLICY: RestartPolicy = { ...LOCAL_POLICY, attempts: Number.POSITIVE_INFINITY };

/** A missing base image stays missing until a person adds it, or names another one. */
const MISSING_POLICY: RestartPolicy = { ...LOCAL_POLICY, attempts: 1 };

/** A second failure of a build is rarely the network's fault, and each build is expensive. */
const BUILD_POLICY: RestartPolicy = { ...LOCAL_POLICY, attempts: 2 };

/** A missing login needs a person: `hive login` retries the server at once. */
const LOGIN_POLICY: RestartPolicy = { ...LOCAL_POLICY, attempts: 1 };

/** Refused machine logins are retried less often: some authorization servers block clients after too many. */
const MACHINE_LOGIN_POLICY: RestartPolicy = { ...REMOTE_POLICY, maxDelayMs: 300_000 };

export function policyFor(kind: InstanceKind, code: Code): RestartPolicy {
  if (code === 'BUILD_FAILED') return BUILD_POLICY;
  if (code === 'BASE_IMAGE_MISSING') return MISSING_POLICY;
  // Not the server's failure: like a remote host, an engine may come back at any time.
  if (code === 'ENGINE_UNREACHABLE') return REMOTE_POLICY;
  // A full disk is not the server's failure either, and may get room at any time.
  if (code === 'STATE_FAILED') return REMOTE_POLICY;
  if (code === 'LOGIN_REQUIRED') return LOGIN_POLICY;
  if (code === 'LOGIN_FAILED') return MACHINE_LOGIN_POLICY;
  return kind === 'remote' ? REMOTE_POLICY : LOCAL_POLICY;
}

export interface RestartState {
  /** Consecutive failures. */
  readonly failures: number;
}

export interface RestartDecision {
  readonly state: RestartState;
  /** Milliseconds until the next attempt; undefined: there is none. */
  readonly retryInMs: number | undefined;
}

/**
 * @param ranForMs how long the instance served before it failed; 0 if it never came up
 * @param random in [0, 1): spreads retries over ±20 %, so that servers that failed together do not retry
 * together
 */
export function afterFailure(
  policy: RestartPolicy,
  before: RestartState,
  ranForMs: number,
  random: number,
): RestartDecision {
  const failures = ranForMs >= policy.settledMs ? 1 : before.failures + 1;
  if (failures >= policy.attempts) return { state: { failures }, retryInMs: undefined };
  const delayMs = Math.min(policy.maxDelayMs, policy.firstDelayMs * 2 ** (failures - 1));
  return { state: { failures }, retryInMs: Math.round(delayMs * (0.8 + 0.4 * random)) };
}
