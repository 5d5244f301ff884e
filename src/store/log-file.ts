/** A log file that a full disk neither ends nor fills memory with: lines without room are lost. */
import { closeSync, constants, fchmodSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';
import { requireRegular } from '../files/fault.ts';

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants;
const FLAGS = O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK;

/** Only this user may read and write. */
const PRIVATE = 0o600;

/** Beyond this size another file begins, and this one is kept as `.1`. */
const MAX_BYTES = 8 << 20;

interface OpenFile {
  readonly fd: number;
  bytes: number;
}

/** Only this user may read it. Opened at the first line, and again after a failure. Never throws. */
export class LogFile {
  readonly #path: string;
  readonly #maxBytes: number;
  #file: OpenFile | undefined;

  constructor(path: string, maxBytes = MAX_BYTES) {
    this.#path = path;
    this.#maxBytes = maxBytes;
  }

  /** @param line with its line end */
  write(line: string): void {
    try {
      this.#append(Buffer.from(line));
    } catch {
      this.#close();
    }
  }

  #append(line: Buffer): void {
    if (this.#file && this.#file.bytes > this.#maxBytes) this.#close();
    this.#file ??= this.#open();
    this.#file.bytes += writeSync(this.#file.fd, line);
  }

  #open(): OpenFile {
    const file = openLog(this.#path);
    if (file.bytes <= this.#maxBytes) return file;
    closeSync(file.fd);
    renameSync(this.#path, `${this.#path}.1`);
    return openLog(this.#path);
  }

  #close(): void {
    const { fd } = this.#file ?? {};
    this.#file = undefined;
    try {
      if (fd !== undefined) closeSync(fd);
    } catch {
      // The disk is gone.
    }
  }
}

function openLog(path: string): OpenFile {
  const fd = openSync(path, FLAGS, PRIVATE);
  try {
    const stats = fstatSync(fd);
    requireRegular(stats);
    // A file that was there already may be open to others.
    fchmodSync(fd, PRIVATE);
    return { fd, bytes: stats.size };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}
