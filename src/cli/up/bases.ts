/** Base images for builds. */
import type { Progress } from '../../model/progress.ts';
import type { FoundEngine } from '../../setup/find-engine.ts';

/**
 * Makes sure that the images in the FROM lines of Dockerfiles are present.
 *
 * @param yes tools may be installed for it
 * @throws GatewayError BASE_IMAGE_MISSING for the first image that cannot be pulled or made
 */
export async function makeBases(
  references: readonly string[],
  engine: FoundEngine,
  yes: boolean,
  progress: Progress,
): Promise<void> {
  const { ensureBaseImages } = await import('../../setup/images/base-images.ts');
  const outcomes = await ensureBaseImages(references, engine, { progress, mayChange: async () => yes });
  for (const outcome of outcomes.values()) if (outcome.kind === 'missing') throw outcome.error;
}
