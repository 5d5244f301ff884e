import type { Writable } from 'node:stream';
import { GatewayError } from '../../errors.ts';

const LINE_BREAK = Buffer.from('\n');

/** Up to here a copy is cheaper than a second write. */
const SMALL = 16 * 1024;

/** What a server that does not read its input may make us hold. */
const MAX_QUEUED = 512 * 1024 * 1024;

export interface LineWriter {
  /** Resolves when the way is free for the next message. */
  send(message: Buffer): Promise<void>;
  /** Writes what this turn has brought so far; needed before the stream is ended. */
  flush(): void;
}

const DONE = Promise.resolve();

/** Writes messages as lines. All senders that wait for room wait for the same event; the end of the stream frees them too. */
export function lineWriter(stream: Writable): LineWriter {
  let room: Promise<void> | undefined;
  /** Whatever connections bring in this turn of the event loop goes out at its end, in one system call. */
  let gathered: Buffer[] = [];
  let size = 0;
  // What went wrong is told by the end of the process or connection, with better facts than EPIPE.
  stream.on('error', () => {});
  const waitForRoom = (): Promise<void> => {
    room ??= new Promise<void>((resolve) => {
      const free = (): void => {
        stream.off('drain', free).off('close', free);
        room = undefined;
        resolve();
      };
      stream.on('drain', free).on('close', free);
    });
    return room;
  };
  const flush = (): void => {
    const lines = gathered;
    const length = size;
    gathered = [];
    size = 0;
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
    if (size === 0) setImmediate(flush);
    gathered.push(message, LINE_BREAK);
    size += message.length + 1;
  };
  return {
    send(message) {
      if (!stream.writable) return Promise.reject(closedError());
      if (stream.writableLength + size + message.length > MAX_QUEUED) return Promise.reject(fullError());
      if (message.length < SMALL) gather(message);
      else writeNow(message);
      return stream.writableNeedDrain ? waitForRoom() : DONE;
    },
    flush,
  };
}

const closedError = (): GatewayError =>
  new GatewayError('SERVER_EXITED', 'the server no longer takes input', {
    hint: 'look at its last output with `hive logs`',
  });

const fullError = (): GatewayError =>
  new GatewayError('SERVER_TIMEOUT', 'the server does not read its input', {
    hint: 'restart it with `hive restart`',
  });
