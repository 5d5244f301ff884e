/**
 * The answer to one POST: plain JSON, unless something has to precede the result (progress, or a sign of life
 * when it takes long). Then it becomes an event stream that ends with the result.
 */
import type { ServerResponse } from 'node:http';
import type { Outgoing } from './incoming.ts';
import type { KeepAlive } from './keep-alive.ts';
import { type EventStream, giveUpOnStall, onGone, openEventStream } from './stream.ts';
import { tooMuchUnread } from './unread-error.ts';

export interface Exchange {
  /** Sends a message ahead of the answer. False if the message was dropped, since the reader is too slow. */
  precede(message: readonly Buffer[]): boolean;
  /** The listener is called when the client goes away before the answer is out. */
  onGone(listener: () => void): void;
  /** Sends the answer, in pieces. `status` (default 200) counts only if nothing preceded the answer. */
  finish(message: readonly Buffer[], status?: number): void;
  /** Keeps a long wait from looking dead to the client (fetch gives up after 300 s without a head). */
  keepAlive(): void;
  /** Lets the client come back for an answer that takes long, where its protocol version has that. */
  slow?(): void;
}

/** Below this an answer is one string, which node sends together with the head, in one piece. */
const STRING_BELOW_BYTES = 12 * 1024;
/** Below this an answer is joined and sent as one chunk; above, it is sent as its client reads it. */
const JOIN_BELOW_BYTES = 64 * 1024;

/**
 * @param id JSON text of the request's id; undefined for a batch
 * @param open makes the answer a stream, which may outlive the response
 * @param opensEarly makes a slow answer a stream before anything has to be sent, since the stream begins with
 *   an event that the client can come back to
 */
export function createExchange(
  outgoing: Outgoing,
  id: Buffer | undefined,
  open: () => EventStream = () => openEventStream(outgoing),
  opensEarly = false,
): Exchange {
  const { response } = outgoing;
  let stream: EventStream | undefined;
  const upgraded = (): EventStream | undefined => {
    if (!stream && isOpen(response)) stream = open();
    return stream;
  };
  return {
    precede: (message) => upgraded()?.send(message) ?? false,
    onGone(listener) {
      if (stream) stream.onGone(listener);
      else onGone(response, listener);
    },
    keepAlive: () => upgraded()?.keepAlive(),
    slow() {
      if (opensEarly) upgraded();
    },
    finish(message, status = 200) {
      if (stream) stream.sendLast(message, () => tooMuchUnread(id));
      else if (!isOpen(response)) return;
      else if (lengthOf(message) < JOIN_BELOW_BYTES) sendJson(response, status, message);
      else sendLarge(outgoing, id, status, message);
    },
  };
}

/** Passes the reply to `finish` once it is there; until then the client gets signs of life. */
export async function finishWhenReady<T>(
  keepAlive: KeepAlive,
  exchange: Exchange,
  reply: Promise<T>,
  finish: (settled: T) => void,
): Promise<void> {
  const release = keepAlive.watch(exchange);
  try {
    finish(await reply);
  } finally {
    release();
  }
}

const isOpen = (response: ServerResponse): boolean => !response.destroyed && !response.writableEnded;

/** Sends a large answer, or an error in its place if its client has too much unread already. */
function sendLarge(
  { response, principal, outbox }: Outgoing,
  id: Buffer | undefined,
  status: number,
  message: readonly Buffer[],
): void {
  const length = lengthOf(message);
  response.on('error', () => response.destroy());
  const head = { 'content-type': 'application/json', 'content-length': length };
  const begin = (): void => void response.writeHead(status, head);
  if (!outbox.finish(response, principal, message, begin)) sendJson(response, 503, tooMuchUnread(id));
}

const lengthOf = (message: readonly Buffer[]): number => message.reduce((sum, { length }) => sum + length, 0);

/** Sends one JSON body with its length. */
export function sendJson(
  response: ServerResponse,
  status: number,
  message: readonly Buffer[],
  headers: Record<string, string> = {},
): void {
  const length = lengthOf(message);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': length, ...headers });
  if (length < STRING_BELOW_BYTES) {
    response.end(bytesAsText(message), 'latin1');
    return;
  }
  if (length < JOIN_BELOW_BYTES) {
    response.end(Buffer.concat(message, length));
    return;
  }
  response.on('error', () => response.destroy());
  giveUpOnStall(response);
  for (const part of message) response.write(part);
  response.end();
}

/**
 * Answers a message that gets no reply: a notification, or a response (transports, Sending Messages to the
 * Server).
 */
export function sendAccepted(response: ServerResponse): void {
  response.writeHead(202, { 'content-length': 0 }).end();
}

/** Latin-1 has a character for every byte, so any bytes pass through it unchanged. */
function bytesAsText(parts: readonly Buffer[]): string {
  let text = '';
  for (const part of parts) text += part.toString('latin1');
  return text;
}
