import type { Writable } from 'node:stream';
import { GatewayError } from '../../errors.ts';

const LINE_BREAK = Buffer.from('\n');

/** Up to here a copy is cheaper than a second write. */
const SMALL = 16 * 1024;

/** What a server that does not read its input may make us hold. */
const MAX_QUEUED = 512 * 1024 * 1024;

export type Write = (message: Buffer) => Promise<void>;

const DONE = Promise.resolve();

/** Writes messages as lines. All senders that wait for room wait for the same event; the end of the stream frees them too. */
export function lineWriter(stream: Writable): Write {
  let room: Promise<void> | undefined;
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
  return (message) => {
    if (!stream.writable) return Promise.reject(closedError());
    if (stream.writableLength + message.length > MAX_QUEUED) return Promise.reject(fullError());
    return writeLine(stream, message) ? DONE : waitForRoom();
  };
}

function writeLine(stream: Writable, message: Buffer): boolean {
  // Whatever other connections bring in this turn of the event loop goes out with it, in one system call.
  if (stream.writableCorked === 0) {
    stream.cork();
    setImmediate(() => stream.uncork());
  }
  if (message.length < SMALL) return stream.write(Buffer.concat([message, LINE_BREAK]));
  stream.cork();
  stream.write(message);
  const hasRoom = stream.write(LINE_BREAK);
  stream.uncork();
  return hasRoom;
}

const closedError = (): GatewayError =>
  new GatewayError('SERVER_EXITED', 'the server no longer takes input', {
    hint: 'look at its last output with `hive logs`',
  });

const fullError = (): GatewayError =>
  new GatewayError('SERVER_TIMEOUT', 'the server does not read its input', {
    hint: 'restart it with `hive restart`',
  });
