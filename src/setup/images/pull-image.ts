import { runStep } from '../command.ts';
import type { SetupPorts } from '../ensure-engine.ts';
import type { Engine } from '../find-engine.ts';

/** `silent`: the registry cannot be reached. `refused`: it answered, and does not hand out this image. */
export type PullOutcome =
  | { readonly kind: 'pulled' }
  | { readonly kind: 'silent' | 'refused'; readonly reason: string };

const FIRST_ANSWER_MS = 10_000;
const PULL_TIMEOUT_MS = 30 * 60_000;
const REFUSAL =
  /not found|manifest unknown|denied|unauthorized|toomanyrequests|no matching manifest|invalid reference/i;

/**
 * Pulls by the docker command, which knows the user's logins, proxies and mirrors. A registry that has not said a word
 * within ten seconds counts as silent; once it has, a slow download may take its time.
 */
export async function pullImage(reference: string, engine: Engine, ports: SetupPorts): Promise<PullOutcome> {
  const name = `Pull ${reference}`;
  const { progress } = ports;
  progress({ name, state: 'started' });
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), FIRST_ANSWER_MS);
  const result = await runStep(['docker', 'pull', reference], {
    timeoutMs: PULL_TIMEOUT_MS,
    env: engine.env,
    signal: ports.signal ? AbortSignal.any([ports.signal, patience.signal]) : patience.signal,
    onLine: (line) => {
      clearTimeout(timer);
      progress({ name, state: 'running', detail: line });
    },
  });
  clearTimeout(timer);
  ports.signal?.throwIfAborted();
  const said = result.tail.at(-1)?.replace(/^Error response from daemon: /, '') ?? '';
  const reason = patience.signal.aborted ? 'no answer within ten seconds' : said;
  const outcome: PullOutcome = result.ok
    ? { kind: 'pulled' }
    : { kind: REFUSAL.test(reason) ? 'refused' : 'silent', reason };
  progress({ name, state: result.ok ? 'done' : 'failed', ...(result.ok ? {} : { detail: reason }) });
  return outcome;
}

/** The host an image comes from: `docker.io` where the reference names none. */
export function registryOf(reference: string): string {
  const [first = '', ...rest] = reference.split('/');
  return rest.length > 0 && /[.:]|^localhost$/.test(first) ? first : 'docker.io';
}
