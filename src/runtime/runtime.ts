import { GatewayError, toGatewayError } from '../errors.ts';
import type { AskClient, CallServer, ServerNotification, SetLogLevel, TellServers } from '../model/calls.ts';
import type { Revalidate } from '../model/catalog-reader.ts';
import type { Clock } from '../model/clock.ts';
import type { Unit } from '../model/compiled.ts';
import type { Place } from '../model/desired.ts';
import type { ComposeProject, Engine } from '../model/engine.ts';
import type { ServeBuiltin } from '../model/in-process.ts';
import type { EngineTrouble, Observed } from '../model/observed.ts';
import type { Plan, Step } from '../model/plan.ts';
import type { Values } from '../model/references.ts';
import { callServer } from './calls/call.ts';
import { createSleep } from './calls/lazy.ts';
import { createLogLevels } from './calls/log-levels.ts';
import { createFreshen } from './calls/revalidate.ts';
import { createSubscriptions } from './calls/subscriptions.ts';
import type { ImageDeps } from './containers/images.ts';
import type { Override } from './containers/override.ts';
import { createPipes } from './containers/pipes.ts';
import { createExecutor } from './execute.ts';
import { connectionsOf } from './instances/instance.ts';
import { Instances } from './instances/instances.ts';
import { createOffers, type Offer, type Offers, type OffersDeps } from './instances/listings.ts';
import { createStatusBoard, type StatusBoard } from './instances/status-board.ts';
import { createStatuses } from './instances/statuses.ts';
import { createEraMemory } from './memory/eras.ts';
import { createKnownLists } from './memory/known-lists.ts';
import type { Logs } from './memory/logs.ts';
import type { StateDir } from './memory/state-dir.ts';
import type { Authorizers } from './oauth/authorizer.ts';
import { createLook } from './observe.ts';
import { connectInstance } from './steps/connect.ts';
import { createContainerSteps } from './steps/container-steps.ts';
import { createDisconnect } from './steps/disconnect.ts';
import type { Effects } from './steps/effects.ts';
import { halt, stopOwn } from './steps/own-containers.ts';
import { createRenew } from './steps/reconnect.ts';

const CLOSE_GRACE = 2_000;

export interface RuntimeDeps {
  readonly stackName: string;
  readonly engine: Engine | undefined;
  /** Shown while there is no engine. */
  readonly engineMissing: EngineTrouble;
  readonly compose: () => ComposeProject;
  readonly override: Override;
  readonly state: Pick<StateDir, 'pipes' | 'pipeRecord' | 'lists' | 'eras'>;
  readonly ensureBases: ImageDeps['ensureBases'];
  readonly values: () => Values;
  readonly clock: Clock;
  /** In [0, 1): spreads retries. */
  readonly random: () => number;
  readonly logs: Logs;
  readonly onOffers: () => void;
  readonly countOf: OffersDeps['countOf'];
  readonly onNotification: (notification: ServerNotification) => void;
  readonly askClient: AskClient;
  readonly authorizers: Authorizers;
  readonly serveBuiltin: ServeBuiltin;
  readonly lookAgain: (cause: string) => void;
  /** As good a moment later, where many ask at once. */
  readonly lookSoon: (cause: string) => void;
}

/** Everything that touches the world: containers, processes, connections. */
export interface Runtime {
  readonly board: StatusBoard;
  /** Exactly these servers are shown, and what is known of them offered, from now on. */
  declare(units: readonly Unit[]): void;
  /** Looks at everything once, for a plan of these. */
  observe(wanted: readonly Unit[]): Promise<Observed>;
  execute(plan: Plan): Promise<void>;
  readonly call: CallServer;
  offers(): readonly Offer[];
  readonly freshen: Revalidate;
  readonly tellServers: TellServers;
  readonly setLogLevel: SetLogLevel;
  /** Ends the processes that belonged to this session. */
  endSession(sessionId: string): void;
  /** Begins to end what serves now; the look after that starts it afresh. @throws GatewayError SERVER_UNKNOWN */
  restart(serverName: string): Promise<void>;
  /**
   * Drains and closes all connections, ends native processes, and stops the stack's own containers unless no plan was
   * executed: then they are not this runtime's.
   */
  close(): Promise<void>;
}

