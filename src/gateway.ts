/**
 * THE SPINE. Builds every object and joins the stages:
 *
 *   files ─▶ config ─▶ compile ─▶ reconcile ─▶ runtime ─▶ catalog ─▶ edge ─▶ clients
 *                                     ▲           │
 *                                     └─ observed ┘
 * `reload.ts` is the loop that runs through them.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createBuiltins } from './builtins/builtins.ts';
import { Catalogs } from './catalog/catalogs.ts';
import { conflictNotes } from './catalog/conflicts.ts';
import { filterNotes } from './catalog/filter-notes.ts';
import { namedServers } from './catalog/ownership.ts';
import { viewNotes } from './catalog/view-notes.ts';
import { createControl, lockStack, statusForClients } from './control.ts';
import type { CurrentStack } from './current-stack.ts';
import type { Desired } from './desired.ts';
import { createEdge, type Edge, type EdgeDeps } from './edge/edge.ts';
import type { EngineAddress } from './engines/docker/docker-engine.ts';
import { renderThrown } from './errors.ts';
import { HOPS_HEADER, Hops } from './hops.ts';
import type { Log } from './log.ts';
import type { Clock } from './model/clock.ts';
import type { Engine } from './model/engine.ts';
import { LABEL } from './model/labels.ts';
import type { EngineTrouble } from './model/observed.ts';
import type { GatewayControl } from './model/operator.ts';
import type { Stack } from './model/stack.ts';
import type { LogEntry } from './model/status.ts';
import type { Typing } from './model/text/commands.ts';
import { createNotices, type Notices } from './notices.ts';
import { openStack } from './open-stack.ts';
import { FILE_CHANGED, Reload } from './reload.ts';
import type { ImageDeps } from './runtime/containers/images.ts';
import { createLogs, type Logs } from './runtime/memory/logs.ts';
import type { StateDir } from './runtime/memory/state-dir.ts';
import { createIssuerFetch } from './runtime/network/issuer-fetch.ts';
import { createAuthorizers } from './runtime/oauth/authorizer.ts';
import { openCredentials } from './runtime/oauth/credentials.ts';
import { createRuntime, type Runtime, type RuntimeDeps } from './runtime/runtime.ts';
import { afterRuns, coalesce, createRuns, once, type Runs } from './scheduling.ts';
import { createHider } from './secrets/hider.ts';
import { createShown } from './shown.ts';

/** How long calls in flight may take to finish when the gateway ends. */
const SHUTDOWN_GRACE_MS = 5_000;

/** Fixed at the start. */
export interface GatewaySettings {
  /** Absolute path of the config file. */
  readonly file: string;
  readonly state: StateDir;
  /** The first reading of the file; edits made since then are read at once. */
  readonly desired: Desired;
  /** Undefined: serve what can run without an engine. */
  readonly engine: EngineAddress | undefined;
  /** Which engine, and how it is reached, in words. */
  readonly engineName?: string | undefined;
  /** Shown for servers that need an engine while there is none. */
  readonly engineMissing: EngineTrouble;
  readonly ensureBases: ImageDeps['ensureBases'];
  /** Where the last gateway of this stack wrote the compiled file, if that is known. */
  readonly compiledBefore?: string | undefined;
  /** Log entries that earlier gateways have kept; absent for none. Never rejects. */
  readonly earlierLogs?: (() => Promise<readonly LogEntry[]>) | undefined;
  /** Writes what `hive down` needs to know of a stack. */
  readonly remember: (stack: Stack) => void;
  readonly clock: Clock;
  /** Opens the log of the gateway. @param clean takes secrets out of each line */
  readonly openLog: (clean: (line: string) => string) => Log;
  /** How commands in hints are typed by whoever has started the gateway. */
  readonly typing?: Typing | undefined;
  /** Prints a text for the operator: plans, problems. */
  readonly say: (text: string) => void;
}

export interface Gateway {
  readonly url: string;
  readonly control: GatewayControl;
  /** Resolves when `close` has released everything. */
  readonly closed: Promise<void>;
  /** Drains and releases everything. Never rejects. */
  close(): Promise<void>;
}

/**
 * Serves the stack until closed. Listening begins before any server is up; servers join as they become ready.
 * The caller must close the result.
 *
 * @throws GatewayError ALREADY_RUNNING, STACK_TAKEN, PORT_TAKEN or CONFIG_INVALID, after everything has been
 * released
 */
