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
  let redact: Redact = (text) => text;
  let redactKnown: Redact = redact;
  const renew = (): void => {
    const now = current();
    if (now === seen) return;
    seen = now;
    for (const secret of now) known.set(secret.value, secret);
    redact = createRedact([...known.values()]);
    redactKnown = createRedactKnown([...known.values()]);
  };
  return {
    redact(text) {
      renew();
      return redact(text);
    },
    redactKnown(text) {
      renew();
      return redactKnown(text);
    },
  };
}
