/**
 * Watches the files of a stack: notifies once for a burst of changes, in whatever way the files are saved.
 */
import { FSWatcher } from 'chokidar';
import { FileFault } from '../../files/fault.ts';
import type { FileReader } from '../../files/file-reader.ts';
import { processFiles } from '../../files/process-files.ts';
import type { Clock } from '../../model/clock.ts';
import { within } from '../../model/time/wait.ts';
import { type Debounce, debounced } from './debounce.ts';
import { type WithLinks, withLinks, writtenSince } from './watched-paths.ts';

export interface StackWatcher {
  /**
   * Watches the paths that `paths()` returns now, existing or not; settles when they are watched. `since`
   * (Unix ms) is a time before the files were last read: a file written after it counts as changed, even if
   * it was not watched then.
   */
  refresh(since?: number): Promise<void>;
  /** Releases everything; `onChange` is not called any more. */
  close(): Promise<void>;
}

/**
 * Calls `onChange` once, 100 ms after the last of a burst of changes: a path was written in place, replaced
 * by rename, deleted, created again, or is now reached through another link. A folder changes with its direct
 * contents. Watching begins at once. The clock must be the real one, as its time is compared with that of
 * files. The caller closes the watcher.
 */
export function watchStack(
  paths: () => readonly string[],
  clock: Clock,
  onChange: () => void,
  files: FileReader = processFiles,
): StackWatcher {
  return new Watch(paths, clock, onChange, files);
}

/** Longest time for one rearrangement, and for the end. */
const LIMIT_MS = 5_000;

interface Watching {
  readonly targets: WithLinks;
  readonly watcher: FSWatcher;
}

class Watch implements StackWatcher {
  readonly #paths: () => readonly string[];
  readonly #clock: Clock;
  readonly #files: FileReader;
  readonly #debounce: Debounce;
  #current: Watching | undefined;
  /**
   * A file written after the last read began, but before it was watched, is found by its modification time.
   */
  #lastRead: number;
  #isStale = true;
  #isClosed = false;
  /** Ends when all requested rearrangements are done. */
  #work: Promise<void> = Promise.resolve();

  constructor(paths: () => readonly string[], clock: Clock, onChange: () => void, files: FileReader) {
    this.#paths = paths;
    this.#clock = clock;
    this.#files = files;
    this.#lastRead = clock.now();
    this.#debounce = debounced(clock, () => {
      this.#lastRead = clock.now();
      onChange();
    });
    void this.#schedule();
  }

  refresh(since = this.#lastRead): Promise<void> {
    this.#lastRead = since;
    return this.#schedule();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#debounce.cancel();
    const closed = this.#work.then(() => this.#current?.watcher.close());
    // A disk that does not answer must not keep the process.
    await within(closed, LIMIT_MS, this.#clock);
  }

  #schedule(): Promise<void> {
    this.#work = this.#work.then(() => this.#arrange());
    return this.#work;
  }

  async #arrange(): Promise<void> {
    const targets = await withLinks(this.#paths(), this.#files);
    if (this.#isClosed || (!this.#isStale && sameSet(targets.all, this.#current?.targets.all))) return;
    this.#isStale = false;
    const previous = this.#current;
    const answering = await this.#answering(targets.all);
    const watcher = startWatcher((event) => this.#onEvent(event));
    await within(watchAll(watcher, answering), LIMIT_MS, this.#clock);
    this.#current = { targets, watcher };
    await previous?.watcher.close();
    if (await writtenSince(targets.all, this.#lastRead, this.#files)) this.#debounce.touch();
  }

  /** Leaves out paths on disks that do not answer: each would take a thread of the process for good. */
  async #answering(paths: ReadonlySet<string>): Promise<string[]> {
    const isAnswering = (path: string): Promise<boolean> =>
      this.#files.lstat(path).then(
        () => true,
        (thrown) => !(thrown instanceof FileFault && thrown.code === 'BLOCKED'),
      );
    const all = await Promise.all(
      [...paths].map(async (path) => ({ path, isHere: await isAnswering(path) })),
    );
    return all.filter(({ isHere }) => isHere).map(({ path }) => path);
  }

  #onEvent(event: string): void {
    this.#debounce.touch();
    // chokidar loses files in folders that are removed and made again, so a structural event rebuilds the
    // watcher.
    if (event === 'change' && !this.#current?.targets.hasLinks) return;
    this.#isStale = true;
    void this.#schedule();
  }
}

function sameSet(a: ReadonlySet<string>, b: ReadonlySet<string> | undefined): boolean {
  return b !== undefined && a.size === b.size && [...a].every((path) => b.has(path));
}

/** Watches nothing yet. The caller closes the watcher. */
function startWatcher(onEvent: (event: string) => void): FSWatcher {
  const watcher = new FSWatcher({ ignoreInitial: true, followSymlinks: false, depth: 0, atomic: false });
  watcher.on('all', onEvent);
  // A path that cannot be watched now, for lack of permission, is tried again at the next change of any
  // other.
  watcher.on('error', () => undefined);
  return watcher;
}

/** Resolves when all paths are watched. */
function watchAll(watcher: FSWatcher, paths: readonly string[]): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  watcher.on('ready', resolve);
  watcher.add([...paths]);
  return promise;
}
