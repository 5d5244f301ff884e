/**
 * Many deadlines on one timer. A timer for each call would cost more than everything else that a call needs
 * here.
 */
import type { Clock } from '../../../model/clock.ts';

export interface Timed {
  /** In terms of `Deadlines.now`; infinite for no deadline. */
  due: number;
}

export interface Deadlines {
  /** Milliseconds, as timers count them: setting the wall clock moves a deadline by at most a minute. */
  now(): number;
  /** Must be called for each new entry, and whenever an entry's `due` comes nearer. */
  watch(entry: Timed): void;
  close(): void;
}

/** A timer is never this late: the wall clock was set, or the machine was suspended. */
const JUMP_MS = 60_000;

/** Timers hold 32 bits. */
const LONGEST_MS = 2 ** 30;

/**
 * @param entries everything that has a deadline
 * @param expire must end the entry or postpone its `due`
 */
export function createDeadlines<Entry extends Timed>(
  clock: Clock,
  entries: () => readonly Entry[],
  expire: (entry: Entry) => void,
): Deadlines {
  let timer: { cancel(): void } | undefined;
  let dueAt = Number.POSITIVE_INFINITY;
  let skewMs = 0;
  const now = (): number => clock.now() + skewMs;

  function watch({ due }: Timed): void {
    if (due >= dueAt) return;
    timer?.cancel();
    dueAt = Math.min(due, now() + LONGEST_MS);
    timer = clock.setTimeout(onTimer, Math.max(0, dueAt - now()));
  }

  function onTimer(): void {
    const lateMs = now() - dueAt;
    if (Math.abs(lateMs) > JUMP_MS) skewMs -= lateMs;
    const until = Math.max(now(), dueAt);
    dueAt = Number.POSITIVE_INFINITY;
    for (const entry of entries()) if (entry.due <= until) expire(entry);
    const next = entries().reduce((least, { due }) => Math.min(least, due), Number.POSITIVE_INFINITY);
    watch({ due: next });
  }

  return { now, watch, close: () => timer?.cancel() };
}
