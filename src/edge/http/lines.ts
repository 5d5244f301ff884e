/** NDJSON on one HTTP response, for readers that may be slow. */
import type { ServerResponse } from 'node:http';

export interface Lines {
  /** For a first, bounded lot. */
  send(value: unknown): void;
  /** Ends the stream when the reader lags: better than a gap that nobody sees. */
  sendOrDrop(value: unknown): void;
  /** Only the newest counts: while the reader lags nothing is queued, and it gets the then newest once it has caught up. */
  sendLatest(value: () => unknown): void;
  end(): void;
}

const MAX_LAG = 4 * 1024 * 1024;

export function openLines(response: ServerResponse): Lines {
  let catchingUp = false;
  response.on('error', () => response.destroy());
  response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
  response.flushHeaders();
  const send = (value: unknown): boolean =>
    response.destroyed || response.write(`${JSON.stringify(value)}\n`);
  return {
    send: (value) => void send(value),
    sendOrDrop(value) {
      if (response.writableLength > MAX_LAG) response.destroy();
      else send(value);
    },
    sendLatest(value) {
      if (catchingUp) return;
      if (!response.writableNeedDrain) {
        send(value());
        return;
      }
      catchingUp = true;
      response.once('drain', () => {
        catchingUp = false;
        send(value());
      });
    },
    end: () => void response.end(),
  };
}
