import type { Caller } from '../../model/caller.ts';
import type {
  AskClient,
  Call,
  CallRequest,
  CallServer,
  Reply,
  ServerNotification,
} from '../../model/calls.ts';
import type { ServerView } from '../../model/desired.ts';
import { RPC } from '../../wire/codes.ts';
import { whole } from '../../wire/envelope.ts';
import { taskIdAt } from '../../wire/task.ts';
import { connectionsOf } from '../instances/instance.ts';
import type { Instances } from '../instances/instances.ts';
import type { StatusBoard } from '../instances/status-board.ts';
import type { Isolated } from '../isolation/isolated.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type { LogLevels } from './log-levels.ts';
import { twiceAtMost } from './retry-once.ts';
import type { Subscriptions } from './subscriptions.ts';
import type { Usage } from './usage.ts';

export interface CallDeps {
  readonly instances: Pick<Instances, 'serving' | 'of'>;
  /** For a server that does not serve now: waits for it, or refuses. */
  readonly absent: (serverName: string, request: CallRequest, send: () => Call) => Call;
  readonly usage: Pick<Usage, 'during'>;
  readonly askClient: AskClient;
  readonly onNotification: (notification: ServerNotification) => void;
  readonly logLevels: LogLevels;
  readonly subscriptions: Subscriptions;
}

/**
 * Calls go to whatever instance serves the name at that moment; a call under way stays where it is, and so does a task. One that a server has refused because
 * it is another by now, or has forgotten its session, is made once more, and waits for the new connection.
 */
export function callServer(deps: CallDeps): CallServer {
  const { instances, absent, usage } = deps;
  const once: CallServer = (serverName, request, caller) => {
    deps.subscriptions.dropped(serverName, request);
    const holder = taskHolder(instances, serverName, request, caller);
    if (holder) return holder.call(withReturnPath(deps, serverName, request, caller), caller);
    const serving = instances.serving(serverName);
    if (!serving) return absent(serverName, request, () => once(serverName, request, caller));
    const { upstream, isolated } = serving.state.connections;
    const { view } = serving.unit.server;
    const sent = send(deps, { serverName, upstream, isolated, view }, request, caller);
    return view.start === 'lazy' ? usage.during(serverName, request, sent) : sent;
  };
  return (...call) => twiceAtMost(() => once(...call));
}

/** The connection of an instance that was replaced, where the request is for a task begun there. */
function taskHolder(
  instances: Pick<Instances, 'of'>,
  serverName: string,
  { method, params }: CallRequest,
  { era, sessionId }: Caller,
): Upstream | undefined {
  const taskId = method.startsWith('tasks/') && params ? taskIdAt(params, whole(params)) : undefined;
  if (taskId === undefined) return undefined;
  const owner = era === 'modern' ? undefined : sessionId;
  const holders = instances
    .of(serverName)
    .filter(({ state }) => state.phase === 'draining' && state.keepsTasks)
    .map((instance) => {
      const { upstream, isolated } = connectionsOf(instance) ?? {};
      return upstream?.tasks.knows(taskId, owner) ? upstream : isolated?.holderOf(taskId, owner);
    });
  return holders.find((holder) => holder !== undefined);
}

interface Target {
  readonly serverName: string;
  readonly upstream: Upstream;
  readonly isolated: Isolated;
  readonly view: ServerView;
}

function send(
  deps: CallDeps,
  { serverName, upstream, isolated, view }: Target,
  plain: CallRequest,
  caller: Caller,
): Call {
  const request = withReturnPath(deps, serverName, plain, caller);
  if (view.isolation === 'session') return isolated.callInSession(caller, request);
  if (view.isolation === 'call') return isolated.callAlone(caller, request);
  // Another MCP session costs an HTTP server little, and its requests then reach the client they are meant for. A modern server
  // has no sessions: it asks within the answer to the very call.
  const isLegacyHttp = upstream.kind === 'http' && upstream.inventory.era !== 'modern';
  const ownSession = caller.capabilities !== undefined && isLegacyHttp && isolated.hasRoom(caller.sessionId);
  if (ownSession) return isolated.callInSession(caller, request);
  return deps.subscriptions.during(serverName, plain, upstream.call(request, caller));
}

/** Adds the ways by which the server's notifications and requests reach the caller during this call. */
function withReturnPath(
  { askClient, onNotification, logLevels }: CallDeps,
  serverName: string,
  { method, params, onProgress, onNotification: notified }: CallRequest,
  { sessionId, era }: Caller,
): CallRequest {
  const isModern = era === 'modern';
  return {
    method,
    ...(params ? { params } : {}),
    onProgress,
    onNotification:
      notified ??
      ((method, params) => onNotification({ serverName, sessionId, method, ...(params ? { params } : {}) })),
    // A modern client states its log level in each request, and answers a server's request by calling again.
    ask: isModern
      ? undefined
      : (method, params, signal) =>
          askClient({ serverName, sessionId, method, ...(params ? { params } : {}), signal }),
    logLevel: isModern ? undefined : logLevels.of(sessionId),
  };
}

/** Why the server does not serve, and what to do about it. */
export function refusal(serverName: string, board: Pick<StatusBoard, 'get'>): Reply {
  const status = board.get(serverName);
  const why = status?.reason ?? status?.detail ?? 'it is not running';
  const message = `${serverName} is ${status?.state ?? 'unknown'}: ${why}${status?.hint ? `. Fix: ${status.hint}` : ''}`;
  const error = {
    code: RPC.NOT_SERVING,
    message,
    data: { server: serverName, state: status?.state, code: status?.code },
  };
  return { kind: 'error', json: Buffer.from(JSON.stringify(error)) };
}
