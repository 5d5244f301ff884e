/**
 * Server-sent events on one HTTP response. Messages are JSON text in pieces, written without being copied
 * together.
 */
import type { ServerResponse } from 'node:http';
import type { Outgoing } from './incoming.ts';

export interface EventStream {
  /** False if the message was dropped, since the reader is too far behind. */
  send(message: readonly Buffer[]): boolean;
  /**
   * Sends the message that the client waits for, however far behind the reader is, and ends the stream.
   * `instead` makes the message that is sent if its client has too much unread already.
   */
  sendLast(message: readonly Buffer[], instead?: () => readonly Buffer[]): void;
  /** Sends a comment that keeps proxies and idle timeouts from closing the connection. */
  keepAlive(): void;
  end(): void;
  /** Closes the connection at once, with whatever is still unsent. */
  drop(): void;
  /** The listener is called when the client goes away before the last message is out. */
  onGone(listener: () => void): void;
}

/** An event stream with the connection that it is written to. */
export interface Connection extends EventStream {
  isOver(): boolean;
  /** True if nothing more can be sent: the reader is too far behind, or gone. */
  lags(): boolean;
  /**
   * Writes events as `eventOf` makes them, however far behind the reader is. Closes the connection if its
   * client has too much unread already, and returns false then.
   */
  write(events: readonly Buffer[]): boolean;
  /** Writes events, and ends. Writes nothing and returns false if its client has too much unread already. */
  writeLast(events: readonly Buffer[]): boolean;
}

/** Unread data of a reader that still gets new messages. */
const MAX_LAG_BYTES = 1024 * 1024;

/** How long a reader may take nothing of its last message before it is given up. */
const STALL_MS = 60_000;

const HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
};
const COMMENT = Buffer.from(': keep-alive\n\n');
const BEGIN = Buffer.from('event: message\ndata: ');
const END = Buffer.from('\n\n');
const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** Sends the head at once, so that the client knows that the stream is open. */
export function openEventStream(
  { response, principal, outbox }: Outgoing,
  maxLagBytes = MAX_LAG_BYTES,
): Connection {
  let isEnding = false;
  const isOver = (): boolean => isEnding || response.destroyed || response.writableEnded;
  const lags = (): boolean => isOver() || response.writableLength > maxLagBytes;
  response.on('error', () => response.destroy());
  response.writeHead(200, HEADERS);
  response.flushHeaders();
  const write = (parts: readonly Buffer[]): boolean => {
    response.cork();
    for (const part of parts) response.write(part);
    response.uncork();
    const isTaken = outbox.count(response, principal);
    if (!isTaken) response.destroy();
    return isTaken;
  };
  const writeLast = (parts: readonly Buffer[]): boolean => {
    isEnding = outbox.finish(response, principal, parts);
    if (isEnding) giveUpOnStall(response);
    return isEnding;
  };
  return {
    isOver,
    lags,
    write,
    writeLast,
    send(message) {
      return !lags() && write(eventOf(message));
    },
    sendLast(message, instead) {
      if (isOver() || writeLast(eventOf(message))) return;
      if (instead) writeLast(eventOf(instead()));
      else response.destroy();
    },
    keepAlive() {
      if (!lags()) response.write(COMMENT);
    },
    end: () => void response.end(),
    drop: () => void response.destroy(),
    onGone: (listener) => onGone(response, listener),
  };
}

/** The event that carries a message, in pieces. */
export function eventOf(message: readonly Buffer[], id?: string): readonly Buffer[] {
  const begin = id === undefined ? BEGIN : Buffer.from(`id: ${id}\nevent: message\ndata: `);
  return [begin, ...message.map(onDataLines), END];
}

/** Calls the listener if the response closes before it is complete. */
export function onGone(response: ServerResponse, listener: () => void): void {
  response.once('close', () => {
    if (!response.writableFinished) listener();
  });
}

/**
 * Closes the connection of a client that reads nothing. Holds until the answer is out; then Node's keep-alive
 * timeout does.
 */
export function giveUpOnStall(response: ServerResponse): void {
  response.setTimeout(STALL_MS, () => response.destroy());
}

/** Line breaks in JSON text are white space between tokens; in an event each line needs its own `data:`. */
function onDataLines(json: Buffer): Buffer {
  if (!json.includes(NEWLINE) && !json.includes(RETURN)) return json;
  return Buffer.from(json.toString().replaceAll(/\r\n?|\n/g, '\ndata: '));
}
