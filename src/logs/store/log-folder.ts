/** The files of a log store: writes to the newest, begins further ones, drops the oldest. */
import { readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../../files/make-folder.ts';
import type { LogLimits } from '../../model/stack.ts';
import type { LogEntry } from '../../model/status.ts';
import { type SizedSegment, segmentBytes, toDrop } from './retention.ts';
import { SegmentFile } from './segment-file.ts';
import {
  asideName,
  compareSegments,
  dayOf,
  readAsideName,
  readSegmentName,
  type Segment,
  segmentName,
} from './segments.ts';
import { isCorrupt } from './sqlite-fault.ts';

/** Only this user may read logs. */
const PRIVATE = 0o700;
/** Files that are open for searches; each holds some descriptors and a cache. */
const MAX_READERS = 4;

export interface FolderEvents {
  /** A file cannot be read any more, and was set aside under another name. */
  readonly aside: (name: string, reason: string) => void;
}

export interface OpenSegment {
  readonly segment: Segment;
  readonly file: SegmentFile;
}

/** Only one process may write to a folder. */
export class LogFolder {
  readonly #path: string;
  readonly #now: () => number;
  readonly #events: FolderEvents;
  #limits: LogLimits;
  #current: OpenSegment | undefined;
  /** Oldest use first. */
  readonly #readers = new Map<string, OpenSegment>();

  /** @param now Unix milliseconds */
  constructor(path: string, limits: LogLimits, now: () => number, events: FolderEvents) {
    this.#path = path;
    this.#limits = limits;
    this.#now = now;
    this.#events = events;
  }

  setLimits(limits: LogLimits): void {
    this.#limits = limits;
    this.dropOld();
  }

  /**
   * Writes all lines or none; a file that turns out to be corrupt is set aside, and another one takes them.
   * @throws the error of SQLite or of the file system
   */
  write(entries: readonly LogEntry[]): void {
    try {
      this.#writable().file.write(entries);
    } catch (error) {
      if (!this.#setAsideIfCorrupt(this.#current?.segment, error)) {
        this.#closeCurrent();
        throw error;
      }
      this.#writable().file.write(entries);
    }
    this.dropOld();
  }

  /** All files, newest first; each is opened when it is asked for. */
  segments(): readonly Segment[] {
    return this.#files()
      .map(({ segment }) => segment)
      .sort((a, b) => compareSegments(b, a));
  }

  /** Undefined for a file that is gone, or cannot be read. The folder closes it. */
  open(segment: Segment): SegmentFile | undefined {
    const name = segmentName(segment);
    if (this.#current && segmentName(this.#current.segment) === name) return this.#current.file;
    const known = this.#readers.get(name);
    try {
      const opened = known ?? {
        segment,
        file: new SegmentFile(join(this.#path, name), { isReadOnly: true }),
      };
      this.#readers.delete(name);
      this.#readers.set(name, opened);
      for (const oldest of [...this.#readers.keys()].slice(0, -MAX_READERS)) this.#closeReader(oldest);
      return opened.file;
    } catch (error) {
      this.#setAsideIfCorrupt(segment, error);
      return undefined;
    }
  }

  /** To be told of a file that a search could not read. @returns true if it was set aside */
  failedToRead(segment: Segment, error: unknown): boolean {
    return this.#setAsideIfCorrupt(segment, error);
  }

  /** Drops the oldest files, by age and size. Never throws. */
  dropOld(): void {
    const current = this.#current && segmentName(this.#current.segment);
    const files = this.#files(true);
    const closed = files.filter(({ name }) => name !== current);
    const bytes = files.find(({ name }) => name === current)?.bytes ?? 0;
    for (const { name } of toDrop(closed, bytes, this.#limits, this.#now())) this.#remove(name);
    if (current !== undefined && bytes >= segmentBytes(this.#limits)) this.#closeCurrent();
  }

  close(): void {
    this.#closeCurrent();
    for (const name of [...this.#readers.keys()]) this.#closeReader(name);
  }

  /** The file of today, or the last one if the clock was set back. */
  #writable(): OpenSegment {
    const day = dayOf(this.#now());
    if (this.#current && this.#current.segment.day >= day) return this.#current;
    this.#closeCurrent();
    makeFolder(this.#path, PRIVATE);
    const last = this.#lastSegment();
    const segment = last && last.day >= day ? last : { day, part: 1 };
    this.#current = this.#openWritable(segment);
    return this.#current;
  }

  #openWritable(segment: Segment): OpenSegment {
    const name = segmentName(segment);
    this.#closeReader(name);
    const path = join(this.#path, name);
    const next = { day: segment.day, part: segment.part + 1 };
    if (bytesOf(path) >= segmentBytes(this.#limits)) return this.#openWritable(next);
    try {
      return { segment, file: new SegmentFile(path) };
    } catch (error) {
      if (!this.#setAsideIfCorrupt(segment, error)) throw error;
      return this.#openWritable(next);
    }
  }

  #lastSegment(): Segment | undefined {
    return this.#files(true)
      .map(({ segment }) => segment)
      .sort(compareSegments)
      .at(-1);
  }

  #setAsideIfCorrupt(segment: Segment | undefined, error: unknown): boolean {
    if (!segment || !isCorrupt(error)) return false;
    const name = segmentName(segment);
    if (this.#current && segmentName(this.#current.segment) === name) this.#closeCurrent();
    this.#closeReader(name);
    renameSync(join(this.#path, name), join(this.#path, asideName(segment)));
    for (const end of ['-wal', '-shm']) rmSync(join(this.#path, `${name}${end}`), { force: true });
    this.#events.aside(name, (error as Error).message);
    return true;
  }

  /** @param withAside also the files that were set aside */
  #files(withAside = false): SizedSegment[] {
    return namesIn(this.#path).flatMap((name) => {
      const segment = readSegmentName(name) ?? (withAside ? readAsideName(name) : undefined);
      return segment ? [{ segment, name, bytes: bytesOf(join(this.#path, name)) }] : [];
    });
  }

  #remove(name: string): void {
    this.#closeReader(name);
    try {
      for (const end of ['', '-wal', '-shm']) rmSync(join(this.#path, `${name}${end}`), { force: true });
    } catch {
      // Its disk is read-only: the next write says so.
    }
  }

  #closeCurrent(): void {
    const { file } = this.#current ?? {};
    this.#current = undefined;
    closeQuietly(file);
  }

  #closeReader(name: string): void {
    closeQuietly(this.#readers.get(name)?.file);
    this.#readers.delete(name);
  }
}

function closeQuietly(file: SegmentFile | undefined): void {
  try {
    file?.close();
  } catch {
    // The disk is gone.
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** With the log of SQLite that belongs to it; 0 for a file that is not there. */
function bytesOf(path: string): number {
  return ['', '-wal'].reduce((sum, end) => {
    return sum + (statSync(`${path}${end}`, { throwIfNoEntry: false })?.size ?? 0);
  }, 0);
}
