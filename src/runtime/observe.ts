/** Observation of the engine and its containers, once per reload. */
import { GatewayError } from '../errors.ts';
import type { Clock } from '../model/clock.ts';
import type { Engine } from '../model/engine.ts';
import type { EngineTrouble, Observed } from '../model/observed.ts';
import { createFromImage, type FromImage } from './containers/image-labels.ts';
import { observeContainers } from './containers/observed-containers.ts';
import { sweepFifos } from './containers/pipes.ts';

/**
 * Delay of the reload after an engine did not answer: an engine that hangs sends no event when it recovers.
 */
const LOST_RETRY_MS = 5_000;

export interface ObserverDeps {
  readonly engine: Engine | undefined;
  /** Reported while there is no engine. */
  readonly engineMissing: EngineTrouble;
  readonly clock: Clock;
  /** Folder of the containers' FIFOs. */
  readonly pipes: string;
  readonly requestReload: (cause: string) => void;
}

export type ObservedEngine = Pick<Observed, 'engine' | 'containers' | 'mislabelled'>;

export interface Observer {
  /** Never rejects: an engine that does not answer is `lost`. */
  observe(): Promise<ObservedEngine>;
  close(): void;
}

/** The caller must close the result. */
export function createObserver(deps: ObserverDeps): Observer {
  const { engine, engineMissing, clock, pipes, requestReload } = deps;
  let retry: { cancel(): void } | undefined;
  let isSwept = false;
  const fromImage = engine && createFromImage(engine);
  return {
    async observe() {
      const observed = await observeEngine(engine, engineMissing, fromImage);
      retry?.cancel();
      if (observed.engine.state === 'lost')
        retry = clock.setTimeout(() => requestReload('the engine did not answer'), LOST_RETRY_MS);
      // Before this gateway makes any: FIFOs that another one left behind, and whose containers are gone.
      if (observed.engine.state === 'ready' && !isSwept) {
        isSwept = true;
        await sweepFifos(pipes, new Set(observed.containers.map(({ pipe }) => pipe)));
      }
      return observed;
    },
    close: () => retry?.cancel(),
  };
}

async function observeEngine(
  engine: Engine | undefined,
  missing: EngineTrouble,
  fromImage: FromImage | undefined,
): Promise<ObservedEngine> {
  if (!engine) return { engine: { state: 'absent', ...missing }, containers: [], mislabelled: [] };
  try {
    return { engine: { state: 'ready' }, ...(await observeContainers(engine, fromImage)) };
  } catch (error) {
    return { engine: { state: 'lost', ...troubleOf(error) }, containers: [], mislabelled: [] };
  }
}

function troubleOf(error: unknown): EngineTrouble {
  const code = 'ENGINE_UNREACHABLE';
  if (error instanceof GatewayError) return { code, reason: error.message, hint: error.hint ?? '' };
  return { code, reason: error instanceof Error ? error.message : String(error), hint: '' };
}
