/**
 * Values that wait for a client which may never come back, each under a handle that the client holds
 * meanwhile (`requestState`, 2026-07-28, basic/patterns/mrtr). A handle is authenticated, expires, and works
 * once.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../model/clock.ts';

export interface Parked<T> {
  /** Returns a handle for `value`; undefined if too many of that owner's values wait already. */
  add(value: T, owner: string): string | undefined;
  /**
   * Uses up the handle. `foreign`: it was not issued here. `gone`: it has expired or was used. `misfit`: the
   * value does not fit, and keeps its handle.
   */
  take(handle: string, fits: (value: T) => boolean): Taken<T>;
  all(): T[];
  /** Forgets the value; `onExpired` is not called. */
  drop(value: T): void;
}

export type Taken<T> =
  | { readonly kind: 'found'; readonly value: T }
  | { readonly kind: 'foreign' | 'gone' | 'misfit' };

export interface ParkLimits {
  /**
   * Values of all owners. One owner may have as many as are still free, which is half of them if it is alone.
   */
  readonly max: number;
  readonly timeoutMs: number;
}

interface Entry<T> {
  readonly value: T;
  readonly owner: string;
  readonly timer: { cancel(): void };
}

const ID_BYTES = 16;
const TAG_BYTES = 32;

/** @param onExpired called for each value that no client came back for */
export function createParked<T>(clock: Clock, limits: ParkLimits, onExpired: (value: T) => void): Parked<T> {
  const key = randomBytes(TAG_BYTES);
  const entries = new Map<string, Entry<T>>();
  const tagOf = (id: Buffer): Buffer => createHmac('sha256', key).update(id).digest();

  const readHandle = (handle: string): string | undefined => {
    const bytes = Buffer.from(handle, 'base64url');
    if (bytes.length !== ID_BYTES + TAG_BYTES) return undefined;
    const id = bytes.subarray(0, ID_BYTES);
    return timingSafeEqual(tagOf(id), bytes.subarray(ID_BYTES)) ? id.toString('hex') : undefined;
  };
  const isAllowed = (owner: string): boolean => {
    const own = [...entries.values()].filter((it) => it.owner === owner).length;
    return own < limits.max - entries.size;
  };
  const remove = (id: string): void => {
    entries.get(id)?.timer.cancel();
    entries.delete(id);
  };

  return {
    add(value, owner) {
      if (!isAllowed(owner)) return undefined;
      const id = randomBytes(ID_BYTES);
      const key = id.toString('hex');
      const expire = (): void => {
        remove(key);
        onExpired(value);
      };
      entries.set(key, { value, owner, timer: clock.setTimeout(expire, limits.timeoutMs) });
      return Buffer.concat([id, tagOf(id)]).toString('base64url');
    },
    take(handle, fits) {
      const id = readHandle(handle);
      if (id === undefined) return { kind: 'foreign' };
      const found = entries.get(id);
      if (!found) return { kind: 'gone' };
      if (!fits(found.value)) return { kind: 'misfit' };
      remove(id);
      return { kind: 'found', value: found.value };
    },
    all: () => [...entries.values()].map(({ value }) => value),
    drop(value) {
      for (const [id, entry] of entries) if (entry.value === value) remove(id);
    },
  };
}
