/**
 * GET: opens a session's event stream, or continues one (2025-11-25 transports, Resumability and Redelivery).
 */
import type { ServerResponse } from 'node:http';
import { LIST_KINDS } from '../../model/catalog.ts';
import { RPC } from '../../wire/codes.ts';
import { accepts } from '../http/guard.ts';
import type { Incoming } from '../http/incoming.ts';
import type { KeepAlive } from '../http/keep-alive.ts';
import { refuse } from '../http/refuse.ts';
import { pushDue } from './push.ts';
import type { ResumableStream } from './resumable-stream.ts';
import type { Resumptions } from './resumptions.ts';
import type { Session } from './session.ts';
import { hasKnownVersion, sessionOf } from './session-header.ts';
import type { Sessions } from './sessions.ts';

/** Open GET streams of one session; the oldest gives way. */
const MAX_STREAMS = 8;

export interface GetStreamDeps {
  readonly sessions: Sessions;
  readonly keepAlive: KeepAlive;
  readonly resumptions: Resumptions;
}

/** First sends what the client missed while it had no stream; Last-Event-ID names the stream to continue. */
export function openGetStream(deps: GetStreamDeps, incoming: Incoming): void {
  const { request, response } = incoming;
  if (!hasKnownVersion(request, response)) return;
  if (!accepts(request.headers.accept, 'text/event-stream')) {
    refuse(response, 406, RPC.SERVER_ERROR, 'Accept must list text/event-stream');
    return;
  }
  const session = sessionOf(deps.sessions, incoming);
  const stream = session && streamFor(deps.resumptions, incoming, session);
  if (stream) attach(deps, response, session, stream);
}

/** Sends the session's messages on the stream until its connection closes. */
function attach(
  { sessions, keepAlive }: GetStreamDeps,
  response: ServerResponse,
  session: Session,
  stream: ResumableStream,
): void {
  const release = keepAlive.watch(stream);
  response.on('close', () => {
    release();
    if (!stream.isConnected) session.streams.delete(stream);
    sessions.touch(session);
  });
  const [oldest] = session.streams;
  if (oldest && session.streams.size >= MAX_STREAMS) oldest.end();
  session.streams.add(stream);
  pushDue(session);
}

/**
 * The GET stream for this response. Undefined if the event id belonged to a POST's stream; that has been
 * handled.
 */
function streamFor(
  resumptions: Resumptions,
  incoming: Incoming,
  session: Session,
): ResumableStream | undefined {
  const { request, response } = incoming;
  const lastEventId = request.headers['last-event-id'];
  if (typeof lastEventId !== 'string') return resumptions.listen(session, incoming);
  const resumed = resumptions.resume(session, incoming, lastEventId);
  if (resumed.kind === 'over') refuseOver(response);
  if (resumed.kind === 'over' || resumed.kind === 'answer') return undefined;
  const isWhole = resumed.kind === 'listening' && resumed.isWhole;
  // The lost events may have announced changes of any list.
  if (!isWhole && session.initialized) for (const kind of LIST_KINDS) session.due.add(kind);
  return resumed.kind === 'listening' ? resumed.stream : resumptions.listen(session, incoming);
}

/**
 * 405 is the one refusal of a GET that the specification knows: clients take it for "no stream here" and stop
 * asking.
 */
function refuseOver(response: ServerResponse): void {
  response.setHeader('allow', 'POST, DELETE');
  refuse(
    response,
    405,
    RPC.SERVER_ERROR,
    'the stream of that event is over, and nothing of it is left to send',
  );
}
