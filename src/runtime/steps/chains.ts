/** Chains of work: one at a time for each server, those of different servers side by side. */
import type { Clock } from '../../model/clock.ts';
import { within } from '../../model/time/wait.ts';

/** Well below the 60 s in which docs/hive.service ends the gateway. */
const CLOSE_MS = 15_000;

export interface Chains {
  /**
   * Aborts the server's current chain, waits for its end, then runs `run`. Resolves, or rejects, as `run`
   * does. After `close` nothing runs, and the promise resolves at once.
   */
  replace(serverName: string, run: (signal: AbortSignal) => Promise<void>): Promise<void>;
  /** Resolves when nothing runs for the server. */
  ended(serverName: string): Promise<void>;
  readonly isClosed: boolean;
  /** Aborts all chains and waits for their ends, 15 s at most: a compose run or an engine may hang. */
  close(): Promise<void>;
}

interface Chain {
  readonly abort: AbortController;
  /** Never rejects. */
  readonly ended: Promise<void>;
}

/** The caller must close the result. */
export function createChains(clock: Clock): Chains {
  const chains = new Map<string, Chain>();
  let isClosed = false;
  return {
    replace(serverName, run) {
      if (isClosed) return Promise.resolve();
      const before = chains.get(serverName);
      before?.abort.abort();
      const abort = new AbortController();
      const result = (before?.ended ?? Promise.resolve()).then(() => run(abort.signal));
      const forget = (): void => {
        if (chains.get(serverName) === chain) chains.delete(serverName);
      };
      const chain: Chain = { abort, ended: result.then(forget, forget) };
      chains.set(serverName, chain);
      return result;
    },
    async ended(serverName) {
      for (let chain = chains.get(serverName); chain; chain = chains.get(serverName)) await chain.ended;
    },
    get isClosed() {
      return isClosed;
    },
    async close() {
      isClosed = true;
      for (const { abort } of chains.values()) abort.abort();
      await within(Promise.all([...chains.values()].map(({ ended }) => ended)), CLOSE_MS, clock);
    },
  };
}
