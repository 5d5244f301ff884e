/**
 * The operator's side of a gateway: what the control socket, the built-in servers and the edge may ask of it.
 */
import { shownAdded } from './adding.ts';
import type { Builtins } from './builtins/builtins.ts';
import type { CurrentStack } from './current-stack.ts';
import { type ControlSocket, listenControl } from './edge/control/socket.ts';
import type { Edge } from './edge/edge.ts';
import type { AddedServers } from './model/added/added.ts';
import { defined } from './model/collections/defined.ts';
import type { CaptureControl, GatewayControl } from './model/operator.ts';
import type { GatewayStatus, ServerStatus } from './model/status.ts';
import { newest } from './model/watch/call-record.ts';
import { type CaptureState, capturedWhat } from './model/watch/capture.ts';
import type { FoundLines, LogSearch } from './model/watch/log-search.ts';
import type { Reload } from './reload.ts';
import { whyNothing } from './runtime/instances/nothing-offered.ts';
import type { Logs } from './runtime/memory/logs.ts';
import type { Runtime } from './runtime/runtime.ts';
import { socketLock, withLock } from './setup/lock.ts';
import type { Shown } from './shown.ts';
import type { StoredLogs } from './stored-logs.ts';
import { createSwitching, type SwitchingParts } from './switching.ts';
import type { Watching } from './watching.ts';

export interface ControlParts {
  /** Absolute path of the config file. */
  readonly file: string;
  readonly stack: CurrentStack;
  readonly stopped: SwitchingParts['stopped'];
  readonly runtime: Pick<
    Runtime,
    'board' | 'calls' | 'units' | 'listings' | 'readUsage' | 'restart' | 'reviewImages'
  >;
  readonly edge: Pick<Edge, 'url' | 'sessions'>;
  readonly reload: Reload;
  readonly added: AddedServers;
  readonly logs: Pick<Logs, 'read' | 'history' | 'onEntry'>;
  readonly storedLogs: Pick<StoredLogs, 'search' | 'troubles'>;
  readonly builtins: Pick<Builtins, 'operations'>;
  readonly watching: Pick<Watching, 'series'>;
  readonly localToken: string;
  readonly engineName?: string | undefined;
  readonly requestReload: (cause: string) => void;
  readonly stop: () => Promise<void>;
  /** Prints for the operator. */
  readonly say: (text: string) => void;
  readonly shown: Pick<Shown, 'text' | 'status' | 'entry' | 'call' | 'captured' | 'error'>;
}

/** Everything that it answers is without secrets. */
export function createControl(parts: ControlParts): GatewayControl {
  const { runtime, reload, logs, builtins, shown } = parts;
  const orShownError = <T>(answer: Promise<T>): Promise<T> =>
    answer.catch((error: unknown) => {
      throw shown.error(error);
    });
  return {
    status() {
      const status = statusOf(parts);
      return shown.status({ ...status, servers: status.servers.map((server) => withReason(server, parts)) });
    },
    logs: (serverName) => logs.read(serverName).map(shown.entry),
    history: (serverName) => logs.history(serverName).map(shown.entry),
    searchLogs: (request) => orShownError(searchLogs(parts, request)),
    onLog: (listener) => logs.onEntry((entry) => listener(shown.entry(entry))),
    calls: (filter = {}, tail = Number.POSITIVE_INFINITY) =>
      newest(runtime.calls.history.all(), filter, tail).map(shown.call),
    onCall: (listener) => runtime.calls.history.onCall((record) => listener(shown.call(record))),
    capture: captureOf(parts),
    usage: runtime.readUsage,
    series: parts.watching.series,
    onStatus: runtime.board.onChange,
    plan: (next) => orShownError(reload.plan(next).then(shown.text)),
    localToken: () => parts.localToken,
    refresh: () => orShownError(refresh(parts)),
    restart: (serverName) => orShownError(runtime.restart(serverName)),
    ...createSwitching({
      ...parts,
      ...(!parts.stack.watches && { readAgain: (cause) => reload.readAgain(cause) }),
    }),
    added: shownAdded(parts.added, shown),
    stop: parts.stop,
    operations: builtins.operations,
  };
}

/** The status as clients need it: without the reasons that take a look into logs, since each session asks. */
export const statusForClients = (parts: Omit<ControlParts, 'added'>): GatewayStatus =>
  parts.shown.status(statusOf(parts));

/** Lines on disk may hold secrets that were known only later. */
async function searchLogs({ storedLogs, shown }: ControlParts, request: LogSearch): Promise<FoundLines> {
  const found = await storedLogs.search(request);
  return { ...found, lines: found.lines.map((line) => ({ ...line, ...shown.entry(line) })) };
}

async function refresh({ stack, runtime, reload, requestReload, shown }: ControlParts): Promise<string> {
  const plan = await reload.plan();
  runtime.reviewImages();
  if (!stack.watches) stack.expectEdit();
  requestReload('images are looked at again');
  return shown.text(plan);
}

function statusOf(parts: Omit<ControlParts, 'added'>): GatewayStatus {
  const { file, stack, runtime, edge, reload } = parts;
  return {
    stack: stack.desired.stack.name,
    file,
    url: edge.url,
    pid: process.pid,
    engine: reload.engine.state === 'ready' ? 'ready' : reload.engine.reason,
    ...(parts.engineName === undefined ? {} : { engineName: parts.engineName }),
    sessions: edge.sessions(),
    servers: runtime.board.all(),
    ...defined({ off: stack.desired.stack.off, waiting: stack.desired.stack.waiting }),
    troubles: [...stack.troubles, ...reload.troubles, ...parts.storedLogs.troubles],
    ignored: reload.ignored,
    keptOut: reload.keptOut,
    ...(!stack.watches && { watches: false }),
    ...defined({ capture: runtime.calls.capture.state }),
    ...pendingRestart(parts),
  };
}

function captureOf({ runtime, shown, say }: ControlParts): CaptureControl {
  const { capture } = runtime.calls;
  return {
    state: () => capture.state,
    start(servers, ms) {
      capture.start(servers, ms);
      const state = capture.state as CaptureState;
      say(`${capturedWhat(state)} are kept for a while; end it: npx hive calls capture off`);
      return state;
    },
    stop() {
      const state = capture.state;
      capture.stop();
      if (state) say('capture of calls ended: nothing of them is kept');
      return state;
    },
    of(seq) {
      const texts = capture.of(seq);
      return texts && shown.captured(texts);
    },
  };
}

function withReason(server: ServerStatus, { runtime, logs }: ControlParts): ServerStatus {
  const { serverName } = server;
  const listing = () => runtime.listings().find(({ inventory }) => inventory.serverName === serverName);
  const reason = whyNothing(server, listing, () => logs.read(serverName));
  return reason === undefined ? server : { ...server, whyNothing: reason };
}

function pendingRestart({
  stack,
  edge,
}: Pick<ControlParts, 'stack' | 'edge'>): Pick<GatewayStatus, 'pendingRestart'> {
  const notice = stack.restartNotice(edge.url);
  return notice === '' ? {} : { pendingRestart: notice };
}

/**
 * Takes the control socket, which is the lock of the stack: one gateway serves it. Gateways that start at the
 * same moment take turns, since two that find the socket of the same dead gateway would both replace it. The
 * caller must close the result.
 *
 * @param control requests that arrive before it resolves wait for it
 * @throws GatewayError ALREADY_RUNNING, CONFIG_INVALID
 */
export function lockStack(socket: string, control: Promise<GatewayControl>): Promise<ControlSocket> {
  return withLock(
    socketLock(socket),
    () => listenControl(socket, control),
    () => {},
  );
}
