/** News that a stack's files changed: however they are saved, and once for a burst of saves. */
import { FSWatcher } from 'chokidar';
import type { Clock } from '../../model/clock.ts';
import { withLinks, writtenSince } from './watched-paths.ts';

/** Quiet time that ends a burst of saves, and the longest that a burst may put off the news. */
const QUIET_MS = 100;
const LONGEST_MS = 2000;

export interface StackWatcher {
  /**
   * Watches what `paths()` returns now, existing or not; settles when that is in place. `since` (Unix ms) is a time before
   * the files were last read: one written later, unnoticed because it was not watched yet, counts as changed.
   */
  refresh(since?: number): Promise<void>;
  /** Releases everything; no news after the call. */
  close(): Promise<void>;
}

/**
 * Calls `onChange` once, 100 ms after the last of a burst of changes to any of the paths: written in place, replaced by
 * rename, deleted, created again, or reached through a link that leads elsewhere now. A folder counts as changed when
 * something directly in it does. Watching begins at once. The clock must tell real time, as it is compared with that of files.
 */
export function watchStack(paths: () => readonly string[], clock: Clock, onChange: () => void): StackWatcher {
  let current: Watching | undefined;
  let isStale = false;
  let isClosed = false;
  // What was written after the last reading began, and before its watch was in place, is found by its time.
  let lastRead = clock.now();
  let work: Promise<void> = Promise.resolve();

  const debounce = debounced(clock, () => {
    lastRead = clock.now();
    onChange();
  });
  const onEvent = (event: string) => {
    debounce.touch();
    // Only a plain change leaves the tree as it was; chokidar loses files in folders that are removed and made again.
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

/** Resolves when all paths are watched. */
async function startWatcher(
  paths: ReadonlySet<string>,
  onEvent: (event: string) => void,
): Promise<FSWatcher> {
  const watcher = new FSWatcher({ ignoreInitial: true, followSymlinks: false, depth: 0, atomic: false });
  watcher.on('all', onEvent);
  // A path that cannot be watched now (permissions) is looked at again with the next change of any other.
  watcher.on('error', () => undefined);
  const { promise, resolve } = Promise.withResolvers<void>();
  watcher.on('ready', resolve);
  watcher.add([...paths]);
  await promise;
  return watcher;
}

interface Debounce {
  touch(): void;
  cancel(): void;
}

function debounced(clock: Clock, fire: () => void): Debounce {
  let timer: { cancel(): void } | undefined;
  let first = 0;
  let isOver = false;
  const ring = () => {
    timer = undefined;
    fire();
  };
  return {
    touch() {
      if (isOver) return;
      if (timer === undefined) first = clock.now();
      timer?.cancel();
      timer = clock.setTimeout(ring, Math.max(0, Math.min(QUIET_MS, first + LONGEST_MS - clock.now())));
    },
    cancel() {
      isOver = true;
      timer?.cancel();
    },
  };
}
