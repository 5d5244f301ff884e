/**
 * A layer that counts calls and their time, and keeps the newest ones. The hot path adds to plain numbers;
 * `/metrics`, `hive calls` and `hive top` read them.
 */
import type { CallLayer, CallTally } from '../../../model/calls.ts';
import type { Clock } from '../../../model/clock.ts';
import { type CallHistory, CallRing } from './call-history.ts';
import { Capture } from './capture.ts';
import { Latencies } from './latencies.ts';
import { endOf } from './outcome.ts';

export interface CallMeter {
  readonly layer: CallLayer;
  /** By server; the tallies go on changing. */
  readonly tallies: ReadonlyMap<string, CallTally>;
  readonly history: CallHistory;
  readonly capture: Capture;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface Tally {
  readonly shown: Mutable<CallTally>;
  readonly latencies: Latencies;
}

export function createMeter(clock: Clock): CallMeter {
  const tallies = new Map<string, CallTally>();
  const all = new Map<string, Tally>();
  const history = new CallRing();
  const capture = new Capture(clock);
  const ticks = clock.ticks ?? clock.now;
  const tallyOf = (serverName: string): Tally => {
    const known = all.get(serverName);
    if (known) return known;
    const latencies = new Latencies();
    const counts = { inFlight: 0, succeeded: 0, failed: 0, toolErrors: 0, milliseconds: 0 };
    const tally = { shown: { ...counts, latencies: latencies.byMethod }, latencies };
    all.set(serverName, tally);
    tallies.set(serverName, tally.shown);
    return tally;
  };
  return {
    tallies,
    history,
    capture,
    layer: (next) => (serverName, request, caller) => {
      const { shown: tally, latencies } = tallyOf(serverName);
      const at = clock.now();
      const startedAt = ticks();
      tally.inFlight += 1;
      const call = next(serverName, request, caller);
      void call.reply.then((reply) => {
        const ms = ticks() - startedAt;
        tally.inFlight -= 1;
        tally.milliseconds += ms;
        if (reply.kind === 'error') tally.failed += 1;
        else tally.succeeded += 1;
        const end = endOf(reply);
        if (end.outcome === 'tool_error') tally.toolErrors += 1;
        latencies.add(request.method, ms);
        // Before the call is announced, so that followers find its texts.
        if (capture.isRunning) capture.add(history.next, serverName, request.params, reply.json);
        history.add(serverName, request, caller, end, at, ms, reply.json.length);
      });
      return call;
    },
  };
}
