/** Decides when a failed server is retried, from its failures alone. */
import type { Code, GatewayError } from '../../errors.ts';
import type { InstanceKind } from '../../model/observed.ts';

export interface RestartPolicy {
  /** Delay before the first retry; doubled for each further one, up to `maxDelayMs`. */
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  /** Consecutive failures after which retries come in slow steps; Infinity for never. */
  readonly fastFailures: number;
  /**
   * Delay before the first slow retry; doubled for each further one, up to five minutes. Undefined: no
   * retries until an edit or `hive restart`.
   */
  readonly slowDelayMs: number | undefined;
  /** An instance that has served this long was a success: its failure counts as the first one. */
  readonly settledMs: number;
  /**
   * Time after a failure from which a call or a new session starts the next attempt at once; undefined if
   * they never do.
   */
  readonly demandAfterMs: number | undefined;
}

/** Longest pause between two attempts. They never end: the cause may be a network that comes back. */
const MAX_SLOW_DELAY_MS = 300_000;

/** A process that fails five times in a row rarely recovers within seconds. */
export const LOCAL_POLICY: RestartPolicy = {
  firstDelayMs: 1_000,
  maxDelayMs: 30_000,
  fastFailures: 5,
  slowDelayMs: 30_000,
  settledMs: 60_000,
  demandAfterMs: 1_000,
};

/**
 * A remote host may come back at any time. An attempt to reach it can take as long as `timeouts.start`, so
 * calls do not wait for one.
 */
export const REMOTE_POLICY: RestartPolicy = {
  ...LOCAL_POLICY,
  fastFailures: Number.POSITIVE_INFINITY,
  demandAfterMs: undefined,
};

/** Only an edit is likely to help. What is missing may still come from elsewhere. */
const EDIT_POLICY: RestartPolicy = { ...LOCAL_POLICY, fastFailures: 1 };

/** A second failure of a build is rarely the network's fault, and each build is expensive. */
const BUILD_POLICY: RestartPolicy = {
  ...LOCAL_POLICY,
  fastFailures: 2,
  slowDelayMs: 60_000,
  demandAfterMs: 10_000,
};

/** A missing login needs a person: `hive login` retries the server at once. */
const LOGIN_POLICY: RestartPolicy = {
  ...LOCAL_POLICY,
  fastFailures: 1,
  slowDelayMs: undefined,
  demandAfterMs: undefined,
};

/** Refused machine logins are retried less often: some authorization servers block clients after too many. */
const MACHINE_LOGIN_POLICY: RestartPolicy = { ...REMOTE_POLICY, maxDelayMs: MAX_SLOW_DELAY_MS };

const POLICY_OF: Partial<Record<Code, RestartPolicy>> = {
  BUILD_FAILED: BUILD_POLICY,
  BASE_IMAGE_MISSING: EDIT_POLICY,
  // Not the server's failure: like a remote host, an engine may come back at any time.
  ENGINE_UNREACHABLE: REMOTE_POLICY,
  // A full disk is not the server's failure either, and may get room at any time.
  STATE_FAILED: REMOTE_POLICY,
  LOGIN_REQUIRED: LOGIN_POLICY,
  LOGIN_FAILED: MACHINE_LOGIN_POLICY,
};

export function policyFor(
  kind: InstanceKind,
  { code, needsEdit }: Pick<GatewayError, 'code' | 'needsEdit'>,
): RestartPolicy {
  const policy = POLICY_OF[code];
  if (policy) return policy;
  if (kind === 'remote') return REMOTE_POLICY;
  return needsEdit ? EDIT_POLICY : LOCAL_POLICY;
}

export interface RestartState {
  /** Consecutive failures. */
  readonly failures: number;
}

export interface RestartDecision {
  readonly state: RestartState;
  /** Milliseconds until the next attempt; undefined: there is none. */
  readonly retryInMs: number | undefined;
  /** True if the fast attempts are over. */
  readonly isSlow: boolean;
  readonly demandAfterMs: number | undefined;
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
  const { settledMs, fastFailures, demandAfterMs } = policy;
  const failures = ranForMs >= settledMs ? 1 : before.failures + 1;
  const delayMs = delayAfter(policy, failures);
  const retryInMs = delayMs === undefined ? undefined : Math.round(delayMs * (0.8 + 0.4 * random));
  return { state: { failures }, retryInMs, isSlow: failures >= fastFailures, demandAfterMs };
}

function delayAfter(policy: RestartPolicy, failures: number): number | undefined {
  const { fastFailures, firstDelayMs, maxDelayMs, slowDelayMs } = policy;
  if (failures < fastFailures) return Math.min(maxDelayMs, firstDelayMs * 2 ** (failures - 1));
  return slowDelayMs && Math.min(MAX_SLOW_DELAY_MS, slowDelayMs * 2 ** (failures - fastFailures));
}

/** What may start an attempt before its time. */
export type Urgency = 'call' | 'session' | 'network';

/** Clients that connect again and again start an attempt no more often than this. */
const SESSION_PAUSE_MS = 5_000;

/**
 * True if the next attempt may be made now.
 * @param ageMs time since the failure
 */
export function mayHurry(
  { demandAfterMs }: { readonly demandAfterMs?: number },
  urgency: Urgency,
  ageMs: number,
): boolean {
  if (urgency === 'network') return true;
  if (demandAfterMs === undefined) return false;
  return ageMs >= (urgency === 'call' ? demandAfterMs : Math.max(demandAfterMs, SESSION_PAUSE_MS));
}
