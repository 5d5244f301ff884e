/** Builds everything that touches the world: containers, processes, connections. */
import { GatewayError } from '../errors.ts';
import type { AskClient, NotifyServers, ServerNotification, SetLogLevel } from '../model/calls.ts';
import type { Listing } from '../model/catalog.ts';
import type { BeginSession, Revalidate, ViewReader, WakeServers } from '../model/catalog-reader.ts';
import type { Clock } from '../model/clock.ts';
import { defined } from '../model/collections/defined.ts';
import type { Unit } from '../model/compiled.ts';
import type { ComposeProject } from '../model/composer.ts';
import type { Engine } from '../model/engine.ts';
import type { ServeBuiltin } from '../model/in-process.ts';
import type { EngineTrouble, Observed } from '../model/observed.ts';
import type { Plan } from '../model/plan.ts';
import type { Values } from '../model/references.ts';
import type { Json } from '../model/text/json.ts';
import { type CallPath, createCallPath } from './calls/call-path.ts';
import type { IdleServers } from './calls/idle-servers.ts';
import { createRevalidate } from './calls/revalidate.ts';
import { createClientSessions } from './client-sessions.ts';
import type { ImageDeps } from './containers/images.ts';
import { KnownImages } from './containers/known-images.ts';
import type { Override } from './containers/override.ts';
import { createExecutor, type Execute } from './execute.ts';
import { createFailureLog } from './failure-log.ts';
import type { ListingsDeps } from './instances/listings.ts';
import { type Outcome, outcomeOf } from './instances/outcome.ts';
import { createServers, type Servers, type ServersDeps } from './instances/servers.ts';
import type { StatusBoard } from './instances/status-board.ts';
import { LegacySessions } from './isolation/legacy-sessions.ts';
import { createKnownLists } from './memory/known-lists.ts';
import type { Logs } from './memory/logs.ts';
import type { Owner } from './memory/owner.ts';
import type { StateDir } from './memory/state-dir.ts';
import type { Authorizers } from './oauth/authorizer.ts';
import { createObserver, type ObserverDeps } from './observe.ts';
import type { LinkDeps } from './steps/instance-links.ts';
import { createSteps, type Steps } from './steps/steps.ts';
import { createUsage, type ReadUsage } from './usage/usage.ts';
import { createWakeUps } from './wake-ups.ts';

export interface RuntimeDeps {
  readonly stackName: string;
  readonly engine: Engine | undefined;
  /** Shown while there is no engine. */
  readonly engineMissing: EngineTrouble;
  /** What Compose needs for these services. @throws GatewayError STATE_FAILED */
  readonly compose: (services: readonly string[]) => ComposeProject;
  readonly override: Override;
  readonly owner: Owner;
  /** The other file whose gateway has the stack's name, if one has. */
  readonly holder: ObserverDeps['holder'];
  readonly state: Pick<StateDir, 'pipes' | 'pipeRecord' | 'lists' | 'eras' | 'made' | 'runs' | 'valuesKey'>;
  readonly ensureBases: ImageDeps['ensureBases'];
  readonly values: () => Values;
  readonly clock: Clock;
  /** In [0, 1): spreads retries. */
  readonly random: () => number;
  readonly logs: Logs;
  readonly onListings: () => void;
  readonly countOf: ServersDeps['countOf'];
  /** True if a view of that name shows a server. Absent: there are no views. */
  readonly viewHas?: ViewReader['hasServer'];
  readonly onNotification: (notification: ServerNotification) => void;
  readonly askClient: AskClient;
  /** The JSON text of an error object as callers may see it. */
  readonly shownError: (error: Json) => Json;
  readonly authorizers: Authorizers;
  readonly hops?: LinkDeps['hops'];
  readonly serveBuiltin: ServeBuiltin;
  /** True for a server that a person has stopped. */
  readonly isStopped: (serverName: string) => boolean;
  readonly requestReload: (cause: string) => void;
  /** Requests a reload within a moment: many such requests become one reload. */
  readonly requestReloadSoon: (cause: string) => void;
}

export interface Runtime {
  readonly board: StatusBoard;
  /** The servers of the last reload by name. */
  readonly units: ReadonlyMap<string, Unit>;
  /** Replaces the declared servers: exactly these are shown and listed. */
  declare(units: readonly Unit[]): void;
  /**
   * Observes everything once, for a plan of these units. Never rejects.
   * @param images `now`: what the image references mean at this moment, and not when they were reviewed last
   */
  observe(wanted: readonly Unit[], images?: 'now'): Promise<Observed>;
  /** Has the images that references mean read again at the next observation. */
  reviewImages(): void;
  /** How far the version of the server has come that is declared now. */
  outcome(serverName: string): Outcome;
  /** Resolves when no step of a plan runs for the server. */
  quiet(serverName: string): Promise<void>;
  /** Resolves when all steps have ended; never rejects: failures are in the status. */
  execute(plan: Plan): Promise<void>;
  readonly calls: Pick<CallPath, 'call' | 'taskServer' | 'tallies' | 'history' | 'capture'>;
  readonly readUsage: ReadUsage;
  listings(): readonly Listing[];
  readonly revalidate: Revalidate;
  /** A client begins: failed servers are tried again before their time. */
  readonly wake: WakeServers;
  /** A legacy session begins. */
  readonly beginSession: BeginSession;
  readonly notifyServers: NotifyServers;
  readonly setLogLevel: SetLogLevel;
  /** Ends the processes that belong to this session. */
  endSession(sessionId: string): void;
  /**
   * Begins to end what serves now; the reload after that starts it again.
   * @throws GatewayError SERVER_UNKNOWN
   */
  restart(serverName: string): Promise<void>;
  /**
   * Drains and closes all connections, and ends native processes. Stops the stack's containers if a plan was
   * executed.
   */
  close(): Promise<void>;
}

