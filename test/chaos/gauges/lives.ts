/** What every gateway of a chaos run holds: file descriptors and memory, from its first idle moment to its last. */
import { readdirSync } from 'node:fs';
import { bytesHeldBy } from '../../helpers/bytes-held-by.ts';
import type { Running } from '../../helpers/hive.ts';

interface Mark {
  readonly descriptors: number;
  readonly bytes: number;
  /** Sessions that clients have left without a word, in all. Each may keep its own processes for an hour. */
  readonly abandoned: number;
}

/** Growth of one gateway between its first and its last mark. */
export interface Growth {
  readonly pid: number;
  readonly descriptors: number;
  readonly bytes: number;
  readonly abandoned: number;
}

export class Lives {
  readonly #marks = new Map<number, { first: Mark; last: Mark }>();

  /** Must be called while no client calls. */
  async measure(running: Running, abandoned: number): Promise<void> {
    const pid = running.child.pid as number;
    // The first measurement also opens the inspector, whose descriptors must not count as growth.
    const bytes = await bytesHeldBy(running);
    const last = { descriptors: readdirSync(`/proc/${pid}/fd`).length, bytes, abandoned };
    this.#marks.set(pid, { first: this.#marks.get(pid)?.first ?? last, last });
  }

  get growths(): Growth[] {
    return [...this.#marks].map(([pid, { first, last }]) => ({
      pid,
      descriptors: last.descriptors - first.descriptors,
      bytes: last.bytes - first.bytes,
      abandoned: last.abandoned - first.abandoned,
    }));
  }
}
