/** Reasons for which Hive refuses to read something that has the name of a file. */
import { constants, type Stats } from 'node:fs';

/** `code` is as stable as those of the file system; `message` completes "cannot read FILE: …". */
export class FileFault extends Error {
  readonly code: 'NOT_REGULAR' | 'TOO_LARGE' | 'BLOCKED';
  readonly isFolder: boolean;

  constructor(code: FileFault['code'], message: string, isFolder = false) {
    super(message);
    this.name = 'FileFault';
    this.code = code;
    this.isFolder = isFolder;
  }
}

/** Opens without waiting: the open of a FIFO that nobody writes to would not return. */
export const READ_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

type Kind = Pick<Stats, 'isFile' | 'isDirectory' | 'isFIFO' | 'isSocket' | 'isSymbolicLink'>;

/** What a path is, for people. */
export function kindOf(stats: Kind): string {
  if (stats.isFile()) return 'a file';
  if (stats.isDirectory()) return 'a folder';
  if (stats.isFIFO()) return 'a FIFO';
  if (stats.isSymbolicLink()) return 'a symbolic link';
  return stats.isSocket() ? 'a socket' : 'a device';
}

/** @throws FileFault unless this is a regular file */
export function requireRegular(stats: Kind): void {
  if (!stats.isFile())
    throw new FileFault('NOT_REGULAR', `it is ${kindOf(stats)}, not a regular file`, stats.isDirectory());
}

/** Translates what `open` says of a socket; all other errors stay. */
export function openFault(thrown: unknown): unknown {
  const { code } = Object(thrown) as { code?: unknown };
  return code === 'ENXIO' ? new FileFault('NOT_REGULAR', 'it is a socket, not a regular file') : thrown;
}

export function tooLarge(maxBytes: number): FileFault {
  const limit = maxBytes < 1 << 20 ? `${maxBytes >> 10} KiB` : `${maxBytes >> 20} MiB`;
  return new FileFault('TOO_LARGE', `it is larger than ${limit}`);
}

/** Codes of a disk that is full, read-only, gone or silent: states that may pass without an edit. */
const OF_DISK: ReadonlySet<unknown> = new Set([
  'ENOSPC',
  'EDQUOT',
  'EROFS',
  'EIO',
  'ESTALE',
  'ENODEV',
  'ENXIO',
  'ETIMEDOUT',
  'EMFILE',
  'ENFILE',
  'BLOCKED',
]);

/** True for an error that the disk causes, and not what stands at the path. */
export function isOfDisk(thrown: unknown): boolean {
  return OF_DISK.has((Object(thrown) as { code?: unknown }).code);
}
