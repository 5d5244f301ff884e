/**
 * `subscriptions/listen` (2026-07-28, basic/patterns/subscriptions): the streams that carry notifications to
 * modern clients.
 */
import type { CallRequest, CallServer, ServerNotification, TaskServer } from '../../model/calls.ts';
import type { CatalogView, ListKind } from '../../model/catalog.ts';
import type { CatalogChange } from '../../model/catalog-reader.ts';
import type { Clock } from '../../model/clock.ts';
import { Shares } from '../../model/collections/shares.ts';
import { toJson } from '../../model/text/json.ts';
import { within } from '../../model/time/wait.ts';
import { whyTooLow } from '../../policy/decide.ts';
import { RPC } from '../../wire/codes.ts';
import { LISTS } from '../../wire/lists.ts';
import { METHOD } from '../../wire/methods.ts';
import type { Incoming } from '../http/incoming.ts';
import type { KeepAlive } from '../http/keep-alive.ts';
import type { ClientRequest } from '../http/message.ts';
import { refuse, refuseStopping } from '../http/refuse.ts';
import { openEventStream } from '../http/stream.ts';
import type { WhyOver } from '../shared/clients.ts';
import type { Params } from '../shared/era.ts';
import type { Views } from '../shared/views.ts';
import {
  declaresTasks,
  flagsOf,
  type ListenFilter,
  listOf,
  readFilter,
  TASKS_CAPABILITY,
  TASKS_REQUIRED,
} from './listen-filter.ts';
import { ListenStream } from './listen-stream.ts';

export interface ListenStreams {
  /** Answers the request with a stream, and resolves once that is acknowledged. */
  open(incoming: Incoming, request: ClientRequest, params: Params): Promise<void>;
  /** Sends list notifications to the streams whose view changed. */
  catalogChanged(change: CatalogChange): void;
  /** Sends a notification to the stream with that session id, if there is one. */
  notifyFollower(sessionId: string, notification: ServerNotification): void;
  /** Ends the streams of clients that may no longer be served. */
  expel(whyOver: WhyOver): void;
  /** Ends all streams, and refuses further ones. */
  end(): void;
  readonly count: number;
}

export interface ListenStreamsDeps {
  readonly views: Pick<Views, 'of' | 'hold' | 'sees' | 'changed'>;
  readonly call: CallServer;
  readonly taskServer: TaskServer;
  readonly clock: Clock;
  readonly keepAlive: KeepAlive;
  /** Called with the session id of a stream that has ended. */
  readonly onSessionEnd: (sessionId: string) => void;
}

/** Half of them for one client, while no other has a stream. */
const MAX_STREAMS = 2_048;
/** A subscription's id is kept as long as its stream, and is in each of its messages. */
const MAX_ID_BYTES = 1_024;
const ID_PROBLEM = `the id of a subscription is longer than ${MAX_ID_BYTES} bytes`;
/** How long servers have to take a subscription; later ones are not acknowledged, but still honoured. */
const SUBSCRIBE_TIMEOUT_MS = 5_000;

/** The topics that servers have taken so far. */
interface Taken {
  readonly uris: string[];
  readonly taskIds: string[];
}

export function createListenStreams(deps: ListenStreamsDeps): ListenStreams {
  const streams = new Map<string, ListenStream>();
  const shares = new Shares(MAX_STREAMS);
  let isEnded = false;

  /** Adds the stream to the table until its connection closes. */
  function add(listen: ListenStream, response: Incoming['response'], release: () => void): void {
    const { sessionId, principal } = listen.caller;
    streams.set(sessionId, listen);
    response.on('close', () => {
      release();
      streams.delete(sessionId);
      shares.give(principal);
      deps.onSessionEnd(sessionId);
    });
  }

  async function open(incoming: Incoming, { text, id }: ClientRequest, params: Params): Promise<void> {
    const { response, scope, principal, access } = incoming;
    if (isEnded) return refuseStopping(response, id);
    const filter = filterOf(response, { text, id }, params);
    if (!filter) return;
    if (!shares.take(principal))
      return refuse(response, 503, RPC.INTERNAL, 'too many subscriptions of this client are open', id);
    const flags = flagsOf(filter);
    const stream = openEventStream(incoming);
    const listen = new ListenStream({ stream, id, scope, principal, access, methods: changesOf(flags) });
    add(listen, response, releaseBoth(deps.keepAlive.watch(stream), deps.views.hold(scope, access)));
    const { uris, taskIds } = await subscribe(deps, listen, deps.views.of(scope, access), filter);
    if (!streams.has(listen.caller.sessionId)) return;
    listen.acknowledge(honoured(flags, { uris, taskIds }));
    if (flags.length + uris.length + taskIds.length === 0) listen.close();
  }

  return {
    open,
    get count() {
      return streams.size;
    },
    catalogChanged(change) {
      for (const listen of streams.values())
        notifyOf(listen, deps.views.changed(change, listen.scope, listen.caller.access));
    },
    notifyFollower(sessionId, { serverName, method, params }) {
      const listen = streams.get(sessionId);
      if (listen && deps.views.sees(listen.scope, serverName, listen.caller.access))
        listen.notify(method, params);
    },
    expel(whyOver) {
      for (const listen of streams.values())
        if (whyOver(listen.caller.principal, listen.scope) !== undefined) listen.close();
    },
    end() {
      isEnded = true;
      for (const listen of streams.values()) listen.close();
    },
  };
}

