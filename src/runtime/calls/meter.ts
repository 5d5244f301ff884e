/** A layer that counts calls and their time. The hot path adds to plain numbers; `/metrics` reads them. */
import type { CallLayer, CallTally } from '../../model/calls.ts';
import type { Clock } from '../../model/clock.ts';

export interface CallMeter {
  readonly layer: CallLayer;
  /** By server; the tallies go on changing. */
  readonly tallies: ReadonlyMap<string, CallTally>;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export function createMeter(clock: Clock): CallMeter {
  const tallies = new Map<string, Mutable<CallTally>>();
  const tallyOf = (serverName: string): Mutable<CallTally> => {
    const known = tallies.get(serverName);
    if (known) return known;
    const tally = { inFlight: 0, succeeded: 0, failed: 0, milliseconds: 0 };
    tallies.set(serverName, tally);
    return tally;
  };
  return {
    tallies,
    layer: (next) => (serverName, request, caller) => {
      const tally = tallyOf(serverName);
      const startedAt = clock.now();
      tally.inFlight += 1;
      const call = next(serverName, request, caller);
      void call.reply.then(({ kind }) => {
        tally.inFlight -= 1;
        tally.milliseconds += clock.now() - startedAt;
        if (kind === 'error') tally.failed += 1;
        else tally.succeeded += 1;
      });
      return call;
    },
  };
}
