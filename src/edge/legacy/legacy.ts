/**
 * Everything for clients of 2024-11-05 to 2025-11-25: sessions, streamable HTTP with resumption, and
 * HTTP+SSE.
 */
import type { Log } from '../../log.ts';
import type { CallServer, NotifyServers, SetLogLevel, TaskServer } from '../../model/calls.ts';
import type { BeginSession } from '../../model/catalog-reader.ts';
import type { Clock } from '../../model/clock.ts';
import type { BodyReader } from '../http/body.ts';
import type { Incoming } from '../http/incoming.ts';
import type { KeepAlive } from '../http/keep-alive.ts';
import type { ClientMessage } from '../http/message.ts';
import { refuseStopping } from '../http/refuse.ts';
import type { Clients } from '../shared/clients.ts';
import type { Views } from '../shared/views.ts';
import { postBatch } from './batch.ts';
import { openGetStream } from './get-stream.ts';
import { createMessages } from './messages.ts';
import { notifyFollower, notifyOfChange, notifySessions } from './notify.ts';
import { postMessage } from './post.ts';
import { Resumptions } from './resumptions.ts';
import { createServerRequests } from './server-requests.ts';
import type { Sees } from './session.ts';
import { hasKnownVersion, sessionOf } from './session-header.ts';
import { Sessions } from './sessions.ts';
import { createSse, type Sse } from './sse.ts';

export interface LegacyDeps {
  readonly views: Views;
  readonly call: CallServer;
  readonly taskServer: TaskServer;
  readonly notifyServers: NotifyServers;
  readonly setLogLevel: SetLogLevel;
  /** Called with each session that begins. */
  readonly onSessionBegin: BeginSession;
  /** Called with the id of every session that ends. */
  readonly onSessionEnd: (sessionId: string) => void;
  readonly clock: Clock;
  readonly keepAlive: KeepAlive;
  readonly bodies: BodyReader;
  readonly log: Log;
  readonly limits: LegacyLimits;
}

export interface LegacyLimits {
  readonly bodyBytes: number;
  readonly sessionIdleMs: number;
  readonly maxSessions: number;
}

export interface Legacy extends Clients {
  /** POST of one message. */
  post(incoming: Incoming, message: ClientMessage): void | Promise<void>;
  /** POST of a batch; `text` is its JSON text. */
  postBatch(incoming: Incoming, text: Buffer): Promise<void>;
  /** GET of a session's event stream. */
  get(incoming: Incoming): void;
  /** DELETE of a session. */
  delete(incoming: Incoming): void;
  readonly sse: Sse;
  /** Open sessions. */
  readonly sessions: number;
  /** Bytes of events that clients could come back for. */
  readonly keptBytes: number;
}

/** The caller must close the result. */
export function createLegacy(deps: LegacyDeps): Legacy {
  const { clock, keepAlive, bodies, limits, taskServer } = deps;
  const { sessionIdleMs: idleMs, maxSessions: max } = limits;
  const sessions = new Sessions(clock, { idleMs, max }, deps.onSessionEnd);
  const resumptions = new Resumptions(clock);
  const messages = createMessages({ ...deps, sessions });
  const http = { sessions, messages, resumptions, keepAlive };
  const { views } = deps;
  const sees: Sees = ({ scope, caller }, serverName) => views.sees(scope, serverName, caller.access);
  const askSession = createServerRequests(sessions, clock, sees);
  const bodyLimitBytes = limits.bodyBytes;
  const sse = createSse({ sessions, messages, keepAlive, bodies, bodyLimitBytes });
  let isEnded = false;

  return {
    post: (incoming, message) => postMessage(http, incoming, message),
    postBatch: (incoming, text) => postBatch(http, incoming, text),
    get: (incoming) => (isEnded ? refuseStopping(incoming.response) : openGetStream(http, incoming)),
    delete: (incoming) => deleteSession(sessions, incoming),
    sse,
    get sessions() {
      return sessions.count;
    },
    get keptBytes() {
      return resumptions.bytes;
    },
    notify(notification) {
      notifySessions(sessions, taskServer, notification, sees);
      return true;
    },
    notifyFollower: (sessionId, notification) => notifyFollower(sessions, sessionId, notification, sees),
    ask: askSession,
    catalogChanged: (change) => notifyOfChange(sessions, change, views),
    expel(whyOver) {
      for (const session of [...sessions.all()]) {
        const why = whyOver(session.caller.principal, session.scope);
        if (why !== undefined) sessions.end(session, why);
      }
    },
    endStreams() {
      isEnded = true;
      sse.end();
      for (const session of sessions.all()) for (const stream of session.streams) stream.end();
    },
    close() {
      sessions.close();
      resumptions.close();
    },
  };
}

function deleteSession(sessions: Sessions, incoming: Incoming): void {
  const { request, response } = incoming;
  const session = hasKnownVersion(request, response) && sessionOf(sessions, incoming);
  if (!session) return;
  sessions.end(session);
  response.writeHead(200, { 'content-length': 0 }).end();
}
