/** Server-sent events on one HTTP response. Messages are JSON text in pieces, written without being copied together. */
import type { ServerResponse } from 'node:http';

export interface EventStream {
  /** False when the reader lags so far behind that the message was not taken. */
  send(message: readonly Buffer[]): boolean;
  /** The message that everybody waited for, however far behind the reader is; then the stream ends. */
  sendLast(message: readonly Buffer[]): void;
  /** A comment that keeps proxies and idle timeouts from closing the connection. */
  keepAlive(): void;
  end(): void;
  /** Closes the connection at once, whatever is still unsent. */
  drop(): void;
  /** Called when the client goes away before the last message is out. */
  onGone(listener: () => void): void;
}

/** The stream as it is written to one response. */
export interface Connection extends EventStream {
  isOver(): boolean;
  /** It takes no more: the reader is too far behind, or gone. */
  lags(): boolean;
  /** Events as `eventOf` makes them, however far behind the reader is. */
  write(events: readonly Buffer[]): void;
  /** The same, and ends. */
  writeLast(events: readonly Buffer[]): void;
}

/** A reader may lag this many bytes behind; then it gets nothing more. */
const MAX_LAG = 1024 * 1024;
/** A reader that takes nothing of a large answer for this long (ms) is given up. */
const STALL = 60_000;

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

/** Sends the head at once, so that the client knows the stream is open. */
export function openEventStream(response: ServerResponse, maxLag: number = MAX_LAG): Connection {
  const isOver = (): boolean => response.destroyed || response.writableEnded;
  const lags = (): boolean => isOver() || response.writableLength > maxLag;
  response.on('error', () => response.destroy());
  response.writeHead(200, HEADERS);
  response.flushHeaders();
  const write = (parts: readonly Buffer[]): void => {
    response.cork();
    for (const part of parts) response.write(part);
    response.uncork();
  };
  const writeLast = (parts: readonly Buffer[]): void => {
    giveUpOnStall(response);
    write(parts);
    response.end();
  };
  return {
    isOver,
    lags,
    write,
    writeLast,
    send(message) {
      if (lags()) return false;
      write(eventOf(message));
      return true;
    },
    sendLast(message) {
      if (!isOver()) writeLast(eventOf(message));
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

/** Tells the listener that the response closed before it was whole. */
export function onGone(response: ServerResponse, listener: () => void): void {
  response.once('close', () => {
    if (!response.writableFinished) listener();
  });
}

/** Until the answer is out; then node's own keep-alive timeout takes over. */
export function giveUpOnStall(response: ServerResponse): void {
  response.setTimeout(STALL, () => response.destroy());
}

/** Line breaks in JSON text are white space between tokens; in an event each line needs its own `data:`. */
function onDataLines(json: Buffer): Buffer {
  if (!json.includes(NEWLINE) && !json.includes(RETURN)) return json;
  return Buffer.from(json.toString().replaceAll(/\r\n?|\n/g, '\ndata: '));
}
