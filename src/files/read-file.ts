/** Reads small local files at once: regular files only, up to a limit. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { openFault, READ_FLAGS, requireRegular, tooLarge } from './fault.ts';

const CHUNK_BYTES = 1 << 16;

interface ReadOptions {
  readonly maxBytes: number;
  /** False refuses a symbolic link (ELOOP): for files in folders of Hive itself. True by default. */
  readonly followLinks?: boolean;
}

/** @throws FileFault, or the error of the file system */
export function readFileBytes(path: string, { maxBytes, followLinks = true }: ReadOptions): Buffer {
  const fd = openNow(path, followLinks ? READ_FLAGS : READ_FLAGS | constants.O_NOFOLLOW);
  try {
    requireRegular(fstatSync(fd));
    return readUpTo(fd, maxBytes);
  } finally {
    closeSync(fd);
  }
}

/** As UTF-8. @throws FileFault, or the error of the file system */
export function readFileText(path: string, options: ReadOptions): string {
  return readFileBytes(path, options).toString('utf8');
}

function openNow(path: string, flags: number): number {
  try {
    return openSync(path, flags);
  } catch (thrown) {
    throw openFault(thrown);
  }
}

/** Files of /proc have the size 0, and others grow while they are read: only the end of the file counts. */
function readUpTo(fd: number, maxBytes: number): Buffer {
  const chunks: Buffer[] = [];
  let total = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const count = readSync(fd, chunk, 0, chunk.length, null);
    if (count === 0) return Buffer.concat(chunks, total);
    chunks.push(chunk.subarray(0, count));
    total += count;
    if (total > maxBytes) throw tooLarge(maxBytes);
  }
}
