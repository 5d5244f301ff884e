import { execFile } from 'node:child_process';
import { closeSync, constants, fstatSync, lstatSync, openSync, writeSync } from 'node:fs';
import { chmod, mkdir, rmdir, unlink } from 'node:fs/promises';
import { Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const NAMES = ['in', 'out', 'err', 'hold'] as const;
type Name = (typeof NAMES)[number];

/** Where a container sees its FIFOs. */
export const INSIDE = '/run/hive';

/** Any user may look into it, since nobody knows whom a container runs as; the folder above keeps others on this machine out. */
export async function makeFolder(folder: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true, mode: 0o700 });
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o755);
}

/**
 * Makes FIFOs in the folder, in which nothing is left that an earlier process did not read. A bind mount passes by the folder above.
 * Those of a container that was stopped do again: to make others takes a process.
 */
export async function makeFifos(folder: string): Promise<void> {
  await makeFolder(folder);
  if (NAMES.every((name) => isIdle(join(folder, name)))) return;
  await unlinkAll(folder);
  await promisify(execFile)('mkfifo', ['-m', '666', ...NAMES.map((name) => join(folder, name))]);
}

/**
 * Whether it is a FIFO that nobody has open, and so one that holds nothing. We and the containers' shells open them for reading, or
 * both ways, and who only writes ends with his container.
 */
function isIdle(path: string): boolean {
  if (!lstatSync(path, { throwIfNoEntry: false })?.isFIFO()) return false;
  try {
    closeSync(openSync(path, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW));
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENXIO';
  }
}

/** Removes the FIFOs and their folder, and never anything else. */
export async function removeFifos(folder: string): Promise<void> {
  await unlinkAll(folder);
  await rmdir(folder).catch(() => {});
}

async function unlinkAll(folder: string): Promise<void> {
  await Promise.all(NAMES.map((name) => unlink(join(folder, name)).catch(() => {})));
}

/** Our ends of a server's FIFOs. */
export interface Ends {
  readonly stdin: Socket;
  readonly stdout: Socket;
  readonly stderr: Socket;
  /** Lets go of stdin for the container too, so that the server sees its end. */
  endInput(): void;
  destroy(): void;
}

/**
 * Opens our ends. No open can block: one of both directions waits for nobody, and a non-blocking reader does not wait for
 * a writer. Reads and writes go through the event loop's own polling; node's file streams would hold a thread each.
 */
export function openFifos(folder: string): Ends {
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
      // What is still queued goes out first.
      sockets.stdin.end(() => sockets.stdin.destroy());
    },
    destroy() {
      if (isOpen) closeSync(hold);
      isOpen = false;
      for (const socket of Object.values(sockets)) socket.destroy();
    },
  };
}

/** @throws where it is no FIFO, or not there */
function openEnd(folder: string, name: Name, access: number): number {
  const path = join(folder, name);
  const fd = openSync(path, access | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  if (fstatSync(fd).isFIFO()) return fd;
  closeSync(fd);
  throw new Error(`${path} is no FIFO`);
}