export function createRuntime(deps: RuntimeDeps): Runtime {
  const { engine, clock, logs } = deps;
  const board = createStatusBoard(clock);
  const units = new Map<string, Unit>();
  const instances = new Instances(clock, deps.random);
  const statuses = createStatuses(board, instances);
  const known = createKnownLists(deps.state.lists);
  const offers: Offers = createOffers({ ...deps, board, known, mayCome: statuses.mayBecomeReady });
  const sleep = createSleep({ clock, board, units, instances, offers, lookAgain: deps.lookAgain });
  const eras = createEraMemory(deps.state.eras, clock);
  const logLevels = createLogLevels(() => instances.connections());
  const subscriptions = createSubscriptions();
  const pipes = engine && createPipes(deps.state, engine, clock, () => instances.hasLink('pipe'));
  const { create, relink, remove, stop } = createContainerSteps({ ...deps, statuses, instances, pipes });
  // What clients see follows what `ps` shows: a listing depends on the state.
  instances.onEvent(statuses.follow);
  instances.onEvent(offers.follow);
  instances.onEvent(({ kind, instance }) => {
    const { serverName } = instance;
    if (kind === 'connected' || kind === 'updated') sleep.usage.watch(serverName);
    if (kind === 'connected' && instance.state.connections.upstream.kind === 'pipe') pipes?.worked();
    if (kind === 'retryDue') deps.lookAgain(`retrying ${serverName}`);
  });

  const disconnect = createDisconnect(instances);

  const effects: Effects = {
    create,
    connect: async (instance, signal) => {
      await connectInstance(
        { ...deps, board, statuses, instances, logLevels, subscriptions, eras, relink, renew, offers },
        instance,
        signal,
      );
    },
    update: (instance, unit) => {
      instances.updated(instance, unit);
      connectionsOf(instance)?.upstream.setLimits(unit.server.view);
    },
    disconnect: (instance) => disconnect(instance, true),
    stop: async ({ instanceId = '', container }) => {
      const instance = instances.get(instanceId);
      if (instance && instance.state.phase !== 'draining') await disconnect(instance);
      if (container) await stop(container.containerId);
    },
    remove,
    skip: (step) => {
      const { code } = step;
      const error = new GatewayError(code, step.cause, { hint: step.hint, place: unsetPlace(step.unit) });
      if (code === 'VARIABLE_UNSET')
        statuses.skipped(step.serverName, 'failed', error, 'the old version serves');
      else statuses.skipped(step.serverName, 'unavailable', error, 'it goes on serving meanwhile');
      offers.changed(step.serverName);
    },
  };

  const onFailure = (step: Step, error: GatewayError): void => {
    logs.add(step.serverName, 'hive', `${step.op} failed: ${error.message}`);
  };
  const onDone = (serverName: string): void => {
    statuses.settle(serverName);
    deps.lookSoon(`steps of ${serverName} are done`);
  };
  const executor = createExecutor(effects, instances, { onFailure, onDone });

  const looking = createLook({ ...deps, pipes: deps.state.pipes });

  /** Drains, ends and stops everything of a server; what is still on its way was given up before. */
  const endAll = async (serverName: string): Promise<void> => {
    for (const instance of instances.of(serverName)) {
      if (instance.state.phase === 'draining') continue;
      await disconnect(instance);
      if (engine && instance.container) await halt(engine, instance, instance.container.containerId);
    }
    deps.lookAgain(`restart of ${serverName}`);
  };

  const restart = (serverName: string): void => {
    board.show(serverName, 'draining', { detail: 'restarting' });
    executor
      .interrupt(serverName, () => endAll(serverName))
      .catch((error) => logs.add(serverName, 'hive', `restart failed: ${toGatewayError(error).message}`));
  };
  const renew = createRenew({ ...deps, board, instances, disconnect, restart });

  let hasExecuted = false;
  return {
    board,
    declare(next) {
      units.clear();
      for (const unit of next) units.set(unit.server.serverName, unit);
      board.declare(next);
      offers.declare(next);
    },
    async observe(wanted) {
      const seen = await looking.look();
      const asleep = wanted.filter(sleep.isAsleep).map(({ server }) => server.serverName);
      return { ...seen, instances: instances.observed(), idle: new Set(asleep) };
    },
    execute(plan) {
      hasExecuted = true;
      const busy = new Set(plan.steps.map((step) => step.serverName));
      for (const unit of units.values()) {
        const { serverName } = unit.server;
        if (!busy.has(serverName) && !sleep.settle(unit)) statuses.settle(serverName);
      }
      return executor.execute(plan);
    },
    call: callServer({
      ...deps,
      instances,
      absent: sleep.absent.call,
      usage: sleep.usage,
      logLevels,
      subscriptions,
    }),
    offers: offers.all,
    freshen: createFreshen(instances, () => units.keys()),
    tellServers(sessionId, method, params) {
      for (const { isolated } of instances.connections())
        isolated.visit(sessionId, (upstream) => upstream.notify(method, params));
    },
    setLogLevel: logLevels.set,
    endSession(sessionId) {
      logLevels.forget(sessionId);
      for (const { upstream, isolated } of instances.connections()) {
        upstream.endSession(sessionId);
        void isolated.endSession(sessionId, CLOSE_GRACE);
      }
    },
    async restart(serverName) {
      if (!board.get(serverName))
        throw new GatewayError('SERVER_UNKNOWN', `there is no server ${serverName} to restart`, {
          hint: 'hive ps lists the servers',
        });
      board.restarted(serverName);
      restart(serverName);
    },
    async close() {
      looking.close();
      sleep.close();
      await executor.close();
      await Promise.all(
        instances
          .all()
          .map((instance) => (instance.state.phase === 'draining' ? undefined : disconnect(instance))),
      );
      if (engine && hasExecuted) await stopOwn(engine, deps.stackName);
    },
  };
}

/** Where the file uses the variable that has no value. */
function unsetPlace({ server }: Unit): Place | undefined {
  return 'unset' in server ? server.unset[0]?.place : undefined;
}
