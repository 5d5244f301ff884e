/**
 * The named pipes (FIFOs) of a pipe link: made and opened on this machine, bind-mounted into the container.
 */
import { execFile } from 'node:child_process';
import { closeSync, constants, fstatSync, lstatSync, openSync, writeSync } from 'node:fs';
import { chmod, mkdir, rmdir, unlink } from 'node:fs/promises';
import { Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

/**
 * `in`, `out` and `err` carry the server's streams; a write to `hold` lets the container's keeper process
 * end.
 */
const NAMES = ['in', 'out', 'err', 'hold'] as const;
type Name = (typeof NAMES)[number];

/** Path in a container at which the folder of its FIFOs is mounted. */
export const FIFO_MOUNT = '/run/hive';

/**
 * Makes a folder that any user may look into, since a container may run as any user. The folder above it
 * keeps other users of this machine out.
 */
export async function makeFifoFolder(folder: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true, mode: 0o700 });
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o755);
}

/**
 * Makes empty FIFOs in the folder. The FIFOs of a stopped container are used again if they are empty, since
 * making new ones takes a process.
 */
export async function makeFifos(folder: string): Promise<void> {
  await makeFifoFolder(folder);
  if (NAMES.every((name) => isUnused(join(folder, name)))) return;
  await unlinkAll(folder);
  await promisify(execFile)('mkfifo', ['-m', '666', ...NAMES.map((name) => join(folder, name))]);
}

/**
 * True for a FIFO that no process has open, which is therefore empty. Opening for writing shows it: Hive and
 * the shells in containers open FIFOs for reading or for both, and processes that only write end with their
 * container.
 */
function isUnused(path: string): boolean {
  if (!lstatSync(path, { throwIfNoEntry: false })?.isFIFO()) return false;
  try {
    closeSync(openSync(path, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW));
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENXIO';
  }
}

/** Removes the FIFOs and their folder; a folder that holds anything else stays. */
export async function removeFifos(folder: string): Promise<void> {
  await unlinkAll(folder);
  await rmdir(folder).catch(() => {});
}

async function unlinkAll(folder: string): Promise<void> {
  await Promise.all(NAMES.map((name) => unlink(join(folder, name)).catch(() => {})));
}

/** Hive's ends of a server's FIFOs. */
export interface FifoEnds {
  readonly stdin: Socket;
  readonly stdout: Socket;
  readonly stderr: Socket;
  /** Closes stdin in the container too, so that the server sees the end of its input. */
  endInput(): void;
  destroy(): void;
}

/**
 * Opens Hive's ends. No open can block: opening for both directions never waits, nor does a non-blocking open
 * for reading. Reads and writes go through the event loop's own polling; Node's file streams would hold a
 * thread each. The caller must destroy the result.
 * @throws Error if a FIFO is missing, or is another kind of file
 */
export function openFifos(folder: string): FifoEnds {
  const stdin = openEnd(folder, 'in', constants.O_RDWR);
  const hold = openEnd(folder, 'hold', constants.O_RDWR);
  const sockets = {
    stdin: new Socket({ fd: stdin, readable: false, writable: true }),
    stdout: new Socket({ fd: openEnd(folder, 'out', constants.O_RDONLY), readable: true, writable: false }),
    stderr: new Socket({ fd: openEnd(folder, 'err', constants.O_RDONLY), readable: true, writable: false }),
  };
  let isOpen = true;
  return {
    ...sockets,
    endInput() {
      if (!isOpen) return;
      writeSync(hold, '\n');
      // Queued messages go out first.
      sockets.stdin.end(() => sockets.stdin.destroy());
    },
    destroy() {
      if (isOpen) closeSync(hold);
      isOpen = false;
      for (const socket of Object.values(sockets)) socket.destroy();
    },
  };
}

function openEnd(folder: string, name: Name, access: number): number {
  const path = join(folder, name);
  const fd = openSync(path, access | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  if (fstatSync(fd).isFIFO()) return fd;
  closeSync(fd);
  throw new Error(`${path} is no FIFO`);
}
