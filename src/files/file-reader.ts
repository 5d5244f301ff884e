/** Reads the user's files: regular files only, up to a limit, and without waiting for a dead disk. */

import type { Dirent, Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { glob, lstat, open, readdir, readlink, stat } from 'node:fs/promises';
import { FileFault, openFault, READ_FLAGS, requireRegular, tooLarge } from './fault.ts';
import { MAX_MATCHES } from './limits.ts';

/** Longest time for one operation: an open, a stat, or the read of one chunk. */
const LIMIT_MS = 5_000;
/**
 * Most operations that hang at a time; further ones are refused. Each holds one of the process's four threads
 * for files until the disk answers, and name look-ups need the same threads.
 */
const MAX_HANGING = 2;
const CHUNK_BYTES = 1 << 16;

type OpenFile = Pick<FileHandle, 'stat' | 'read' | 'close'>;

/** The part of the file system that is used; tests replace it. */
export interface FileSystem {
  open(path: string, flags: number): Promise<OpenFile>;
  stat(path: string): Promise<Stats>;
  lstat(path: string): Promise<Stats>;
  readlink(path: string): Promise<string>;
  list(path: string): Promise<Dirent[]>;
  /** Paths relative to `folder`. */
  glob(pattern: string, folder: string): AsyncIterable<string>;
}

const NODE: FileSystem = {
  open,
  stat,
  lstat,
  readlink,
  list: (path) => readdir(path, { withFileTypes: true }),
  glob: (pattern, cwd) => glob(pattern, { cwd }),
};

/**
 * An operation that exceeds its time rejects with FileFault BLOCKED. Until the disk answers after all, its
 * path is not touched again, so that one dead mount cannot take all threads of the process. Every method
 * rejects with a FileFault or the file system's error.
 */
export class FileReader {
  readonly #fs: FileSystem;
  readonly #limitMs: number;
  /** Operations that exceeded their time and still run. */
  readonly #hanging = new Set<{ readonly path: string }>();
  readonly #queue: (() => void)[] = [];
  #running = 0;

  constructor(fs: FileSystem = NODE, limitMs = LIMIT_MS) {
    this.#fs = fs;
    this.#limitMs = limitMs;
  }

  /** True while an operation exceeds its time. */
  get isHanging(): boolean {
    return this.#hanging.size > 0;
  }

  async bytes(path: string, maxBytes: number): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let total = 0;
    for await (const chunk of this.chunks(path)) {
      total += chunk.length;
      if (total > maxBytes) throw tooLarge(maxBytes);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks, total);
  }

  /** As UTF-8, with replacement characters for what is not. */
  async text(path: string, maxBytes: number): Promise<string> {
    return (await this.bytes(path, maxBytes)).toString('utf8');
  }

  /** Without a limit of size: the caller stops when it has had enough. */
  async *chunks(path: string): AsyncGenerator<Buffer> {
    const file = await this.#open(path);
    try {
      requireRegular(await this.#run(path, () => file.stat()));
      for (;;) {
        const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
        const { bytesRead } = await this.#run(path, () => file.read(chunk, 0, chunk.length, null));
        if (bytesRead === 0) return;
        yield chunk.subarray(0, bytesRead);
      }
    } finally {
      // Not awaited: closing waits for an operation that hangs.
      file.close().catch(() => {});
    }
  }

  /** Runs another operation on a path within the same limits; it goes on when it exceeds them. */
  within<T>(path: string, work: () => Promise<T>): Promise<T> {
    return this.#run(path, work);
  }

  stat(path: string): Promise<Stats> {
    return this.#run(path, () => this.#fs.stat(path));
  }

  lstat(path: string): Promise<Stats> {
    return this.#run(path, () => this.#fs.lstat(path));
  }

  readlink(path: string): Promise<string> {
    return this.#run(path, () => this.#fs.readlink(path));
  }

  /** Entries of a folder. */
  list(path: string): Promise<Dirent[]> {
    return this.#run(path, () => this.#fs.list(path));
  }

  /** Paths relative to `folder` that match a pattern. Too many reject with FileFault TOO_LARGE. */
  matches(pattern: string, folder: string): Promise<string[]> {
    return this.#run(folder, async () => {
      const found: string[] = [];
      for await (const path of this.#fs.glob(pattern, folder)) {
        if (found.length === MAX_MATCHES)
          throw new FileFault('TOO_LARGE', `more than ${MAX_MATCHES} files match it`);
        found.push(path);
      }
      return found;
    });
  }

  async #open(path: string): Promise<OpenFile> {
    // A handle that comes late must be closed, or it would leak.
    const closeLate = (late: OpenFile): void => void late.close().catch(() => {});
    return this.#run(path, () => this.#fs.open(path, READ_FLAGS), closeLate).catch((thrown) => {
      throw openFault(thrown);
    });
  }

  /** Runs few operations at a time, so that a burst for one dead disk cannot take all threads either. */
  async #run<T>(path: string, work: () => Promise<T>, onLate: (value: T) => void = () => {}): Promise<T> {
    while (this.#isFull) await new Promise<void>((resolve) => this.#queue.push(resolve));
    if (this.#isHangingAt(path) || this.#hanging.size >= MAX_HANGING) {
      this.#wakeNext();
      throw this.#blocked();
    }
    this.#running++;
    try {
      return await this.#limited(path, work(), onLate);
    } finally {
      this.#running--;
      this.#wakeNext();
    }
  }

  /** False while nothing runs: operations that wait for a dead disk are refused then. */
  get #isFull(): boolean {
    return this.#running > 0 && this.#running + this.#hanging.size >= MAX_HANGING;
  }

  /** An operation that is woken too early would lose its turn. */
  #wakeNext(): void {
    if (!this.#isFull) this.#queue.shift()?.();
  }

  async #limited<T>(path: string, work: Promise<T>, onLate: (value: T) => void): Promise<T> {
    const operation = { path };
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      this.#hanging.add(operation);
      late.reject(this.#blocked());
    }, this.#limitMs);
    const settle = (): boolean => {
      clearTimeout(timer);
      return this.#hanging.delete(operation);
    };
    work.then((value) => {
      const isLate = settle();
      if (isLate) onLate(value);
    }, settle);
    return Promise.race([work, late.promise]);
  }

  #isHangingAt(path: string): boolean {
    return [...this.#hanging].some((operation) => operation.path === path);
  }

  #blocked(): FileFault {
    const limit = `${this.#limitMs / 1000} s`;
    return new FileFault('BLOCKED', `its disk did not answer within ${limit}, or does not answer yet`);
  }
}
