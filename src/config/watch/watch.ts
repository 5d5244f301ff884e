/**
 * Watches the files of a stack: notifies once for a burst of changes, in whatever way the files are saved.
 */
import { FSWatcher } from 'chokidar';
import type { Clock } from '../../model/clock.ts';
import { withLinks, writtenSince } from './watched-paths.ts';

/** A burst of changes ends after this long without another. */
const QUIET_MS = 100;
/** The notification comes no later than this after the first change of a burst. */
const MAX_DELAY_MS = 2000;

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
  let current: Watching | undefined;
  let isStale = false;
  let isClosed = false;
  // A file written after the last read began, but before it was watched, is found by its modification time.
  let lastRead = clock.now();
  let work: Promise<void> = Promise.resolve();

  const debounce = debounced(clock, () => {
    lastRead = clock.now();
    onChange();
  });
  const onEvent = (event: string) => {
    debounce.touch();
    // chokidar loses files in folders that are removed and made again, so any structural event rebuilds the
    // watcher.
    if (event !== 'change' || hasLinks(current)) void schedule(true);
  };
  const arrange = async (): Promise<void> => {
    const targets = await withLinks(paths());
    if (isClosed || (!isStale && sameSet(targets.all, current?.targets.all))) return;
    isStale = false;
    const previous = current;
    current = { targets, watcher: await startWatcher(targets.all, onEvent) };
    await previous?.watcher.close();
    if (await writtenSince(targets.all, lastRead)) debounce.touch();
  };
  const schedule = (stale: boolean): Promise<void> => {
    isStale ||= stale;
    work = work.then(arrange);
    return work;
  };

  void schedule(true);
  return {
    refresh(since) {
      lastRead = since ?? lastRead;
      return schedule(false);
    },
    async close() {
      isClosed = true;
      debounce.cancel();
      await work;
      await current?.watcher.close();
    },
  };
}

interface Watching {
  readonly targets: { readonly all: ReadonlySet<string>; readonly hasLinks: boolean };
  readonly watcher: FSWatcher;
}

function hasLinks(watching: Watching | undefined): boolean {
  return watching?.targets.hasLinks ?? false;
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
  // A path that cannot be watched now, for lack of permission, is tried again at the next change of any other
  // path.
  watcher.on('error', () => undefined);
  const { promise, resolve } = Promise.withResolvers<void>();
  watcher.on('ready', resolve);
  watcher.add([...paths]);
  await promise;
  return watcher;
}

interface Debounce {
  /** Restarts the quiet time. */
  touch(): void;
  /** Ends it for good: `fire` is not called any more. */
  cancel(): void;
}

function debounced(clock: Clock, fire: () => void): Debounce {
  let timer: { cancel(): void } | undefined;
  let first = 0;
  let isOver = false;
  const expire = () => {
    timer = undefined;
    fire();
  };
  return {
    touch() {
      if (isOver) return;
      if (timer === undefined) first = clock.now();
      timer?.cancel();
      timer = clock.setTimeout(expire, Math.max(0, Math.min(QUIET_MS, first + MAX_DELAY_MS - clock.now())));
    },
    cancel() {
      isOver = true;
      timer?.cancel();
    },
  };
}
