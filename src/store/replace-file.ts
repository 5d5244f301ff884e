/** Replaces a file of another program, unless that program has changed it meanwhile. */
import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readFileBytes } from '../files/read-file.ts';

/** A draft of this age was left by a process that has died. */
const DRAFT_KEPT_MS = 10_000;

export type Replaced =
  | 'done'
  /** The file is not what it was: nothing was written. */
  | 'changed'
  /** Another process is writing it. */
  | 'busy';

interface Replacement {
  /** Absolute; its folder must exist. A symbolic link stays, and its target is replaced. */
  readonly path: string;
  /** Content that the file must still have; undefined: there must be no file. */
  readonly before: Buffer | undefined;
  /** Undefined deletes the file. */
  readonly after: Buffer | undefined;
  readonly maxBytes: number;
  /** Unix milliseconds. */
  readonly now: number;
}

/**
 * Writes a draft beside the file, which only one process can make at a time, compares, and renames. Mode and
 * owner of the file are kept; a new file is for the user alone.
 * @throws the error of the file system; the old content stays then
 */
export function replaceFile({ path, before, after, maxBytes, now }: Replacement): Replaced {
  const target = targetOf(path);
  const draft = join(dirname(target), `.${basename(target)}.hive-draft`);
  const fd = openDraft(draft, now);
  if (fd === undefined) return 'busy';
  try {
    try {
      if (after !== undefined) fill(fd, target, after);
    } finally {
      closeSync(fd);
    }
    if (!isSame(contentOf(target, maxBytes), before)) return 'changed';
    if (after === undefined) rmSync(target);
    else renameSync(draft, target);
    syncFolder(dirname(target));
    return 'done';
  } finally {
    rmSync(draft, { force: true });
  }
}

/** The content of a file; undefined if there is none. @throws FileFault, or the error of the file system */
export function contentOf(path: string, maxBytes: number): Buffer | undefined {
  return statSync(path, { throwIfNoEntry: false }) && readFileBytes(path, { maxBytes });
}

/** @throws Error for a link that leads nowhere */
function targetOf(path: string): string {
  if (statSync(path, { throwIfNoEntry: false })) return realpathSync(path);
  let link: string;
  try {
    link = readlinkSync(path);
  } catch {
    return path;
  }
  throw new Error(`it is a link to ${link}, which does not exist`);
}

function openDraft(draft: string, now: number): number | undefined {
  const left = statSync(draft, { throwIfNoEntry: false });
  if (left && now - left.mtimeMs > DRAFT_KEPT_MS) rmSync(draft, { force: true });
  try {
    return openSync(draft, 'wx', 0o600);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
    throw thrown;
  }
}

function fill(fd: number, target: string, content: Buffer): void {
  writeFileSync(fd, content);
  const old = statSync(target, { throwIfNoEntry: false });
  if (old) {
    // The owner first: a change of owner may take bits of the mode away.
    if (old.uid !== process.getuid?.() || old.gid !== process.getgid?.()) fchownSync(fd, old.uid, old.gid);
    fchmodSync(fd, old.mode & 0o7777);
  }
  fsyncSync(fd);
}

const isSame = (one: Buffer | undefined, other: Buffer | undefined): boolean =>
  one === undefined || other === undefined ? one === other : one.equals(other);

/** So that the name survives a loss of power too. Some systems open no folders. */
function syncFolder(folder: string): void {
  try {
    const fd = openSync(folder, 'r');
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch {
    // The file itself is on the disk.
  }
}
