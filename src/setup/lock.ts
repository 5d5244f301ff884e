/**
 * Locks between the processes of this machine. A lock is a listening socket in Linux's abstract namespace:
 * the kernel drops it with its owner, however that ends, so no lock can be stale. Other systems have no such
 * namespace, and work without locks.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/**
 * Runs `work` while no other process of this machine runs work of the same name.
 *
 * @param onWait receives the owner's pid
 */
export async function withLock<T>(
  name: string,
  work: () => Promise<T>,
  onWait: (ownerPid: string) => void,
  signal?: AbortSignal,
): Promise<T> {
  if (process.platform !== 'linux') return work();
  const path = `\0hive-${name}`;
  const note = `${process.pid}`;
  let release = await tryLock(path, note);
  while (!release) {
    await ownerGone(path, onWait, signal);
    signal?.throwIfAborted();
    release = await tryLock(path, note);
  }
  try {
    return await work();
  } finally {
    release();
  }
}

/** Name of the lock under which the control socket of a stack is taken: nobody else serves the stack then. */
export function socketLock(socket: string): string {
  return `control-${createHash('sha256').update(socket).digest('hex').slice(0, 32)}`;
}

/** A lock that this process has, or the note of the process that has it. */
export type HeldLock = { readonly release: () => void } | { readonly ownerNote: string };

/** Time for the owner of a lock to send its note: longer than a busy process needs. */
const NOTE_MS = 2_000;

/**
 * Takes a lock if it is free. The caller must release it.
 *
 * @param note one line, given to each process that asks for the lock meanwhile
 * @param noteMs limits the wait for the owner's note; only tests set it
 * @returns the owner's note if another process has the lock; empty if that process does not answer
 */
export async function holdLock(name: string, note: string, noteMs = NOTE_MS): Promise<HeldLock> {
  if (process.platform !== 'linux') return { release: () => {} };
  const path = `\0hive-${name}`;
  for (;;) {
    const release = await tryLock(path, `${note}\n`);
    if (release) return { release };
    const ownerNote = await noteOf(path, noteMs);
    if (ownerNote !== undefined) return { ownerNote };
  }
}

/** The first line that the lock's owner sends; undefined if it has gone. */
function noteOf(path: string, noteMs: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(path).setEncoding('utf8');
    const end = (note: string | undefined): void => {
      socket.destroy();
      resolve(note);
    };
    socket.setTimeout(noteMs, () => end(''));
    socket.on('data', (part) => {
      text += part;
      if (text.includes('\n') || text.length > MAX_NOTE)
        end(text.split('\n', 1)[0]?.slice(0, MAX_NOTE) ?? '');
    });
    socket.on('error', () => end(undefined));
    socket.on('close', () => end(undefined));
  });
}

const MAX_NOTE = 8_192;

/**
 * Takes the lock.
 *
 * @param note sent to each process that connects
 * @returns the function that releases it, or undefined if another process has it
 */
async function tryLock(path: string, note: string): Promise<(() => void) | undefined> {
  const waiting = new Set<Socket>();
  const server = createServer((socket) => {
    waiting.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => waiting.delete(socket));
    socket.write(note);
  });
  if (!(await isListening(server, path))) return undefined;
  return () => {
    server.close();
    for (const socket of waiting) socket.destroy();
  };
}

async function isListening(server: Server, path: string): Promise<boolean> {
  server.listen(path);
  try {
    await once(server, 'listening');
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
    throw error;
  }
}

/** Resolves when the owner has finished or died, or `signal` aborts. */
function ownerGone(path: string, onWait: (ownerPid: string) => void, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const stop = () => socket.destroy();
    signal?.addEventListener('abort', stop, { once: true });
    socket.on('data', (pid) => onWait(pid.toString()));
    socket.on('error', stop);
    socket.once('close', () => {
      signal?.removeEventListener('abort', stop);
      resolve();
    });
  });
}
