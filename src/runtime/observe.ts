/** Observation of the engine and its containers, once per reload. */
import { GatewayError } from '../errors.ts';
import type { Clock } from '../model/clock.ts';
import { defined } from '../model/collections/defined.ts';
import type { Engine } from '../model/engine.ts';
import type { EngineTrouble, Observed, OtherFile } from '../model/observed.ts';
import { createFromImage } from './containers/image-labels.ts';
import { observeContainers, type Proof } from './containers/observed-containers.ts';
import { sweepFifos } from './containers/pipes.ts';

/**
 * Delay of the reload after an engine did not answer, or while another gateway has the stack's name: neither
 * sends an event when that is over.
 */
const RETRY_MS = 5_000;

export interface ObserverDeps {
  readonly engine: Engine | undefined;
  /** Reported while there is no engine. */
  readonly engineMissing: EngineTrouble;
  readonly clock: Clock;
  readonly owner: Proof['owner'];
  /** The other file whose gateway has the stack's name, if one has. */
  readonly holder: () => Promise<OtherFile | undefined>;
  /** Folder of the containers' FIFOs. */
  readonly pipes: string;
  readonly requestReload: (cause: string) => void;
}

export type ObservedEngine = Pick<Observed, 'engine' | 'containers' | 'mislabelled' | 'holder'>;

export interface Observer {
  /** Never rejects: an engine that does not answer is `lost`. */
  observe(): Promise<ObservedEngine>;
  close(): void;
}

/** The caller must close the result. */
export function createObserver(deps: ObserverDeps): Observer {
  const { engine, clock, owner, pipes, requestReload } = deps;
  let retry: { cancel(): void } | undefined;
  let isSwept = false;
  const proof = engine && { fromImage: createFromImage(engine), owner };
  return {
    async observe() {
      const observed = await observeEngine(deps, proof);
      retry?.cancel();
      const cause = retryCause(observed);
      if (cause !== undefined) retry = clock.setTimeout(() => requestReload(cause), RETRY_MS);
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

function retryCause({ engine, holder }: ObservedEngine): string | undefined {
  if (engine.state === 'lost') return 'the engine did not answer';
  return holder && 'another gateway had the name of the stack';
}

async function observeEngine(
  { engine, engineMissing, holder }: ObserverDeps,
  proof: Proof | undefined,
): Promise<ObservedEngine> {
  if (!engine || !proof)
    return { engine: { state: 'absent', ...engineMissing }, containers: [], mislabelled: [] };
  try {
    const listing = await observeContainers(engine, proof);
    return { engine: { state: 'ready' }, ...listing, ...defined({ holder: await holder() }) };
  } catch (error) {
    return { engine: { state: 'lost', ...troubleOf(error) }, containers: [], mislabelled: [] };
  }
}

function troubleOf(error: unknown): EngineTrouble {
  const code = 'ENGINE_UNREACHABLE';
  if (error instanceof GatewayError) return { code, reason: error.message, hint: error.hint ?? '' };
  return { code, reason: error instanceof Error ? error.message : String(error), hint: '' };
}
