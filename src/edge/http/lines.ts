/** Newline-delimited JSON on one HTTP response, for readers that may be slow. */
import type { ServerResponse } from 'node:http';

export interface Lines {
  /** Sends a value whatever the reader's lag. For a bounded number of values at the beginning. */
  send(value: unknown): void;
  /** Sends a value, or ends the stream if the reader lags: a gap would go unnoticed. */
  sendOrDrop(value: unknown): void;
  /**
   * Sends the newest value. While the reader lags nothing is queued; once it has caught up, it gets the value
   * then.
   */
  sendLatest(value: () => unknown): void;
  end(): void;
}

const MAX_LAG_BYTES = 4 * 1024 * 1024;

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
      if (response.writableLength > MAX_LAG_BYTES) response.destroy();
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
