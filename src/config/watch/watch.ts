/**
 * Watches the files of a stack: notifies once for a burst of changes, in whatever way the files are saved.
 */
import { FSWatcher } from 'chokidar';
import type { Clock } from '../../model/clock.ts';
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
export function watchStack(paths: () => readonly string[], clock: Clock, onChange: () => void): StackWatcher {
  return new Watch(paths, clock, onChange);
}

interface Watching {
  readonly targets: WithLinks;
  readonly watcher: FSWatcher;
}

class Watch implements StackWatcher {
  readonly #paths: () => readonly string[];
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

  constructor(paths: () => readonly string[], clock: Clock, onChange: () => void) {
    this.#paths = paths;
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
    await this.#work;
    await this.#current?.watcher.close();
  }

  #schedule(): Promise<void> {
    this.#work = this.#work.then(() => this.#arrange());
    return this.#work;
  }

  async #arrange(): Promise<void> {
    const targets = await withLinks(this.#paths());
    if (this.#isClosed || (!this.#isStale && sameSet(targets.all, this.#current?.targets.all))) return;
    this.#isStale = false;
    const previous = this.#current;
    const watcher = await startWatcher(targets.all, (event) => this.#onEvent(event));
    this.#current = { targets, watcher };
    await previous?.watcher.close();
    if (await writtenSince(targets.all, this.#lastRead)) this.#debounce.touch();
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

/** Resolves when all paths are watched. The caller closes the watcher. */
async function startWatcher(
  paths: ReadonlySet<string>,
  onEvent: (event: string) => void,
): Promise<FSWatcher> {
  const watcher = new FSWatcher({ ignoreInitial: true, followSymlinks: false, depth: 0, atomic: false });
  watcher.on('all', onEvent);
  // A path that cannot be watched now, for lack of permission, is tried again at the next change of any
  // other.
  watcher.on('error', () => undefined);
  const { promise, resolve } = Promise.withResolvers<void>();
  watcher.on('ready', resolve);
  watcher.add([...paths]);
  await promise;
  return watcher;
}
