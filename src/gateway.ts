/**
 * THE SPINE. Builds every object and joins the stages:
 *
 *   files ─▶ config ─▶ compile ─▶ reconcile ─▶ runtime ─▶ catalog ─▶ edge ─▶ clients
 *                                     ▲           │
 *                                     └─ observed ┘
 * `reload.ts` is the loop that runs through them.
 */
import { randomBytes } from 'node:crypto';
import { createAdding } from './adding.ts';
import { createBuiltins } from './builtins/builtins.ts';
import { createControl, lockStack, statusForClients } from './control.ts';
import type { CurrentStack } from './current-stack.ts';
import type { Desired } from './desired.ts';
import { createEdge, type Edge, type EdgeDeps } from './edge/edge.ts';
import type { EngineAddress } from './engines/docker/docker-engine.ts';
import { renderThrown } from './errors.ts';
import { Hops } from './hops.ts';
import type { Log } from './log.ts';
import type { CallServer } from './model/calls.ts';
import type { Clock } from './model/clock.ts';
import { LABEL } from './model/labels.ts';
import type { EngineTrouble } from './model/observed.ts';
import type { GatewayControl } from './model/operator.ts';
import type { Stack } from './model/stack.ts';
import type { LogEntry } from './model/status.ts';
import type { Typing } from './model/text/commands.ts';
import { createNotices } from './notices.ts';
import { openStack } from './open-stack.ts';
import { builtinSettings, edgeSettings, runtimeSettings } from './part-settings.ts';
import { Publishing } from './publishing.ts';
import { FILE_CHANGED, Reload } from './reload.ts';
import type { ImageDeps } from './runtime/containers/images.ts';
import { createLogs, type Logs } from './runtime/memory/logs.ts';
import type { StateDir } from './runtime/memory/state-dir.ts';
import { createRuntime, type Runtime, type RuntimeDeps } from './runtime/runtime.ts';
import { coalesce, createRuns, once, type Runs } from './scheduling.ts';
import { createHider } from './secrets/hider.ts';
import { createShown, type Shown } from './shown.ts';
import { createStoredLogs } from './stored-logs.ts';
import { createWatching } from './watching.ts';

/** How long calls in flight may take to finish when the gateway ends. */
const SHUTDOWN_GRACE_MS = 5_000;
/** Fixed at the start. */
export interface GatewaySettings {
  /** Absolute path of the config file. */
  readonly file: string;
  readonly state: StateDir;
  /** The first reading of the file; edits made since then are read at once. */
  readonly desired: Desired;
  /** False: edits are read only when somebody asks for it. */
  readonly watches?: boolean | undefined;
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
  const controlReady = Promise.withResolvers<GatewayControl>();
  const begun = await begin(given, acquired, controlReady.promise);
  const { settings, shown, logs, storedLogs, notices, opened } = begun;
  const { engine, stack } = opened;
  const runs = createRuns(settings.clock, (error) => settings.say(renderThrown(error)));
  const requestReload = runs.request;
  const publishing = new Publishing(stack, notices);
  const { catalogs } = publishing;
  // The runtime, the edge and the control use each other, but none does so while it is built.
  const found = { catalog: catalogs.legacy, clean: shown.text, ...builtinSettings(settings, stack) };
  const call: CallServer = (...one) => runtime.calls.call(...one);
  const builtins = createBuiltins({ control: () => control, call, ...found });
  const runtimeDeps: RuntimeDeps = {
    ...runtimeSettings(settings, stack),
    countOf: (listing) => catalogs.countOf(listing),
    viewHas: (viewName, serverName) => catalogs.legacy.views.hasServer(viewName, serverName),
    ...opened,
    logs,
    serveBuiltin: builtins.serve,
    onListings: coalesce(() => publishing.publish(runtime)),
    onNotification: (notification) => edge.notify(notification),
    askClient: (request) => edge.ask(request),
    shownError: shown.reply,
    ...{ requestReload, requestReloadSoon: runs.soon },
  };
  const runtime: Runtime = acquired.adopt(createRuntime(runtimeDeps), (it) => it.close());
  // The first client finds what servers offered when they last ran.
  runtime.declare(stack.desired.compiled.units);
  publishing.setViews();
  publishing.publish(runtime);
  const edgeDeps: EdgeDeps = {
    ...edgeSettings(settings, stack, runtime),
    catalog: catalogs.modern,
    legacyCatalog: catalogs.legacy,
    localToken: settings.localToken,
    connecting: connectingTo(stack, shown),
    control: { status: () => statusForClients({ ...parts, reload }), usage: runtime.readUsage },
  };
  const edge: Edge = acquired.adopt(createEdge(edgeDeps), (it) => it.close(SHUTDOWN_GRACE_MS));
  const applyViews = publishing.followViews(acquired, runtime);
  const watching = acquired.adopt(createWatching({ ...settings, engine, runtime }), (it) => it.close());
  const own = { applyViews, watching, runtime, edge, logs, storedLogs, notices, builtins, shown };
  const parts = { ...settings, ...opened, ...own, stop, requestReload };
  const reload = new Reload(parts);
  acquired.adopt(reload, (it) => it.close());
  const added = acquired.adopt(createAdding({ ...parts, reload }), (it) => it.close());
  const control = createControl({ ...parts, reload, added });
  await edge.listen();
  // Commands wait until here, so that they never see a gateway that cannot start.
  controlReady.resolve(createControl({ ...parts, reload, added, shown: begun.shownToCommands }));
  followChanges(acquired, runs, begun);
  startLoop(runs, reload);
  added.resume();
  return { edge, control };
}

function startLoop(runs: Runs, reload: Reload): void {
  runs.start((cause) => reload.run(cause));
  runs.request('start');
}

/** The facts of clients are loaded by the first reader of the page. */
const connectingTo =
  (stack: CurrentStack, { text }: Pick<Shown, 'text'>): EdgeDeps['connecting'] =>
  async (url) => {
    const { connectLines } = await import('./connect-lines.ts');
    const needsToken = stack.desired.stack.auth !== undefined;
    const clients = connectLines(url, (id) => text(`npx hive connect ${id}`), needsToken);
    return { command: text('npx hive connect'), clients };
  };

/**
 * Takes the stack: no other gateway may serve its file from here on.
 *
 * @param control resolves when commands may use the gateway
 */
async function begin(
  given: GatewaySettings,
  acquired: AsyncDisposableStack,
  control: Promise<GatewayControl>,
) {
  // The socket is the file's lock: without it nothing may be touched.
  acquired.adopt(await lockStack(given.state.socket, control), (it) => it.close());
  const { settings, shown, shownToCommands, follow } = privately(given);
  const logs = openLogs(settings);
  const notices = createNotices(settings.say, logs);
  const opened = await openStack(settings, acquired, notices);
  follow(opened.stack);
  const storedLogs = createStoredLogs({ ...settings, ...opened, logs, notices }, acquired);
  return { settings, shown, shownToCommands, logs, storedLogs, notices, opened };
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

/** Requests a reload for each edit and each change of a container, until disposed of. */
function followChanges(
  acquired: AsyncDisposableStack,
  runs: Runs,
  { opened: { stack, engine }, storedLogs }: Awaited<ReturnType<typeof begin>>,
): void {
  acquired.adopt(runs, (it) => it.close());
  storedLogs.onTroubles(() => runs.soon('logs on disk'));
  const watch = stack.watch(() => runs.request(FILE_CHANGED));
  acquired.adopt(watch, (it) => it.close());
  if (engine) acquired.adopt(engine.watch(LABEL.server, runs.soon), (it) => it.close());
}
