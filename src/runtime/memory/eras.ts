/** The protocol eras of servers, kept over restarts of the gateway. Use corrects a wrong one. */
import { createHash } from 'node:crypto';
import type { Clock } from '../../model/clock.ts';
import type { Unit } from '../../model/compiled.ts';
import type { Era } from '../../model/era.ts';
import { createRecordFile } from '../../store/record-file.ts';

/**
 * Time after which a legacy server is asked again: it may have learned the modern era, which its use would
 * never show.
 */
const LEGACY_KEPT_MS = 7 * 24 * 60 * 60 * 1_000;
const MAX_SERVERS = 500;

export interface EraMemory {
  recall(key: string): Era | undefined;
  learn(key: string, era: Era): void;
  /**
   * Forgets a legacy server, since another version may run by now. A modern one is asked at each start in any
   * case.
   */
  suspectStale(key: string): void;
}

interface KnownEra {
  readonly era: Era;
  /** Unix milliseconds. */
  readonly at: number;
}

/** Without the file, each server is asked for its era once more. */
export function createEraMemory(path: string, clock: Pick<Clock, 'now'>): EraMemory {
  const file = createRecordFile({ path, version: 1, maxEntries: MAX_SERVERS, isEntry: isKnownEra });
  return {
    recall(key) {
      const known = file.get(key);
      if (known?.era === 'legacy' && clock.now() - known.at > LEGACY_KEPT_MS) return undefined;
      return known?.era;
    },
    learn(key, era) {
      if (era === 'modern' && file.get(key)?.era === era) return;
      file.set(key, { era, at: clock.now() });
    },
    suspectStale(key) {
      if (file.get(key)?.era === 'legacy') file.delete(key);
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
