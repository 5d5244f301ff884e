/** The protocol era of the server behind one instance, as far as it is known from earlier connections. */
import type { Era } from '../../model/era.ts';
import type { Instance } from '../instances/instance.ts';
import { type EraMemory, eraKey } from '../memory/eras.ts';
import type { UpstreamLife } from '../upstream/upstream.ts';

export interface ServerEra {
  /** The era to begin with. Undefined: ask the server. */
  readonly remembered: Era | undefined;
  /**
   * Keeps what a new connection has shown. `isWarm`: the process was up before this gateway connected to it.
   */
  learn(upstream: Pick<UpstreamLife, 'learned'>, isWarm: boolean): void;
  /** The server is modern, and has no legacy era besides. */
  readonly isModernOnly: boolean;
  learnModernOnly(): void;
  /** Forgets which era the server lacks: another version may run by now. */
  suspectStale(): void;
}

/** @param imageId of the container that the instance runs in */
export function serverEra(eras: EraMemory, instance: Instance, imageId: string | undefined): ServerEra {
  const { unit, state } = instance;
  const key = eraKey(unit, imageId);
  const silent = unit.server.type === 'remote' ? 0 : silentStarts(state);
  return {
    get remembered() {
      const known = eras.recall(key);
      // The question itself may be what silences a process. It may also just be slow, so it is asked again.
      if (known === undefined) return silent % 2 === 1 ? 'legacy' : undefined;
      return known === 'modern' && silent > 1 ? undefined : known;
    },
    learn({ learned }, isWarm) {
      // A warm process may be held to the era in which an earlier gateway began.
      if (learned === 'modern' || (learned && !isWarm)) eras.learn(key, learned);
    },
    get isModernOnly() {
      return eras.isModernOnly(key);
    },
    learnModernOnly: () => eras.learnModernOnly(key),
    suspectStale: () => eras.suspectStale(key),
  };
}

/** Starts in a row that have failed, if the last one timed out. */
function silentStarts(state: Instance['state']): number {
  if (state.phase !== 'starting' || state.lastError?.code !== 'SERVER_TIMEOUT') return 0;
  return state.restart.failures;
}
