import type { Clock } from '../../../model/clock.ts';

export interface Timed {
  /** In time of `Deadlines.now`; infinite for no deadline. */
  due: number;
}

/** Many deadlines on one timer: starting one for each call costs more than everything else that a call needs here. */
export interface Deadlines {
  /** Milliseconds that pass as the timer's do: a wall clock that is set meanwhile moves no deadline by more than a minute. */
  now(): number;
  /** To be called when an entry's `due` comes nearer, and for each new entry. */
  watch(entry: Timed): void;
  close(): void;
}

/** No timer is that late: the clock was set, or the machine was asleep. */
const JUMP_MS = 60_000;

/** Timers take 32 bits. */
const LONGEST_MS = 2 ** 30;

/** @param expire either ends the entry or moves its `due` */
export function createDeadlines<Entry extends Timed>(
  clock: Clock,
  entries: () => readonly Entry[],
  expire: (entry: Entry) => void,
): Deadlines {
  let timer: { cancel(): void } | undefined;
  let dueAt = Number.POSITIVE_INFINITY;
  let skew = 0;
  const now = (): number => clock.now() + skew;

  function watch({ due }: Timed): void {
    if (due >= dueAt) return;
    timer?.cancel();
    dueAt = Math.min(due, now() + LONGEST_MS);
    timer = clock.setTimeout(onTimer, Math.max(0, dueAt - now()));
  }

  function onTimer(): void {
    const late = now() - dueAt;
    if (Math.abs(late) > JUMP_MS) skew -= late;
    const since = Math.max(now(), dueAt);
    dueAt = Number.POSITIVE_INFINITY;
    for (const entry of entries()) if (entry.due <= since) expire(entry);
    const next = entries().reduce((least, { due }) => Math.min(least, due), Number.POSITIVE_INFINITY);
    watch({ due: next });
  }

  return { now, watch, close: () => timer?.cancel() };
}
