/** Callers for tests. */
import type { Caller } from '../../src/model/caller.ts';

/** A legacy session named `session`, unless `parts` says otherwise. */
export const callerOf = (parts: Partial<Caller> = {}): Caller => ({
  principal: '',
  sessionId: 'session',
  era: 'legacy',
  profile: '',
  ...parts,
});

/** A caller of one modern request. */
export const MODERN_CALLER: Caller = callerOf({ era: 'modern', sessionId: 'request' });
