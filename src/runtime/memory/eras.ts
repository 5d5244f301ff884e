import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Clock } from '../../model/clock.ts';
import type { Unit } from '../../model/compiled.ts';
import type { Era } from '../../model/era.ts';
import { writeWhole } from './write-whole.ts';

/** A server that was legacy may have learned the modern era meanwhile, and would never be found out by using it. */
const LEGACY_LASTS_MS = 7 * 24 * 60 * 60 * 1_000;
const MAX_ENTRIES = 500;

/** Which era each server was found to be of, across restarts of the gateway. What is wrong in it is found out by use. */
export interface EraMemory {
  recall(key: string): Era | undefined;
  learn(key: string, era: Era): void;
  /** It may be another by now: one that was legacy is asked again. One that was modern is asked in any case. */
  doubt(key: string): void;
}

interface Verdict {
  readonly era: Era;
  /** Unix milliseconds. */
  readonly at: number;
}

/** Kept in one small file; one that cannot be read or written costs a question at the next start, and nothing else. */
export function createEraMemory(file: string, clock: Clock): EraMemory {
  const known = new Map(Object.entries(readVerdicts(file)));
  const write = (): void => {
    try {
      writeWhole(file, JSON.stringify(Object.fromEntries(known)));
    } catch {
      // A full disk must not keep a server from serving.
    }
  };
  return {
    recall(key) {
      const verdict = known.get(key);
      if (verdict?.era === 'legacy' && clock.now() - verdict.at > LEGACY_LASTS_MS) return undefined;
      return verdict?.era;
    },
    learn(key, era) {
      if (era === 'modern' && known.get(key)?.era === era) return;
      known.delete(key);
      known.set(key, { era, at: clock.now() });
      for (const oldest of known.keys()) if (known.size > MAX_ENTRIES) known.delete(oldest);
      write();
    },
    doubt(key) {
      if (known.get(key)?.era !== 'legacy') return;
      known.delete(key);
      write();
    },
  };
}

function readVerdicts(file: string): Record<string, Verdict> {
  try {
    const read: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return Object.fromEntries(
      Object.entries(Object(read)).filter(([, verdict]) => isVerdict(verdict)),
    ) as Record<string, Verdict>;
  } catch {
    return {};
  }
}

const isVerdict = (value: unknown): value is Verdict =>
  typeof value === 'object' &&
  value !== null &&
  'at' in value &&
  typeof value.at === 'number' &&
  'era' in value &&
  (value.era === 'legacy' || value.era === 'modern');

/** What a server's era depends on: its entry, and the image that its tag stands for at the moment. */
export function eraKey({ hash }: Unit, imageId: string | undefined): string {
  return createHash('sha256')
    .update(`${hash} ${imageId ?? ''}`)
    .digest('hex')
    .slice(0, 32);
}
