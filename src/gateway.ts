/**
 * THE SPINE. Every object is built here and every edge between stages runs through here:
 *
 *   files ─▶ config ─▶ compile ─▶ reconcile ─▶ runtime ─▶ catalog ─▶ edge ─▶ clients
 *                                     ▲           │
 *                                     └─ observed ┘
 *
 * Start-up, a saved file, an engine event and a retry all run `reload`; only the cause differs.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { differ, refuseRename, writeFiles } from './apply-edit.ts';
import { type ConflictNote, conflictNotes } from './catalog/conflicts.ts';
import { countShown, mergeCatalog } from './catalog/merge.ts';
import { createCatalogStore } from './catalog/store.ts';
import { ConfigError } from './config/source/diagnostics.ts';
import { watchStack } from './config/watch/watch.ts';
import { writtenSince } from './config/watch/watched-paths.ts';
import { type Desired, loadDesired } from './desired.ts';
import { listenControl } from './edge/control/socket.ts';
import { createEdge } from './edge/edge.ts';
import { watchEngine } from './engines/docker/events.ts';
import { renderError, toGatewayError } from './errors.ts';
import type { Log } from './log.ts';
import type { Clock } from './model/clock.ts';
import type { EngineState, EngineTrouble, IgnoredContainer } from './model/observed.ts';
import type { GatewayControl } from './model/operator.ts';
import { renderPlan } from './model/plan.ts';
import { explain, tellConflicts, tellIgnored, tellMoved } from './notices.ts';
import { reconcile } from './reconcile/reconcile.ts';
import type { ImageDeps } from './runtime/containers/images.ts';
import { createOverride } from './runtime/containers/override.ts';
import { createLogs } from './runtime/memory/logs.ts';
import type { StateDir } from './runtime/memory/state-dir.ts';
import { composeValues } from './runtime/memory/values.ts';
import { createAuthorizers } from './runtime/oauth/authorizer.ts';
import { openCredentials } from './runtime/oauth/credentials.ts';
import { createRuntime } from './runtime/runtime.ts';
import { afterRuns, coalesce, latestWins, once } from './scheduling.ts';

/** How long calls in flight may take to finish when the gateway ends; milliseconds. */
const SHUTDOWN_GRACE = 5_000;

const FILE_CHANGED = 'file changed';

/** What it starts with. */
export interface GatewaySettings {
  /** Absolute path of the config file. */
  readonly file: string;
  readonly state: StateDir;
  /** What its files ask for; what was changed since they were read is read again. */
  readonly desired: Desired;
  /** Undefined: serve what can run without an engine. */
  readonly engine: { readonly docker: Docker; readonly env: Readonly<Record<string, string>> } | undefined;
  readonly engineMissing: EngineTrouble;
  readonly ensureBases: ImageDeps['ensureBases'];
  readonly clock: Clock;
  readonly log: Log;
  /** What people at the terminal should read: plans, problems. */
  readonly say: (text: string) => void;
}

export interface Gateway {
  readonly url: string;
  readonly control: GatewayControl;
  /** Resolves when `close` has released everything. */
  readonly closed: Promise<void>;
  close(): Promise<void>;
}

/**
 * Serves the stack until closed. Listening begins before any server is up; servers announce themselves as they come.
 *
 * @throws GatewayError PORT_TAKEN or ALREADY_RUNNING; nothing is left behind then
 */
