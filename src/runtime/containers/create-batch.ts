/** Gathers requests for containers, so that several servers cost one run of Compose. */
import { toGatewayError } from '../../errors.ts';
import { within } from '../links/within.ts';

/** Creates one container for each service. @returns container ids by service */
type CreateAll = (services: readonly string[]) => Promise<ReadonlyMap<string, string>>;

/**
 * Creates one container for a service, after `prepare`; a failure of `prepare` is the result.
 * @returns the container id, or undefined if Compose made none
 */
export type CreateBatched = (service: string, prepare: () => Promise<void>) => Promise<string | undefined>;

interface Request {
  readonly service: string;
  readonly resolve: (containerId: string | undefined) => void;
  readonly reject: (error: Error) => void;
}

/**
 * How long a prepared service waits for services that are still being prepared. Shorter than a run of
 * Compose, since a service may have to build its image first.
 */
const GATHER_MS = 100;

/**
 * Makes one run of Compose out of requests that arrive together or during a run. If a run for several
 * services fails, each of them gets a run of its own, so that only the bad ones fail.
 * @param wait resolves with the event, or after the milliseconds
 */
export function createBatches(
  createAll: CreateAll,
  wait: (event: Promise<void>, ms: number) => Promise<unknown> = within,
): CreateBatched {
  const preparing = new Set<Promise<void>>();
  let queue: Request[] = [];
  let isRunning = false;

  const runAll = async (): Promise<void> => {
    while (queue.length > 0) {
      await wait(
        Promise.allSettled(preparing).then(() => {}),
        GATHER_MS,
      );
      const batch = queue;
      queue = [];
      await runBatch(createAll, batch);
    }
    isRunning = false;
  };

  return (service, prepare) =>
    new Promise((resolve, reject) => {
      const enqueue = (): void => {
        queue.push({ service, resolve, reject });
        if (!isRunning) void runAll();
        isRunning = true;
      };
      const prepared = prepare()
        .then(enqueue, reject)
        .finally(() => preparing.delete(prepared));
      preparing.add(prepared);
    });
}

async function runBatch(createAll: CreateAll, batch: readonly Request[]): Promise<void> {
  try {
    const created = await createAll(batch.map(({ service }) => service));
    for (const { service, resolve } of batch) resolve(created.get(service));
  } catch (error) {
    if (batch.length === 1) return batch[0]?.reject(toGatewayError(error));
    for (const request of batch) await runBatch(createAll, [request]);
  }
}
