/** `subscriptions/listen` (2026-07-28, basic/patterns/subscriptions): streams on which modern clients hear of what they asked for. */

import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Principal } from '../../model/caller.ts';
import type { CallServer, ServerNotification } from '../../model/calls.ts';
import type { CatalogView, ListKind } from '../../model/catalog.ts';
import type { CatalogChange } from '../../model/catalog-reader.ts';
import type { Clock } from '../../model/clock.ts';
import { RPC } from '../../wire/codes.ts';
import { prepended } from '../../wire/edit.ts';
import { isObject, member, type Span, slice, splice, whole } from '../../wire/envelope.ts';
import { LISTS } from '../../wire/lists.ts';
import { METHOD, NOTIFICATION } from '../../wire/methods.ts';
import { META, TASKS_EXTENSION } from '../../wire/modern-names.ts';
import type { KeepAlive } from '../http/keep-alive.ts';
import { type ClientRequest, responseOf } from '../http/message.ts';
import { refuse } from '../http/refuse.ts';
import { type EventStream, openEventStream } from '../http/stream.ts';
import type { Params } from '../shared/era.ts';
import type { Subscriber } from '../shared/subscriber.ts';
import type { Tasks } from '../shared/tasks.ts';
import { listenResult } from './reply.ts';
import { createTaskNews, knowsTasks } from './task-notifications.ts';

/** One open stream. As a subscriber it has an id of its own, of which nobody outside knows. */
export interface Listen extends Subscriber {
  readonly scope: string;
  /** Ids of tasks, each with its server. */
  readonly tasks: Map<string, string>;
  /** Methods of the notifications about lists that it asked for. */
  readonly methods: ReadonlySet<string>;
  /** Sends a notification with the subscription's id in it. */
  tell(method: string, params?: Buffer): void;
  /** Says that it is over, and ends the stream. */
  close(): void;
}

export interface Listens {
  open(request: ClientRequest, params: Params, response: ServerResponse, who: Listener): Promise<void>;
  tellChanges(change: CatalogChange): void;
  tellTask(notification: ServerNotification): void;
  all(): Iterable<Listen>;
  readonly count: number;
  /** Ends every stream, with its result. */
  close(): void;
}

export interface Listener {
  readonly scope: string;
  readonly principal: Principal;
  readonly view: CatalogView;
}

export interface ListensDeps {
  readonly call: CallServer;
  readonly clock: Clock;
  readonly keepAlive: KeepAlive;
  readonly tasks: Tasks;
  readonly onEnd: (listen: Listen) => void;
}

const MAX_LISTENS = 1_024;
const MAX_URIS = 1_000;
/** Milliseconds that servers have to take a subscription; what they take later is not acknowledged. */
const SUBSCRIBE_MS = 5_000;

interface Filter {
  readonly toolsListChanged?: boolean;
  readonly promptsListChanged?: boolean;
  readonly resourcesListChanged?: boolean;
  readonly resourceSubscriptions?: readonly string[];
  readonly taskIds?: readonly string[];
}

const KINDS = {
  toolsListChanged: 'tools',
  promptsListChanged: 'prompts',
  resourcesListChanged: 'resources',
} as const satisfies Record<string, ListKind>;
type Flag = keyof typeof KINDS;
const FLAGS = Object.keys(KINDS) as Flag[];