export async function startGateway(settings: GatewaySettings): Promise<Gateway> {
  const { clock, log, say, state } = settings;
  let { desired } = settings;
  let { readAt } = desired;
  const override = createOverride(state.override);
  writeFiles(desired, override);
  /** Grows with what a failed load looked at: mending one of those files is worth another try. */
  let watched = desired.stack.watched;
  let isEdited = false;
  let ignored: readonly IgnoredContainer[] = [];
  const localToken = randomBytes(32).toString('base64url');
  let engine: EngineState = settings.engine
    ? { state: 'ready' }
    : { state: 'absent', ...settings.engineMissing };
  let lastSaid = '';
  /** A reload never changes it. */
  const address = desired.stack.gateway;
  let saidMoved = '';
  let lastPlan = '';
  const logs = createLogs(clock);
  const catalog = createCatalogStore();
  let conflicts: readonly ConflictNote[] = [];
  const publishNow = (): void => {
    const merged = mergeCatalog(runtime.offers());
    conflicts = tellConflicts(conflicts, conflictNotes(merged.conflicts), logs);
    catalog.publish(merged);
  };
  const publish = coalesce(publishNow);
  const onBroken = (error: unknown): void => say(renderError(toGatewayError(error)));
  const looks = latestWins((cause) => reload(cause), onBroken, clock);

  const runtime = createRuntime({
    stackName: desired.stack.name,
    docker: settings.engine?.docker,
    engineMissing: settings.engineMissing,
    compose: () => ({
      project: desired.stack.name,
      files: [desired.stack.composeFile, state.override],
      values: composeValues(desired.stack.servers, desired.values),
      engineEnv: settings.engine?.env ?? {},
    }),
    override,
    state,
    ensureBases: settings.ensureBases,
    values: () => desired.values,
    clock,
    random: Math.random,
    logs,
    onOffers: publish,
    countOf: countShown,
    onNotification: (notification) => edge.notify(notification),
    askClient: (request) => edge.ask(request),
    authorizers: createAuthorizers(openCredentials(join(state.path, 'oauth'))),
    lookAgain: looks.request,
    lookSoon: looks.soon,
  });

  /** A bad edit is told once and changes nothing; everything else goes on with the last good file. True when servers are others now. */
  const refresh = async (): Promise<boolean> => {
    // The start of ten servers brings twenty looks, which files that are as they were read must not make dearer.
    if (!isEdited && !(await writtenSince(new Set(watched), readAt))) return false;
    isEdited = false;
    readAt = clock.now();
    const before = desired.compiled;
    try {
      const next = await loadDesired(settings);
      refuseRename(desired.stack, next.stack);
      writeFiles(next, override);
      desired = next;
      edge.authChanged();
      saidMoved = tellMoved(settings.file, { ...address, url: edge.url }, next.stack.gateway, saidMoved, say);
      watched = next.stack.watched;
      if (lastSaid !== '') say('the configuration is good again');
      lastSaid = '';
    } catch (error) {
      if (error instanceof ConfigError) watched = [...new Set([...desired.stack.watched, ...error.watched])];
      const problems = explain(error);
      if (problems !== lastSaid)
        say(`${problems}\nnothing was changed; the last good configuration keeps running`);
      lastSaid = problems;
    }
    await watch.refresh(readAt);
    return differ(before, desired.compiled);
  };

  const reload = async (cause: string): Promise<void> => {
    const areOthers = await refresh();
    const { wanted } = desired;
    const observed = await runtime.observe(wanted.compiled.units);
    engine = observed.engine;
    const { plan: todo, units, ignored: unserved } = reconcile(wanted, observed);
    runtime.declare(units);
    logs.keep(new Set(runtime.board.all().map(({ serverName }) => serverName)));
    ignored = tellIgnored(ignored, unserved, logs);
    log.debug({ cause, steps: todo.steps.length }, 'reload');
    const text = renderPlan(todo);
    if (text !== '' && text !== lastPlan) log.info({ cause, plan: text }, 'plan');
    // An edit may be read by a look that something else has asked for.
    if ((areOthers || cause === FILE_CHANGED) && text !== '') say(text);
    lastPlan = text;
    // Compose is about to read them, and somebody may have removed them.
    if (todo.steps.some(({ op }) => op === 'create')) writeFiles(desired, override);
    void runtime.execute(todo).then(() => log.debug({ cause }, 'plan executed'));
  };

  const control: GatewayControl = {
    status: () => ({
      stack: desired.stack.name,
      file: settings.file,
      url: edge.url,
      pid: process.pid,
      engine: engine.state === 'ready' ? 'ready' : engine.reason,
      sessions: edge.sessions(),
      servers: runtime.board.all(),
      ignored,
    }),
    logs: logs.read,
    onLog: logs.onEntry,
    onStatus: runtime.board.onChange,
    plan: async () => {
      const { wanted } = await loadDesired(settings);
      return renderPlan(reconcile(wanted, await runtime.observe(wanted.compiled.units)).plan);
    },
    localToken: () => localToken,
    restart: runtime.restart,
    stop: () => close(),
  };

  // What servers offered when they last ran is there for the first client that asks.
  runtime.declare(desired.compiled.units);
  publishNow();
  const edge = createEdge({
    catalog,
    call: runtime.call,
    // What was read again is published with whatever else has changed.
    freshen: (kind, serverName) => runtime.freshen(kind, serverName)?.then(afterRuns),
    control,
    clock,
    log,
    onSessionEnd: runtime.endSession,
    tellServers: runtime.tellServers,
    setLogLevel: runtime.setLogLevel,
    auth: () => desired.stack.auth,
    access: () => desired.stack.gateway,
    localToken,
    settings: desired.stack.gateway,
  });
  const socket = await listenControl(state.socket, control);
  await edge.listen().catch(async (error) => {
    await socket.close();
    throw error;
  });
  const watch = watchStack(
    () => watched,
    clock,
    () => {
      isEdited = true;
      looks.request(FILE_CHANGED);
    },
  );
  // What was written since the first reading began is news as well.
  void watch.refresh(readAt);
  const engineWatch = settings.engine && watchEngine(settings.engine.docker, clock, looks.soon);

  const finished = Promise.withResolvers<void>();
  const close = once(async () => {
    engineWatch?.close();
    await watch.close();
    await looks.close();
    await edge.close(SHUTDOWN_GRACE);
    await runtime.close();
    await socket.close();
    finished.resolve();
  });

  looks.request('start');
  return { url: edge.url, control, closed: finished.promise, close };
}
