import type { Progress } from '../../model/progress.ts';
import type { Engine } from '../../setup/find-engine.ts';

/**
 * Makes sure that the images which Dockerfiles build on are there. Loaded only when something has to be built.
 *
 * @param yes whether tools may be installed for it
 * @throws GatewayError BASE_IMAGE_MISSING for the first that cannot be had
 */
export async function makeBases(
  references: readonly string[],
  engine: Engine,
  yes: boolean,
  progress: Progress,
): Promise<void> {
  const { ensureBaseImages } = await import('../../setup/images/base-images.ts');
  const outcomes = await ensureBaseImages(references, engine, { progress, mayChange: async () => yes });
  for (const outcome of outcomes.values()) if (outcome.kind === 'missing') throw outcome.error;
}
