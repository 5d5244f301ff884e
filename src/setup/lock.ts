/** A lock between the processes of this machine. */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/**
 * Runs `work` while no other process of this machine runs work of the same name. The lock is a listening
 * socket in Linux's abstract namespace: the kernel drops it with its owner, however that ends, so no lock can
 * be stale. Other systems have no such namespace, and run `work` without a lock.
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
  let release = await tryLock(path);
  while (!release) {
    await ownerGone(path, onWait, signal);
    signal?.throwIfAborted();
    release = await tryLock(path);
  }
  try {
    return await work();
  } finally {
    release();
  }
}

/** Takes the lock. @returns the function that releases it, or undefined if another process has it */
async function tryLock(path: string): Promise<(() => void) | undefined> {
  const waiting = new Set<Socket>();
  const server = createServer((socket) => {
    waiting.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => waiting.delete(socket));
    socket.write(`${process.pid}`);
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
