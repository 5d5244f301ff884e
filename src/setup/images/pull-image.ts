/** Pulls an image with the docker command. */
import { registryIn } from '../../model/text/image-reference.ts';
import { runStep } from '../command.ts';
import type { SetupPorts } from '../ensure-engine.ts';
import type { FoundEngine } from '../find-engine.ts';

/** `silent`: the registry cannot be reached. `refused`: it answered, and does not provide this image. */
export type PullOutcome =
  | { readonly kind: 'pulled' }
  | { readonly kind: 'silent' | 'refused'; readonly reason: string };

const FIRST_ANSWER_MS = 10_000;
const PULL_TIMEOUT_MS = 30 * 60_000;
const REFUSAL =
  /not found|manifest unknown|denied|unauthorized|toomanyrequests|no matching manifest|invalid reference/i;

/**
 * Pulls with the docker command, which knows the user's logins, proxies and mirrors. A registry that has not
 * answered within ten seconds counts as silent; a download that has begun may take thirty minutes.
 * @param platform as in `linux/arm64`; absent for that of the engine
 */
export async function pullImage(
  reference: string,
  engine: FoundEngine,
  ports: SetupPorts,
  platform?: string,
): Promise<PullOutcome> {
  const name = `Pull ${reference}`;
  const { progress } = ports;
  progress({ name, state: 'started' });
  const unanswered = new AbortController();
  const timer = setTimeout(() => unanswered.abort(), FIRST_ANSWER_MS);
  const result = await runStep(['docker', 'pull', ...(platform ? ['--platform', platform] : []), reference], {
    timeoutMs: PULL_TIMEOUT_MS,
    env: engine.env,
    signal: ports.signal ? AbortSignal.any([ports.signal, unanswered.signal]) : unanswered.signal,
    onLine: (line) => {
      clearTimeout(timer);
      progress({ name, state: 'running', detail: line });
    },
  });
  clearTimeout(timer);
  ports.signal?.throwIfAborted();
  const lastLine = result.tail.at(-1)?.replace(/^Error response from daemon: /, '') ?? '';
  const reason = unanswered.signal.aborted ? 'no answer within ten seconds' : lastLine;
  const outcome: PullOutcome = result.ok
    ? { kind: 'pulled' }
    : { kind: REFUSAL.test(reason) ? 'refused' : 'silent', reason };
  progress({ name, state: result.ok ? 'done' : 'failed', ...(result.ok ? {} : { detail: reason }) });
  return outcome;
}

/** Host of the registry that a reference names; `docker.io` if it names none. */
export function registryOf(reference: string): string {
  return registryIn(reference) ?? 'docker.io';
}
