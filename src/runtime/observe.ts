import { GatewayError } from '../errors.ts';
import type { Clock } from '../model/clock.ts';
import type { Engine } from '../model/engine.ts';
import type { EngineTrouble, Observed } from '../model/observed.ts';
import { observeContainers } from './containers/observed-containers.ts';
import { sweepFifos } from './containers/pipes.ts';

/** How soon an engine that did not answer is asked again; milliseconds. */
const LOST_RETRY = 5_000;

export interface LookDeps {
  readonly engine: Engine | undefined;
  /** Shown while there is no engine. */
  readonly engineMissing: EngineTrouble;
  readonly clock: Clock;
  /** Folder of the containers' FIFOs. */
  readonly pipes: string;
  readonly lookAgain: (cause: string) => void;
}

type Seen = Pick<Observed, 'engine' | 'containers' | 'mislabelled'>;

export interface Look {
  /** The engine and its containers, now. */
  look(): Promise<Seen>;
  close(): void;
}

export function createLook({ engine, engineMissing, clock, pipes, lookAgain }: LookDeps): Look {
  let retry: { cancel(): void } | undefined;
  let isSwept = false;
  return {
    async look() {
      const seen = await seeEngine(engine, engineMissing);
      retry?.cancel();
      // One that hangs sends no event when it is well again.
      if (seen.engine.state === 'lost')
        retry = clock.setTimeout(() => lookAgain('the engine did not answer'), LOST_RETRY);
      // Before anything is made: what another gateway left behind, whose containers are gone.
      if (seen.engine.state === 'ready' && !isSwept) {
        isSwept = true;
        await sweepFifos(pipes, new Set(seen.containers.map(({ pipe }) => pipe)));
      }
      return seen;
    },
    close: () => retry?.cancel(),
  };
}

async function seeEngine(engine: Engine | undefined, missing: EngineTrouble): Promise<Seen> {
  if (!engine) return { engine: { state: 'absent', ...missing }, containers: [], mislabelled: [] };
  try {
    return { engine: { state: 'ready' }, ...(await observeContainers(engine)) };
  } catch (error) {
    return { engine: { state: 'lost', ...troubleOf(error) }, containers: [], mislabelled: [] };
  }
}

function troubleOf(error: unknown): EngineTrouble {
  const code = 'ENGINE_UNREACHABLE';
  if (error instanceof GatewayError) return { code, reason: error.message, hint: error.hint ?? '' };
  return { code, reason: error instanceof Error ? error.message : String(error), hint: '' };
}
