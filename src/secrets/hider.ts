/** Hides the secrets of a stack whose files change: those of earlier readings stay hidden. */
import { createRedact, createRedactKnown, type Redact, type Secret } from './redact.ts';

export interface Hider {
  /** Replaces known values, and what looks like a credential. */
  readonly redact: Redact;
  /** Replaces known values alone: in text that is JSON, or not Hive's own. */
  readonly redactKnown: Redact;
}

/**
 * Older lines of a log may hold secrets of earlier readings, so secrets are only added.
 *
 * @param current the secrets as last read; the same array as long as nothing was read again
 */
export function createHider(current: () => readonly Secret[]): Hider {
  const known = new Map<string, Secret>();
  let seen: readonly Secret[] | undefined;
  let made: Hider | undefined;
  const renewed = (): Hider => {
    const now = current();
    if (made && now === seen) return made;
    seen = now;
    for (const secret of now) known.set(secret.value, secret);
    const all = [...known.values()];
    made = { redact: createRedact(all), redactKnown: createRedactKnown(all) };
    return made;
  };
  return {
    redact: (text) => renewed().redact(text),
    redactKnown: (text) => renewed().redactKnown(text),
  };
}
