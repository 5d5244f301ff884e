/** Writes messages as lines to the stdin of a server, with back pressure. */
import type { Writable } from 'node:stream';
import { GatewayError } from '../../errors.ts';

const LINE_BREAK = Buffer.from('\n');

/** Below this size, copying a message is cheaper than a second write. */
const COPIED_BYTES = 16 * 1024;

/** Limit on what is held for a server that does not read its input. */
const MAX_QUEUED_BYTES = 512 * 1024 * 1024;

export interface LineWriter {
  /**
   * Resolves when the next message may be sent.
   * @throws GatewayError SERVER_EXITED, SERVER_TIMEOUT
   */
  send(message: Buffer): Promise<void>;
  /**
   * Writes the messages gathered in this turn of the event loop. Must be called before the stream is ended.
   */
  flush(): void;
}

const DONE = Promise.resolve();

/** Makes a writer to the stream, which stays its owner's to end. */
export function lineWriter(stream: Writable): LineWriter {
  const untilDrained = drainWaiter(stream);
  /** Messages of this turn of the event loop. One system call at its end writes them all. */
  let gathered: Buffer[] = [];
  let gatheredBytes = 0;
  // The exit of the process or the end of the connection is reported elsewhere, with better facts than EPIPE.
  stream.on('error', () => {});
  const flush = (): void => {
    const lines = gathered;
    const length = gatheredBytes;
    gathered = [];
    gatheredBytes = 0;
    if (lines.length > 0) stream.write(Buffer.concat(lines, length));
  };
  const writeNow = (message: Buffer): void => {
    flush();
    stream.cork();
    stream.write(message);
    stream.write(LINE_BREAK);
    stream.uncork();
  };
  const gather = (message: Buffer): void => {
    if (gatheredBytes === 0) setImmediate(flush);
    gathered.push(message, LINE_BREAK);
    gatheredBytes += message.length + 1;
  };
  return {
    send(message) {
      if (!stream.writable) return Promise.reject(closedError());
      if (stream.writableLength + gatheredBytes + message.length > MAX_QUEUED_BYTES)
        return Promise.reject(fullError());
      if (message.length < COPIED_BYTES) gather(message);
      else writeNow(message);
      return stream.writableNeedDrain ? untilDrained() : DONE;
    },
    flush,
  };
}

/** Makes the wait for a drained stream. All senders share one wait; the end of the stream settles it too. */
function drainWaiter(stream: Writable): () => Promise<void> {
  let drained: Promise<void> | undefined;
  return () => {
    drained ??= new Promise<void>((resolve) => {
      const settle = (): void => {
        stream.off('drain', settle).off('close', settle);
        drained = undefined;
        resolve();
      };
      stream.on('drain', settle).on('close', settle);
    });
    return drained;
  };
}

const closedError = (): GatewayError =>
  new GatewayError('SERVER_EXITED', 'the server no longer takes input', {
    hint: 'its last output may say why: npx hive logs',
  });

const fullError = (): GatewayError =>
  new GatewayError('SERVER_TIMEOUT', 'the server does not read its input', {
    hint: 'its last output may say why: npx hive logs',
  });
