/**
 * The answer to one POST: plain JSON, unless something has to precede the result (progress, or a sign of life when it takes
 * long). Then it becomes an event stream that ends with the result.
 */
import type { ServerResponse } from 'node:http';
import { type EventStream, giveUpOnStall, onGone, openEventStream } from './stream.ts';

export interface Exchange {
  /** Sends a message ahead of the answer; one that the reader is too slow for is left out, and then this is false. */
  precede(message: readonly Buffer[]): boolean;
  /** Called when the client goes away before the answer is out. */
  onGone(listener: () => void): void;
  /** The answer, in pieces, with that HTTP status (default 200) unless something went before it. Nothing may follow. */
  finish(message: readonly Buffer[], status?: number): void;
  /** Keeps a long wait from looking dead to the client (fetch gives up after 300 s without a head). */
  keepAlive(): void;
  /** It takes long: from now on a client that loses its connection can come back for the answer, where it knows how. */
  slow?(): void;
}

/** Below this an answer is one string, which node sends together with the head, in one piece. */
const STRING_BELOW = 12 * 1024;
/** Below this it is joined and sent as one chunk; above, copying costs more than several writes. */
const JOIN_BELOW = 64 * 1024;

/**
 * @param open makes it a stream, which may outlive the response
 * @param opensEarly rather than late, since the stream begins with an event that the client can come back to
 */
export function createExchange(
  response: ServerResponse,
  open: () => EventStream = () => openEventStream(response),
  opensEarly = false,
): Exchange {
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
      if (stream) stream.sendLast(message);
      else if (isOpen(response)) sendJson(response, status, message);
    },
  };
}

const isOpen = (response: ServerResponse): boolean => !response.destroyed && !response.writableEnded;

/** One JSON body with its length, and `headers` besides. */
export function sendJson(
  response: ServerResponse,
  status: number,
  message: readonly Buffer[],
  headers: Record<string, string> = {},
): void {
  const length = message.reduce((sum, part) => sum + part.length, 0);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': length, ...headers });
  if (length < STRING_BELOW) {
    response.end(bytesAsText(message), 'latin1');
    return;
  }
  if (length < JOIN_BELOW) {
    response.end(Buffer.concat(message, length));
    return;
  }
  response.on('error', () => response.destroy());
  giveUpOnStall(response);
  for (const part of message) response.write(part);
  response.end();
}

/** Latin-1 has a character for every byte, so any bytes pass through it unchanged. */
function bytesAsText(parts: readonly Buffer[]): string {
  let text = '';
  for (const part of parts) text += part.toString('latin1');
  return text;
}