export async function startGateway(settings: GatewaySettings): Promise<Gateway> {
  const acquired = new AsyncDisposableStack();
  const closed = Promise.withResolvers<void>();
  const report = (error: unknown): void => settings.say(renderThrown(error));
  const close = once(() => acquired.disposeAsync().catch(report).finally(closed.resolve));
  try {
    const { edge, control } = await build(settings, acquired, close);
    return { url: edge.url, control, closed: closed.promise, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Builds and joins all parts, and starts the loop.
 *
 * @param acquired receives each part that holds a timer, socket, process or watch, as soon as it exists.
 * It is disposed of in reverse order: the loop ends before the parts that it uses, the control socket last
 */
async function build(
  given: GatewaySettings,
  acquired: AsyncDisposableStack,
  stop: () => Promise<void>,
): Promise<{ edge: Edge; control: GatewayControl }> {
  const { clock } = given;
  const controlReady = Promise.withResolvers<GatewayControl>();
  // The socket is the file's lock: without it nothing may be touched.
  acquired.adopt(await lockStack(given.state.socket, controlReady.promise), (it) => it.close());

  const { settings, shown, shownToCommands, follow } = privately(given);
  const logs = openLogs(settings);
  const notices = createNotices(settings.say, logs);
  const opened = await openStack(settings, acquired, notices);
  const { engine, stack } = opened;
  follow(stack);
  const runs = createRuns(clock, (error) => settings.say(renderThrown(error)));
  const { request: requestReload } = runs;
  const ends = { stop, requestReload };
  const catalogs = new Catalogs();

  // The runtime, the edge and the control use each other, but none does so while it is built.
  const builtins = createBuiltins({ control: () => control, catalog: catalogs.legacy, clean: shown.text });
  const runtimeDeps: RuntimeDeps = {
    ...runtimeSettings(settings, stack),
    countOf: (listing) => catalogs.countOf(listing),
    viewHas: (viewName, serverName) => catalogs.legacy.views.hasServer(viewName, serverName),
    ...opened,
    logs,
    serveBuiltin: builtins.serve,
    onListings: coalesce(() => publish(catalogs, runtime, stack, notices)),
    onNotification: (notification) => edge.notify(notification),
    askClient: (request) => edge.ask(request),
    shownError: shown.reply,
    requestReload,
    requestReloadSoon: runs.soon,
  };
  const runtime: Runtime = acquired.adopt(createRuntime(runtimeDeps), (it) => it.close());
  // The first client finds what servers offered when they last ran.
  runtime.declare(stack.desired.compiled.units);
  catalogs.setViews(stack.desired.stack.views ?? []);
  publish(catalogs, runtime, stack, notices);
  const edgeDeps: EdgeDeps = {
    ...edgeSettings(settings, stack, runtime),
    catalog: catalogs.modern,
    legacyCatalog: catalogs.legacy,
    localToken: settings.localToken,
    control: { status: () => statusForClients({ ...parts, reload }) },
  };
  const edge: Edge = acquired.adopt(createEdge(edgeDeps), (it) => it.close(SHUTDOWN_GRACE_MS));
  const applyViews = followViews(acquired, catalogs, runtime, stack, notices);
  const parts = {
    ...settings,
    ...opened,
    applyViews,
    runtime,
    edge,
    logs,
    notices,
    builtins,
    shown,
    ...ends,
  };
  const reload = new Reload(parts);
  acquired.adopt(reload, (it) => it.close());
  const control = createControl({ ...parts, reload });
  await edge.listen();
  // Commands wait until here, so that they never see a gateway that cannot start.
  controlReady.resolve(createControl({ ...parts, reload, shown: shownToCommands }));
  followChanges(acquired, runs, stack, engine);
  runs.start((cause) => reload.run(cause));
  runs.request('start');
  return { edge, control };
}

function openLogs({ clock, earlierLogs }: GatewaySettings): Logs {
  const logs = createLogs(clock);
  void earlierLogs?.().then(logs.restore);
  return logs;
}

/** Opens the log and makes the token of local commands. `follow` follows the secrets of the stack. */
function privately(given: GatewaySettings) {
  let current: Pick<CurrentStack, 'desired'> = given;
  const hider = createHider(() => current.desired.secrets);
  const shown = createShown(hider, given.typing);
  const shownToCommands = createShown(hider);
  const say = (text: string): void => given.say(shown.text(text));
  const localToken = randomBytes(32).toString('base64url');
  const hops = new Hops(randomBytes(8).toString('hex'), () => given.clock.now());
  const settings = { ...given, say, log: given.openLog(hider.redactKnown), localToken, hops };
  const follow = (stack: CurrentStack): void => {
    current = stack;
  };
  return { shown, shownToCommands, settings, follow };
}

function runtimeSettings(settings: GatewaySettings & { hops: Hops }, stack: CurrentStack) {
  const { clock, engineMissing, ensureBases, state, hops } = settings;
  return {
    hops: { name: HOPS_HEADER, value: () => hops.via },
    stackName: stack.desired.stack.name,
    engineMissing,
    compose: (services) => stack.composeProject(services),
    state,
    ensureBases,
    values: () => stack.desired.values,
    clock,
    random: Math.random,
    authorizers: createAuthorizers(openCredentials(join(state.path, 'oauth')), clock),
  } satisfies Partial<RuntimeDeps>;
}

function edgeSettings(
  { clock, log, hops }: Pick<EdgeDeps, 'clock' | 'log'> & { hops: Hops },
  stack: CurrentStack,
  runtime: Runtime,
) {
  return {
    clock,
    log,
    call: runtime.calls.call,
    loop: (headers) => hops.refusal(headers[HOPS_HEADER]),
    taskServer: runtime.calls.taskServer,
    callTallies: runtime.calls.tallies,
    // Lists that were revalidated are published with whatever else has changed in this turn.
    revalidate: (kind, serverName, era) => runtime.revalidate(kind, serverName, era)?.then(afterRuns),
    onSessionBegin: (sessionId, scope) => runtime.beginSession(sessionId, scope)?.then(afterRuns),
    wake: runtime.wake,
    onSessionEnd: runtime.endSession,
    notifyServers: runtime.notifyServers,
    setLogLevel: runtime.setLogLevel,
    auth: () => stack.desired.stack.auth,
    issuerFetch: createIssuerFetch({ current: () => stack.desired, report: (text) => log.warn(text) }),
    access: () => stack.desired.stack.gateway,
    settings: stack.bound,
  } satisfies Partial<EdgeDeps>;
}

function publish(catalogs: Catalogs, runtime: Runtime, stack: CurrentStack, notices: Notices): void {
  const listings = runtime.listings();
  const { conflicts } = catalogs.publish(listings, namedServers(stack.desired.stack));
  notices.logWhile('conflicts', conflictNotes(conflicts));
  const idle = filterNotes(listings);
  notices.logWhile('filters', idle);
  notices.sayWhile('filters', idle.map(({ text }) => `warning: ${text}`).join('\n'));
}

/** Returns the function that puts the views of the stack into effect. */
function followViews(
  acquired: AsyncDisposableStack,
  catalogs: Catalogs,
  runtime: Runtime,
  stack: CurrentStack,
  notices: Notices,
): () => void {
  const note = coalesce(() => noteViews(catalogs, runtime, stack, notices));
  acquired.defer(runtime.board.onChange(note));
  return () => {
    catalogs.setViews(stack.desired.stack.views ?? []);
    note();
  };
}

/**
 * Says what views leave out, and which of their filters are idle. While servers start, that is not known, and
 * what was said before holds on.
 */
function noteViews(catalogs: Catalogs, runtime: Runtime, stack: CurrentStack, notices: Notices): void {
  const { views = [] } = stack.desired.stack;
  const statuses = runtime.board.all();
  if (views.length > 0 && statuses.some(({ state }) => state === 'pending' || state === 'starting')) return;
  const names = statuses.map(({ serverName }) => serverName);
  const notes = viewNotes(views, catalogs.modern.current().all, names);
  notices.logWhile(
    'views',
    notes.map((text) => ({ serverName: 'hive', text })),
  );
  notices.sayWhile('views', notes.map((text) => `warning: ${text}`).join('\n'));
}

/** Requests a reload for each edit and each change of a container, until disposed of. */
function followChanges(
  acquired: AsyncDisposableStack,
  runs: Runs,
  stack: CurrentStack,
  engine: Engine | undefined,
): void {
  acquired.adopt(runs, (it) => it.close());
  const watch = stack.watch(() => runs.request(FILE_CHANGED));
  acquired.adopt(watch, (it) => it.close());
  if (engine) acquired.adopt(engine.watch(LABEL.server, runs.soon), (it) => it.close());
}
