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
  /** Closes at once, whatever is still unsent. */
  drop(): void;
}

/** A reader may lag this many bytes behind; then it gets nothing more. */
const MAX_LAG = 1024 * 1024;

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
export function openEventStream(response: ServerResponse, maxLag: number = MAX_LAG): EventStream {
  const lags = (): boolean => response.destroyed || response.writableLength > maxLag;
  response.on('error', () => response.destroy());
  response.writeHead(200, HEADERS);
  response.flushHeaders();
  const write = (message: readonly Buffer[]): void => {
    response.cork();
    for (const part of [BEGIN, ...message.map(onDataLines), END]) response.write(part);
    response.uncork();
  };
  return {
    send(message) {
      if (lags()) return false;
      write(message);
      return true;
    },
    sendLast(message) {
      if (response.destroyed) return;
      write(message);
      response.end();
    },
    keepAlive() {
      if (!lags()) response.write(COMMENT);
    },
    end: () => void response.end(),
    drop: () => void response.destroy(),
  };
}

/** Line breaks in JSON text are white space between tokens; in an event each line needs its own `data:`. */
function onDataLines(json: Buffer): Buffer {
  if (!json.includes(NEWLINE) && !json.includes(RETURN)) return json;
  return Buffer.from(json.toString().replaceAll(/\r\n?|\n/g, '\ndata: '));
}
