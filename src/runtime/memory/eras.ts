/** The protocol eras of servers, kept over restarts of the gateway. Use corrects a wrong one. */
import { createHash } from 'node:crypto';
import type { Clock } from '../../model/clock.ts';
import type { Unit } from '../../model/compiled.ts';
import type { Era } from '../../model/era.ts';
import { createRecordFile } from '../../store/record-file.ts';

/**
 * Time after which a server is asked again for an era that it lacked: it may have learned that era, which use
 * of the other would never show.
 */
const LACK_KEPT_MS = 7 * 24 * 60 * 60 * 1_000;
const MAX_SERVERS = 500;

export interface EraMemory {
  recall(key: string): Era | undefined;
  learn(key: string, era: Era): void;
  /** True for a modern server that has no legacy era besides, or none worth a connection of its own. */
  isModernOnly(key: string): boolean;
  learnModernOnly(key: string): void;
  /**
   * Forgets which era a server lacks, since another version may run by now. Whether it is modern is asked at
   * each start in any case.
   */
  suspectStale(key: string): void;
}

interface KnownEra {
  readonly era: Era;
  /** The server has no legacy era. */
  readonly isOnly?: boolean;
  /** Unix milliseconds. */
  readonly at: number;
}

/** Without the file, each server is asked for its era once more. */
export function createEraMemory(path: string, clock: Pick<Clock, 'now'>): EraMemory {
  const file = createRecordFile({ path, version: 1, maxEntries: MAX_SERVERS, isEntry: isKnownEra });
  const isOld = ({ at }: KnownEra): boolean => clock.now() - at > LACK_KEPT_MS;
  return {
    recall(key) {
      const known = file.get(key);
      return known?.era === 'legacy' && isOld(known) ? undefined : known?.era;
    },
    learn(key, era) {
      if (era === 'modern' && file.get(key)?.era === era) return;
      file.set(key, { era, at: clock.now() });
    },
    isModernOnly(key) {
      const known = file.get(key);
      return known?.era === 'modern' && known.isOnly === true && !isOld(known);
    },
    learnModernOnly: (key) => file.set(key, { era: 'modern', isOnly: true, at: clock.now() }),
    suspectStale(key) {
      const known = file.get(key);
      if (known?.era === 'legacy') file.delete(key);
      else if (known?.isOnly) file.set(key, { era: 'modern', at: clock.now() });
    },
  };
}

function isKnownEra(value: unknown): value is KnownEra {
  const { era, at } = Object(value) as Record<string, unknown>;
  return typeof at === 'number' && (era === 'legacy' || era === 'modern');
}

/** Identifies what a server's era depends on: its entry, and the image behind its tag. */
export function eraKey({ hash }: Unit, imageId: string | undefined): string {
  return createHash('sha256')
    .update(`${hash} ${imageId ?? ''}`)
    .digest('hex')
    .slice(0, 32);
}
