/** Connects to a server: starts a connection and presents it as an `Upstream`. */
import type { Reply } from '../../model/calls.ts';
import { RPC } from '../../wire/codes.ts';
import { callLimits } from './limits.ts';
import { HasBothEras } from './negotiate.ts';
import { readError } from './requests/rpc-error.ts';
import { DiedOfProbe, Start, type StartedConnection } from './start.ts';
import type { Upstream, UpstreamOptions } from './upstream.ts';

/**
 * Opens the link, initializes, reads the lists. The caller must close the upstream.
 * @throws GatewayError SERVER_EXITED, SERVER_UNREACHABLE, SERVER_TIMEOUT, SERVER_GARBAGE, SERVER_REFUSED, or
 *   what `open` throws
 */
export async function connectUpstream(options: UpstreamOptions): Promise<Upstream> {
  try {
    return upstreamOf(options, await new Start(options).run());
  } catch (error) {
    if (error instanceof HasBothEras) {
      options.onNoise(
        'it was slow and got initialize too early: starting it again in protocol 2026-07-28',
        0,
      );
      return upstreamOf(options, await new Start({ ...options, remembered: 'modern' }).run());
    }
    if (!(error instanceof DiedOfProbe)) throw error;
    options.onNoise('it exited when it got server/discover: starting it again, with initialize', 0);
    const started = await new Start({ ...options, remembered: 'legacy' }).run();
    return upstreamOf(options, { ...started, learned: error.isError ? 'legacy' : undefined });
  }
}

function upstreamOf({ clock }: UpstreamOptions, started: StartedConnection): Upstream {
  const { connection, link, speaker, tasks, learned } = started;
  const { calls } = connection;
  const { inventory } = speaker;
  return {
    kind: link.kind,
    pid: link.pid,
    learned,
    tasks,
    get inventory() {
      return inventory.current;
    },
    get inFlight() {
      return calls.inFlight;
    },
    call: speaker.call,
    revalidate: (kind) => inventory.revalidate(kind),
    endSession: (sessionId) => tasks.endSession(sessionId),
    notify: (method, params) => void speaker.notify(method, params),
    setLimits: (limits) => calls.setLimits(callLimits(limits)),
    wasHeard: () => connection.wasHeard(),
    ping: async (timeoutMs) => isAlive(await speaker.probe({ timeoutMs }).reply),
    setTrouble: (trouble) => calls.setTrouble(trouble),
    async drain(timeoutMs, isWithTasks = false) {
      const until = clock.now() + timeoutMs;
      if (isWithTasks) await tasks.drain(timeoutMs);
      await calls.drain(Math.max(0, until - clock.now()));
    },
    close: (graceMs) => connection.close(graceMs),
  };
}

/** Any answer of the server shows that it lives, an error too: there are servers without `ping`. */
function isAlive({ kind, json }: Reply): boolean {
  if (kind === 'result') return true;
  const { code } = readError(json);
  return ![RPC.CALL_TIMEOUT, RPC.SERVER_GONE, RPC.SERVER_BUSY].some((own) => own === code);
}
