/**
 * What waits for a client that may never come back: each under a handle of ours that the client holds meanwhile (`requestState`,
 * 2026-07-28, basic/patterns/mrtr). A handle is authenticated, expires, and works once.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../model/clock.ts';

export interface Parked<T> {
  /** A handle for `value`; undefined when too much waits for that owner already. */
  add(value: T, owner: string): string | undefined;
  /**
   * What the handle stands for, which is then used up. `foreign` is none of ours, `gone` one that has expired or was used; one
   * that does not fit stays.
   */
  take(handle: string, fits: (value: T) => boolean): Taken<T>;
  all(): T[];
  /** Forgets it without a word. */
  drop(value: T): void;
}

export type Taken<T> =
  | { readonly kind: 'found'; readonly value: T }
  | { readonly kind: 'foreign' | 'gone' | 'misfit' };

export interface ParkLimits {
  /** Of all owners. One may have as much as is still free: half where it is alone, and there is always room for another. */
  readonly max: number;
  /** Milliseconds. */
  readonly patience: number;
}

interface Waiting<T> {
  readonly value: T;
  readonly owner: string;
  readonly timer: { cancel(): void };
}

const ID_BYTES = 16;
const TAG_BYTES = 32;

/** @param onExpired told of everything that nobody came for */
export function createParked<T>(clock: Clock, limits: ParkLimits, onExpired: (value: T) => void): Parked<T> {
  const key = randomBytes(32);
  const waiting = new Map<string, Waiting<T>>();
  const tagOf = (id: Buffer): Buffer => createHmac('sha256', key).update(id).digest();

  const read = (handle: string): string | undefined => {
    const bytes = Buffer.from(handle, 'base64url');
    if (bytes.length !== ID_BYTES + TAG_BYTES) return undefined;
    const id = bytes.subarray(0, ID_BYTES);
    return timingSafeEqual(tagOf(id), bytes.subarray(ID_BYTES)) ? id.toString('hex') : undefined;
  };
  const isAllowed = (owner: string): boolean => {
    const own = [...waiting.values()].filter((it) => it.owner === owner).length;
    return own < limits.max - waiting.size;
  };
  const remove = (id: string): void => {
    waiting.get(id)?.timer.cancel();
    waiting.delete(id);
  };

  return {
    add(value, owner) {
      if (!isAllowed(owner)) return undefined;
      const id = randomBytes(ID_BYTES);
      const expire = (): void => {
        remove(id.toString('hex'));
        onExpired(value);
      };
      const timer = clock.setTimeout(expire, limits.patience);
      waiting.set(id.toString('hex'), { value, owner, timer });
      return Buffer.concat([id, tagOf(id)]).toString('base64url');
    },
    take(handle, fits) {
      const id = read(handle);
      if (id === undefined) return { kind: 'foreign' };
      const found = waiting.get(id);
      if (!found) return { kind: 'gone' };
      if (!fits(found.value)) return { kind: 'misfit' };
      remove(id);
      return { kind: 'found', value: found.value };
    },
    all: () => [...waiting.values()].map(({ value }) => value),
    drop(value) {
      for (const [id, entry] of waiting) if (entry.value === value) remove(id);
    },
  };
}
