/** Removes containers, and the images that Hive built for them. */
import type { Engine } from '../../model/engine.ts';

/**
 * Removes every container; a failure does not stop the others.
 * @returns the error for each container that is still there, by its id
 */
export async function removeContainers(
  engine: Pick<Engine, 'remove'>,
  containerIds: readonly string[],
): Promise<ReadonlyMap<string, Error>> {
  const failures = new Map<string, Error>();
  const remove = (id: string): Promise<void> =>
    engine.remove(id).catch((error: Error) => void failures.set(id, error));
  await Promise.all(containerIds.map(remove));
  return failures;
}

/**
 * Removes the image of an old version of a server if Hive built it. A missing image, and an image in use, are
 * no errors.
 */
export async function removeOwnImage(engine: Pick<Engine, 'removeImage'>, image: string): Promise<void> {
  if (image.startsWith('hive/')) await engine.removeImage(image);
}
