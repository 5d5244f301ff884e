import type { GatewayError } from '../../errors.ts';
import type { Caller } from '../../model/caller.ts';
import type { Call, CallRequest, Reply, ServerNotification } from '../../model/calls.ts';
import type { Inventory, ListKind } from '../../model/catalog.ts';
import type { Clock } from '../../model/clock.ts';
import type { Timeouts } from '../../model/desired.ts';
import type { Era } from '../../model/era.ts';
import { RPC } from '../../wire/codes.ts';
import { METHOD } from '../../wire/methods.ts';
import { TASKS_EXTENSION } from '../../wire/modern-names.ts';
import type { ExitFacts, Link, LinkEvents } from '../links/link.ts';
import { createConnection } from './connection.ts';
import { legacyParams } from './legacy-params.ts';
import type { CallOptions, SentCall } from './requests/calls.ts';
import { readError } from './requests/rpc-error.ts';
import { createRunningTasks, type TaskUse } from './requests/running-tasks.ts';
import { createOutdated } from './stale-handshake.ts';
import { connectWithin, DiedOfProbe } from './start.ts';

/** How long an error is kept back while the server is asked whether it is still the same. */
const PATIENCE_MS = 5_000;

/** What its entry allows it; may change while it runs. */
export interface UpstreamLimits {
  readonly timeouts: Pick<Timeouts, 'start' | 'call' | 'callMax'>;
  /** Calls that may wait at once; default 1000. */
  readonly maxInFlight?: number;
}

export interface UpstreamOptions extends UpstreamLimits {
  readonly serverName: string;
  /** Called once, or again when the server ends because of being asked which era it is of. The upstream closes what it opens. */
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
  /**
   * It refuses what was agreed on at its start: whoever owns the connection opens another, and closes this one when what is under way on it
   * has ended. Once.
   */
  readonly onOutdated: (error: GatewayError) => void;
  /** Of the one client it is for, as JSON text; absent for a connection that clients share. */
  readonly capabilities?: string;
  /** Answers what the server asks of its client; without it everything is refused. Never rejects. */
  readonly onRequest?: (method: string, params: Buffer | undefined, signal: AbortSignal) => Promise<Reply>;
  /** The era in which it was spoken to before; it is asked anew where that turns out to be wrong. */
  readonly remembered?: Era | undefined;
  /** What it offers is known from another connection: its lists are not read. */
  readonly callsOnly?: boolean;
  /** Gives up the start. */
  readonly signal?: AbortSignal;
}

/** One live connection to one server. */
export interface Upstream {
  readonly kind: Link['kind'];
  readonly pid: number | undefined;
  readonly inventory: Inventory;
  readonly inFlight: number;
  /** They go on between calls. */
  readonly tasks: TaskUse;
  /** What its start has shown of its era; undefined where it was not asked. */
  readonly learned: Era | undefined;
  /** `caller` is absent for requests of the gateway itself. */
  call(request: CallRequest, caller?: Caller): Call;
  /** Lets go of what is kept for that session. */
  endSession(sessionId: string): void;
  /** See `InventoryKeeper`. */
  freshen(kind: ListKind): Promise<void> | undefined;
  /** Fire and forget; `params` is JSON text. */
  notify(method: string, params?: Buffer): void;
  setLimits(limits: UpstreamLimits): void;
  /** Whether anything came from the server since this was asked last. */
  wasHeard(): boolean;
  /** Asks for a sign of life; false when none came in time. */
  ping(timeoutMs: number): Promise<boolean>;
  /** What its calls that wait in vain are told besides. */
  setTrouble(trouble: string | undefined): void;
  /** Waits until nothing is in flight, nor a task, where these are to end as well; or for that long. */
  drain(timeoutMs: number, isWithTasks?: boolean): Promise<void>;
  /** Settles what is in flight with errors and closes the link. */
  close(graceMs: number): Promise<void>;
}

/**
 * Opens the link, initialises, reads the lists.
 * @throws GatewayError SERVER_EXITED, SERVER_UNREACHABLE, SERVER_TIMEOUT, SERVER_GARBAGE, SERVER_REFUSED, or what `open` throws
 */
export async function connectUpstream(options: UpstreamOptions): Promise<Upstream> {
  try {
    return await connectOnce(options);
  } catch (error) {
    if (!(error instanceof DiedOfProbe)) throw error;
    options.onNoise('it ended when it was asked for server/discover: starting it again, with initialize', 0);
    const upstream = await connectOnce({ ...options, remembered: 'legacy' });
    return Object.assign(upstream, { learned: 'legacy' as const });
  }
}

async function connectOnce(options: UpstreamOptions): Promise<Upstream> {
  const connection = createConnection(options);
  const { link, inventory, modern, learned } = await connectWithin(options, connection);
  const { calls } = connection;
  const ask = (options: CallOptions): SentCall =>
    modern ? modern.own({ method: METHOD.DISCOVER }, options) : calls.call({ method: METHOD.PING }, options);
  const { serverName, clock, onOutdated } = options;
  const era = modern ? 'modern' : 'legacy';
  const question = { timeoutMs: PATIENCE_MS, background: true };
  const patience = (): number => connection.limits().timeouts.callMax;
  const tasks = createRunningTasks({ era, clock, patience });
  if (runsTasks(inventory.current.capabilities)) connection.follow(tasks);
  connection.doubt(createOutdated({ serverName, era, clock, ask: () => ask(question), onOutdated }));
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
    call(request, caller) {
      if (modern) return modern.call(request, caller);
      if (caller?.era !== 'modern') return calls.call(request, undefined, caller);
      const params = legacyParams(request.params);
      if (params && 'kind' in params) return { reply: Promise.resolve(params), cancel: () => {} };
      return calls.call(params ? { ...request, params } : request, undefined, caller);
    },
    freshen: inventory.freshen,
    endSession: tasks.endSession,
    // The modern era has none that a client would send.
    notify: (method, params) => void (modern ?? connection.notify(method, params)),
    setLimits: connection.setLimits,
    wasHeard: connection.wasHeard,
    ping: async (timeoutMs) => isAlive(await ask({ timeoutMs }).reply),
    setTrouble: connection.setTrouble,
    async drain(timeoutMs, isWithTasks = false) {
      const until = clock.now() + timeoutMs;
      if (isWithTasks) await tasks.drain(timeoutMs);
      await calls.drain(Math.max(0, until - clock.now()));
    },
    close: connection.close,
  };
}

/** In the words of one era or the other. */
function runsTasks({ tasks, extensions }: Inventory['capabilities']): boolean {
  return tasks != null || (extensions as Record<string, unknown> | undefined)?.[TASKS_EXTENSION] != null;
}

/** Any answer of its own will do, an error too: there are servers without `ping`. */
function isAlive({ kind, json }: Reply): boolean {
  if (kind === 'result') return true;
  const { code } = readError(json);
  return ![RPC.CALL_TIMEOUT, RPC.SERVER_GONE, RPC.SERVER_BUSY].some((own) => own === code);
}
