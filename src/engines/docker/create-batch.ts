import { toGatewayError } from '../../errors.ts';
import { within } from '../../runtime/links/within.ts';

/** Creates one container of each service. @returns their ids by service */
type Create = (services: readonly string[]) => Promise<ReadonlyMap<string, string>>;

/** The id of the service's new container, or undefined when compose made none. `prepare` comes first; its failure is the answer. */
export type Batcher = (service: string, prepare: () => Promise<void>) => Promise<string | undefined>;

interface Waiting {
  readonly service: string;
  readonly resolve: (containerId: string | undefined) => void;
  readonly reject: (error: Error) => void;
}

/** How long those that are prepared wait for the others: less than a run of compose takes, as one may have to build first. */
const GATHER_MS = 100;

/**
 * Gathers requests into runs of compose: N servers that start together cost one, and those that come while it runs the next. When a
 * run of several fails, each is tried alone, so that only the bad one fails.
 */
export function createBatcher(create: Create): Batcher {
  const preparing = new Set<Promise<void>>();
  let waiting: Waiting[] = [];
  let running = false;

  const run = async (): Promise<void> => {
    while (waiting.length > 0) {
      await within(
        Promise.allSettled(preparing).then(() => {}),
        GATHER_MS,
      );
      const batch = waiting;
      waiting = [];
      await runBatch(create, batch);
    }
    running = false;
  };

  return (service, prepare) =>
    new Promise((resolve, reject) => {
      const queue = (): void => {
        waiting.push({ service, resolve, reject });
        if (!running) void run();
        running = true;
      };
      const arrival = prepare()
        .then(queue, reject)
        .finally(() => preparing.delete(arrival));
      preparing.add(arrival);
    });
}

async function runBatch(create: Create, batch: readonly Waiting[]): Promise<void> {
  try {
    const made = await create(batch.map(({ service }) => service));
    for (const { service, resolve } of batch) resolve(made.get(service));
  } catch (error) {
    if (batch.length === 1) return batch[0]?.reject(toGatewayError(error));
    for (const request of batch) await runBatch(create, [request]);
  }
}
