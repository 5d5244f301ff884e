/** What every gateway of a chaos run holds: file descriptors and memory, from its first idle moment to its last. */
import { readdirSync } from 'node:fs';
import { bytesHeldBy } from '../../helpers/bytes-held-by.ts';
import type { Running } from '../../helpers/hive.ts';

/** What the gateway may hold at the moment. */
export interface Allowed {
  /** Bytes of events that it keeps for clients which may come back, as it counts them: they go after a while. */
  readonly kept: number;
  /** Sessions that clients have left without a word, in all. Each may keep its own processes for an hour. */
  readonly abandoned: number;
}

interface Mark extends Allowed {
  readonly descriptors: number;
  /** Without those that are kept for clients. */
  readonly bytes: number;
}

/** Growth of one gateway between its first and its last mark. */
export interface Growth {
  readonly pid: number;
  readonly descriptors: number;
  /** Besides those that are kept for clients. */
  readonly bytes: number;
  /** At the last mark. */
  readonly kept: number;
  readonly abandoned: number;
}

export class Lives {
  readonly #marks = new Map<number, { first: Mark; last: Mark }>();

  /** Must be called while no client calls. */
  async measure(running: Running, { kept, abandoned }: Allowed): Promise<void> {
    const pid = running.child.pid as number;
    // The first measurement also opens the inspector, whose descriptors must not count as growth.
    const bytes = (await bytesHeldBy(running)) - kept;
    const last = { descriptors: readdirSync(`/proc/${pid}/fd`).length, bytes, kept, abandoned };
    this.#marks.set(pid, { first: this.#marks.get(pid)?.first ?? last, last });
  }

  get growths(): Growth[] {
    return [...this.#marks].map(([pid, { first, last }]) => ({
      pid,
      descriptors: last.descriptors - first.descriptors,
      bytes: last.bytes - first.bytes,
      kept: last.kept,
      abandoned: last.abandoned - first.abandoned,
    }));
  }
}
