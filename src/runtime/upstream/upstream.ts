import type { GatewayError } from '../../errors.ts';
import type { Inventory } from '../../model/catalog.ts';
import type { Timeouts } from '../../model/desired.ts';
import type { Call, CallRequest, Clock, Reply, ServerNotification } from '../../model/ports.ts';
import { RPC } from '../../rpc/codes.ts';
import type { ExitFacts, Link, LinkEvents } from '../links/link.ts';
import { createConnection } from './connection.ts';
import { legacyParams } from './legacy-params.ts';
import { connectWithin } from './start.ts';

/** What its entry allows it; may change while it runs. */
export interface UpstreamLimits {
  readonly timeouts: Pick<Timeouts, 'start' | 'call' | 'callMax'>;
  /** Calls that may wait at once; default 1000. */
  readonly maxInFlight?: number;
}

export interface UpstreamOptions extends UpstreamLimits {
  readonly serverName: string;
  /** Called once. Whatever it opens is closed again by the upstream. */
  readonly open: (events: LinkEvents) => Promise<Link>;
  readonly clock: Clock;
  /** What came on stdout besides messages and its size; also answers that nobody waits for (then 0 bytes). */
  readonly onNoise: (text: string, bytes: number) => void;
  /** One line of stderr. */
  readonly onStderr: (line: string) => void;
  /** Everything the server says unasked, but for what the upstream handles itself: progress and changed lists. */
  readonly onNotification: (notification: ServerNotification) => void;
  /** Only when a list really differs. Not called for the first inventory. */
  readonly onInventory: (inventory: Inventory) => void;
  /** Once, if it ends without having been closed. */
  readonly onClosed: (error: GatewayError, facts: ExitFacts) => void;
  /** Of the one client it is for, as JSON text; absent for a connection that clients share. */
  readonly capabilities?: string;
  /** Answers what the server asks of its client; without it everything is refused. Never rejects. */
  readonly onRequest?: (method: string, params: Buffer | undefined, signal: AbortSignal) => Promise<Reply>;
  /** Gives up the start. */
  readonly signal?: AbortSignal;
}

/** One live connection to one server. */
export interface Upstream {
  readonly kind: Link['kind'];
  readonly pid: number | undefined;
  readonly inventory: Inventory;
  readonly inFlight: number;
  call(request: CallRequest): Call;
  /** Fire and forget; `params` is JSON text. */
  notify(method: string, params?: Buffer): void;
  setLimits(limits: UpstreamLimits): void;
  /** Whether anything came from the server since this was asked last. */
  wasHeard(): boolean;
  /** Asks for a sign of life; false when none came in time. */
  ping(timeoutMs: number): Promise<boolean>;
  /** What its calls that wait in vain are told besides. */
  setTrouble(trouble: string | undefined): void;
  /** Waits until nothing is in flight, or for that long. */
  drain(timeoutMs: number): Promise<void>;
  /** Settles what is in flight with errors and closes the link. */
  close(graceMs: number): Promise<void>;
}

/**
 * Opens the link, initialises, reads the lists.
 * @throws GatewayError SERVER_EXITED, SERVER_UNREACHABLE, SERVER_TIMEOUT, SERVER_GARBAGE, SERVER_REFUSED, or what `open` throws
 */
export async function connectUpstream(options: UpstreamOptions): Promise<Upstream> {
  const connection = createConnection(options);
  const { link, inventory } = await connectWithin(options, connection);
  return {
    kind: link.kind,
    pid: link.pid,
    get inventory() {
      return inventory.current;
    },
    get inFlight() {
      return connection.calls.inFlight;
    },
    call(request) {
      if (request.era !== 'modern') return connection.calls.call(request);
      const params = legacyParams(request.params);
      if (params && 'kind' in params) return { reply: Promise.resolve(params), cancel: () => {} };
      return connection.calls.call(params ? { ...request, params } : request);
    },
    notify: (method, params) => void connection.notify(method, params),
    setLimits: connection.setLimits,
    wasHeard: connection.wasHeard,
    ping: async (timeoutMs) => isAlive(await connection.calls.call({ method: 'ping' }, timeoutMs).reply),
    setTrouble: connection.setTrouble,
    drain: (timeoutMs) => connection.calls.drain(timeoutMs),
    close: connection.close,
  };
}

/** Any answer of its own will do, an error too: there are servers without `ping`. */
function isAlive({ kind, json }: Reply): boolean {
  if (kind === 'result') return true;
  const { code } = JSON.parse(json.toString()) as { code?: unknown };
  return ![RPC.CALL_TIMEOUT, RPC.SERVER_GONE, RPC.SERVER_BUSY].some((own) => own === code);
}
