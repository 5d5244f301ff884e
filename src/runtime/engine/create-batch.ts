import { type GatewayError, toGatewayError } from '../../errors.ts';

export interface CreateRequest {
  readonly service: string;
  /** How many containers of the service exist already. */
  readonly existing: number;
}

type Create = (counts: ReadonlyMap<string, number>) => Promise<void>;

interface Waiting extends CreateRequest {
  readonly resolve: () => void;
  readonly reject: (error: GatewayError) => void;
}

/**
 * Gathers requests that come while compose runs into its next run: N servers cost two compose calls instead of N. When a
 * run of several fails, each is tried alone, so that only the bad one fails.
 */
export function createBatcher(create: Create): (request: CreateRequest) => Promise<void> {
  let waiting: Waiting[] = [];
  let running = false;

  const run = async (): Promise<void> => {
    running = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      await runBatch(create, batch);
    }
    running = false;
  };

  return (request) =>
    new Promise((resolve, reject) => {
      waiting.push({ ...request, resolve, reject });
      if (!running) setImmediate(() => running || void run());
    });
}

async function runBatch(create: Create, batch: readonly Waiting[]): Promise<void> {
  try {
    await create(new Map(batch.map(({ service, existing }) => [service, existing + 1])));
    for (const request of batch) request.resolve();
  } catch (error) {
    if (batch.length === 1) return batch[0]?.reject(toGatewayError(error));
    for (const request of batch) await runBatch(create, [request]);
  }
}