/** The caller must close the result. */
export function createRuntime(deps: RuntimeDeps): Runtime {
  const { clock, requestReload, random, countOf, onListings, askClient, shownError, isStopped } = deps;
  const known = createKnownLists(deps.state.lists);
  const images = deps.engine && new KnownImages(deps.engine, deps.values);
  const onChanged = changeLog(deps.logs);
  const servers = createServers({ clock, random, known, countOf, onChanged, onListings, isStopped });
  const { units, board, instances, listings } = servers;
  const calls = createCallPath({
    ...{ clock, board, units, instances, askClient, requestReload, shownError, isStopped },
    isKnown: listings.isKnown,
    onNotification: deps.onNotification,
  });
  const { logLevels, sharedUsers, subscriptions, notify: onNotification } = calls;
  const legacySessions = new LegacySessions(deps.viewHas);
  const clients = { logLevels, sharedUsers, subscriptions, legacySessions, onNotification, askClient };
  const steps = createSteps({ ...deps, known: images }, servers, clients);
  const sessions = createClientSessions(instances, legacySessions, calls);
  const observer = createObserver({ ...deps, pipes: deps.state.pipes });

  instances.onEvent(({ kind, instance: { serverName } }) => {
    if (kind === 'connected' || kind === 'updated') calls.usage.watch(serverName);
    if (kind === 'retryDue') requestReload(`retrying ${serverName}`);
  });
  const wakeUps = createWakeUps(clock, deps.logs, servers);
  const execute = planExecutor(deps, servers, calls.idle, steps);
  let hasExecuted = false;

  return {
    board,
    units,
    declare: servers.declare,
    reviewImages: () => images?.review(),
    async observe(wanted, which) {
      const [observed, now] = await Promise.all([observer.observe(), imagesOf(images, wanted, which)]);
      const idle = idleNames(wanted, calls.idle);
      return { ...observed, instances: instances.observed(), idle, ...defined({ images: now }) };
    },
    execute(plan) {
      hasExecuted = true;
      return execute(plan, units.keys());
    },
    outcome: (serverName) => outcomeOf(servers, serverName),
    quiet: steps.chains.ended,
    calls,
    readUsage: createUsage(deps.engine, { clock, board, history: calls.history }),
    listings: listings.all,
    revalidate: createRevalidate(instances, () => units.keys()),
    wake: wakeUps.wake,
    ...{ beginSession: sessions.begin, endSession: sessions.end },
    ...{ notifyServers: sessions.notify, setLogLevel: sessions.setLogLevel },
    restart: async (serverName) => restart(board, images, steps, serverName),
    async close() {
      wakeUps.close();
      observer.close();
      calls.close();
      await steps.close();
      if (hasExecuted) await steps.stopContainers();
    },
  };
}

const idleNames = (units: readonly Unit[], { isIdle }: IdleServers): ReadonlySet<string> =>
  new Set(units.filter(isIdle).map(({ server }) => server.serverName));

/** Undefined without an engine, or if it does not answer. */
async function imagesOf(
  images: KnownImages | undefined,
  wanted: readonly Unit[],
  which: 'now' | undefined,
): Promise<Observed['images']> {
  return which === 'now' ? images?.read(wanted).catch(() => undefined) : images?.observe(wanted);
}

function planExecutor(
  { logs, requestReloadSoon, isStopped }: RuntimeDeps,
  { units, instances, statuses }: Servers,
  idle: IdleServers,
  { chains, effects }: Steps,
): Execute {
  const failures = createFailureLog(logs);
  instances.onEvent(({ kind, instance }) => {
    if (kind === 'connected') failures.over(instance.serverName);
  });
  return createExecutor({
    chains,
    instances,
    effects,
    onFailure: ({ serverName, op }, { message }) => failures.add(serverName, `${op} failed: ${message}`),
    onSettled(serverName) {
      const unit = units.get(serverName);
      if (!unit) return;
      if (isStopped(serverName)) statuses.stopped(serverName);
      else if (!idle.show(unit)) statuses.settle(serverName);
    },
    onDone: (serverName) => requestReloadSoon(`steps of ${serverName} are done`),
  });
}

function restart(
  board: StatusBoard,
  images: KnownImages | undefined,
  steps: Steps,
  serverName: string,
): void {
  if (!board.get(serverName)) throw unknownServer(serverName);
  board.restarted(serverName);
  images?.review(serverName);
  steps.restart(serverName);
}

function unknownServer(serverName: string): GatewayError {
  const hint = 'npx hive ps lists the servers';
  return new GatewayError('SERVER_UNKNOWN', `there is no server ${serverName} to restart`, { hint });
}

/** Names of tools in one line of the log. */
const MAX_CHANGED = 20;

/** A server may change what it says of a tool after people have looked at it. */
const changeLog =
  (logs: Pick<Logs, 'add'>): ListingsDeps['onChanged'] =>
  (serverName, names) => {
    const shown = names.slice(0, MAX_CHANGED).join(', ') + (names.length > MAX_CHANGED ? ', …' : '');
    logs.add(serverName, 'hive', `new or changed since it last ran: ${shown}`);
  };