/** Once for each method: several lists share one. */
function notifyOf(listen: ListenStream, kinds: readonly ListKind[]): void {
  for (const method of new Set(kinds.map((kind) => LISTS[kind].changed)))
    if (listen.wants(method)) listen.notify(method);
}

const releaseBoth = (unwatch: () => void, letGo: () => void) => (): void => {
  unwatch();
  letGo();
};

/** The part of a filter that is honoured. */
const honoured = (flags: ReturnType<typeof flagsOf>, { uris, taskIds }: Taken): object => ({
  ...Object.fromEntries(flags.map((flag) => [flag, true])),
  ...(uris.length > 0 ? { resourceSubscriptions: uris } : {}),
  ...(taskIds.length > 0 ? { taskIds } : {}),
});

/** Undefined if the request was refused. */
function filterOf(
  response: Incoming['response'],
  { text, id }: Pick<ClientRequest, 'text' | 'id'>,
  params: Params,
): ListenFilter | undefined {
  const filter = readFilter(text, params.get('notifications'));
  if (typeof filter === 'string') refuse(response, 200, RPC.INVALID_PARAMS, filter, id);
  else if (filter.taskIds && !declaresTasks(text, params))
    refuse(response, 400, RPC.CLIENT_CAPABILITY_MISSING, TASKS_REQUIRED, id, TASKS_CAPABILITY);
  else if (id.length > MAX_ID_BYTES) refuse(response, 400, RPC.INVALID_REQUEST, ID_PROBLEM, id);
  else return filter;
  return undefined;
}

/** Methods of the list notifications for which the flags ask. */
const changesOf = (flags: ReturnType<typeof flagsOf>): ReadonlySet<string> =>
  new Set(flags.map((flag) => LISTS[listOf(flag)].changed));

/** Resolves when every server has answered, or after the timeout. */
async function subscribe(
  { call, taskServer, clock }: ListenStreamsDeps,
  { caller }: ListenStream,
  view: CatalogView,
  { resourceSubscriptions = [], taskIds = [] }: ListenFilter,
): Promise<Taken> {
  const taken: Taken = { uris: [], taskIds: [] };
  const request = async (serverName: string | undefined, into: string[], name: string): Promise<void> => {
    if (serverName === undefined || !view.servers.includes(serverName)) return;
    const { reply } = call(serverName, into === taken.uris ? toResource(name) : toTask(name), caller);
    if ((await reply).kind === 'result') into.push(name);
  };
  // Following a resource or task takes more than seeing lists.
  if (whyTooLow(caller.access)) return taken;
  const requests = [
    ...[...new Set(resourceSubscriptions)].map((uri) =>
      request(view.resourceRoute(uri)?.serverName, taken.uris, uri),
    ),
    ...[...new Set(taskIds)].map((id) => request(taskServer(caller, id), taken.taskIds, id)),
  ];
  await within(Promise.all(requests), SUBSCRIBE_TIMEOUT_MS, clock);
  return { uris: [...taken.uris], taskIds: [...taken.taskIds] };
}

const toResource = (uri: string): CallRequest => ({
  method: METHOD.RESOURCES_SUBSCRIBE,
  params: toJson({ uri }),
});

const toTask = (taskId: string): CallRequest => ({
  method: METHOD.TASKS_SUBSCRIBE,
  params: toJson({ taskId }),
});