export function createListens(deps: ListensDeps): Listens {
  const listens = new Set<Listen>();
  const taskNews = createTaskNews({ ...deps, all: () => listens });

  /** Resolves when every server has taken what is its, or has had its time; one that takes it later is still heard. */
  async function subscribe(
    listen: Listen,
    view: CatalogView,
    { resourceSubscriptions: uris = [], taskIds = [] }: Filter,
    taken: Taken,
  ): Promise<void> {
    const asked = [...new Set(uris)].map(async (uri) => {
      const serverName = view.resourceRoute(uri)?.serverName;
      if (serverName === undefined) return;
      const params = Buffer.from(JSON.stringify({ uri }));
      // Updates may come together with the answer.
      listen.subscriptions.set(uri, serverName);
      const { reply } = deps.call(serverName, { method: METHOD.RESOURCES_SUBSCRIBE, params }, listen.caller);
      if ((await reply).kind === 'error') {
        listen.subscriptions.delete(uri);
        return;
      }
      taken.uris.add(uri);
      if (listens.has(listen)) return;
      // The stream ended meanwhile: what the server has taken is given back.
      listen.subscriptions.set(uri, serverName);
      deps.onEnd(listen);
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = deps.clock.setTimeout(resolve, SUBSCRIBE_MS);
    await Promise.race([
      Promise.all([...asked, taskNews.subscribe(listen, view, taskIds, taken.taskIds)]),
      promise,
    ]);
    timer.cancel();
  }

  async function open(
    { text, id }: ClientRequest,
    params: Params,
    response: ServerResponse,
    { scope, principal, view }: Listener,
  ): Promise<void> {
    const filter = readFilter(text, params.get('notifications'));
    if (typeof filter === 'string') return refuse(response, 200, RPC.INVALID_PARAMS, filter, id);
    if (filter.taskIds && !knowsTasks(text, params))
      return refuse(response, 400, RPC.CLIENT_CAPABILITY_MISSING, NO_TASKS, id, NEEDS_TASKS);
    if (listens.size >= MAX_LISTENS)
      return refuse(response, 503, RPC.INTERNAL, `${MAX_LISTENS} subscriptions are open already`, id);
    const stream = openEventStream(response);
    const flags = FLAGS.filter((flag) => filter[flag] === true);
    const listen = createListen(stream, id, { scope, principal, flags });
    listens.add(listen);
    const release = deps.keepAlive.watch(stream);
    response.on('close', () => {
      release();
      if (!listens.delete(listen)) return;
      taskNews.end(listen);
      deps.onEnd(listen);
    });
    const taken: Taken = { uris: new Set(), taskIds: new Set() };
    await subscribe(listen, view, filter, taken);
    if (!listens.has(listen)) return;
    const [uris, taskIds] = [[...taken.uris], [...taken.taskIds]];
    listen.begin({
      ...Object.fromEntries(flags.map((flag) => [flag, true])),
      ...(uris.length > 0 ? { resourceSubscriptions: uris } : {}),
      ...(taskIds.length > 0 ? { taskIds } : {}),
    });
    // Nothing that it asked for can ever come.
    if (flags.length + uris.length + taskIds.length === 0) listen.close();
  }

  return {
    open,
    all: () => listens,
    get count() {
      return listens.size;
    },
    tellChanges(change) {
      for (const listen of listens) {
        const kinds = listen.scope === '' ? change.all : (change.byServer.get(listen.scope) ?? []);
        for (const method of new Set(kinds.map((kind) => LISTS[kind].changed)))
          if (listen.methods.has(method)) listen.tell(method);
      }
    },
    tellTask: taskNews.tell,
    close() {
      for (const listen of listens) listen.close();
    },
  };
}

/** What servers said they will tell of. */
interface Taken {
  readonly uris: Set<string>;
  readonly taskIds: Set<string>;
}

interface Opened {
  readonly scope: string;
  readonly principal: Principal;
  readonly flags: readonly Flag[];
}

/** Nothing goes out before `begin`, which acknowledges; what comes by then follows it. */
function createListen(
  stream: EventStream,
  id: Buffer,
  { scope, principal, flags }: Opened,
): Listen & { begin(honoured: object): void } {
  const early: Buffer[][] = [];
  let hasBegun = false;
  // A gap that nobody sees would be worse than a lost stream, after which the client listens anew.
  const send = (message: readonly Buffer[]): void => void (stream.send(message) || stream.drop());
  const begin = (honoured: object): void => {
    const params = Buffer.from(JSON.stringify({ notifications: honoured }));
    send(notificationOf(NOTIFICATION.ACKNOWLEDGED, id, params));
    hasBegun = true;
    for (const message of early.splice(0)) send(message);
  };
  return {
    caller: { principal, sessionId: randomUUID(), era: 'modern', profile: '' },
    scope,
    methods: new Set(flags.map((flag) => LISTS[KINDS[flag]].changed)),
    subscriptions: new Map(),
    tasks: new Map(),
    tell(method, params) {
      const message = notificationOf(method, id, params);
      if (hasBegun) send(message);
      else if (early.length < MAX_URIS) early.push(message);
    },
    begin,
    close() {
      if (!hasBegun) begin({});
      stream.sendLast(responseOf(id, 'result', listenResult(id)));
    },
  };
}

function notificationOf(method: string, id: Buffer, params: Buffer = Buffer.from('{}')): Buffer[] {
  const stamp = `"${META.subscription}":${id.toString()}`;
  const meta = member(params, whole(params), '_meta');
  const stamped =
    meta && isObject(params, meta)
      ? [splice(params, [{ ...meta, with: Buffer.concat(prepended(slice(params, meta), stamp)) }])]
      : prepended(params, `"_meta":{${stamp}}`);
  return [Buffer.from(`{"jsonrpc":"2.0","method":"${method}","params":`), ...stamped, Buffer.from('}')];
}

/** What is asked for, or in words why it cannot be read. */
function readFilter(text: Buffer, span: Span | undefined): Filter | string {
  const filter: unknown = span && JSON.parse(slice(text, span).toString());
  if (typeof filter !== 'object' || filter === null || Array.isArray(filter))
    return 'params.notifications must be an object that says what to tell of';
  const { resourceSubscriptions: uris = [], taskIds = [], ...flags } = filter as Record<string, unknown>;
  const wrong = FLAGS.find((flag) => flags[flag] !== undefined && typeof flags[flag] !== 'boolean');
  if (wrong) return `params.notifications.${wrong} must be true or false`;
  return problemOf('resourceSubscriptions', uris) ?? problemOf('taskIds', taskIds) ?? (filter as Filter);
}

function problemOf(name: string, list: unknown): string | undefined {
  if (!Array.isArray(list) || !list.every((it) => typeof it === 'string'))
    return `params.notifications.${name} must be an array of strings`;
  return list.length > MAX_URIS ? `at most ${MAX_URIS} ${name} fit into one request` : undefined;
}

const NO_TASKS = 'Missing required client capability: taskIds are of the tasks extension';
const NEEDS_TASKS = { requiredCapabilities: { extensions: { [TASKS_EXTENSION]: {} } } };
