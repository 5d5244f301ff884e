/** Removes containers, and the images that Hive built for them. */
import type { Engine, ImageFacts } from '../../model/engine.ts';
import { COMPOSE_PROJECT } from '../../model/labels.ts';
import type { ObservedContainer } from '../../model/observed.ts';
import { isSameImage } from '../../model/text/image-ids.ts';
import { isBuiltHere } from './built-on.ts';

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
 * no errors. A name that means another image by now stays.
 */
export async function removeOwnImage(
  engine: Pick<Engine, 'image' | 'removeImage'>,
  { image, imageId }: Pick<ObservedContainer, 'image' | 'imageId'>,
): Promise<void> {
  if (isHivesName(image)) {
    const named = imageId === undefined ? undefined : await engine.image(image);
    if (!named || isSameImage(named.imageId, imageId ?? '')) return void (await engine.removeImage(image));
  }
  const old = imageId === undefined ? undefined : await engine.image(imageId);
  if (old && isBuiltHere(old) && (old.tags ?? []).length === 0) await engine.removeImage(old.imageId);
}

/**
 * Removes the images that Hive built for a stack: those that have only names of Hive, and those that newer
 * ones have replaced. An image that a container uses stays.
 * @returns names or ids of what has been removed
 */
export async function removeBuiltImages(
  engine: Pick<Engine, 'image' | 'imagesWith' | 'removeImage'>,
  stackName: string,
): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const imageId of await engine.imagesWith(COMPOSE_PROJECT, stackName)) {
    const facts = await engine.image(imageId);
    for (const name of facts ? removableNames(facts) : [])
      if (await engine.removeImage(name)) removed.push(name);
  }
  return removed;
}

/** None for an image to which a person gave a name, or that other programs built. */
function removableNames(facts: ImageFacts): readonly string[] {
  const { tags = [], imageId } = facts;
  if (tags.length === 0) return isBuiltHere(facts) ? [imageId] : [];
  return tags.every(isHivesName) ? tags : [];
}

/** Podman puts a host before names that have none. */
const isHivesName = (name: string): boolean => /^(localhost\/|docker\.io\/)?hive\//.test(name);
