/** Which labels of a container its image set: those are no word of the person who started it. */
import { GatewayError } from '../../errors.ts';
import type { ContainerSummary, Engine } from '../../model/engine.ts';
import { COMPOSE_FILES, COMPOSE_PROJECT, COMPOSE_SERVICE } from '../../model/labels.ts';

type Labels = Readonly<Record<string, string>>;

/**
 * Names of the labels that the container's image carries with the same value. The engine does not record who
 * set a label, so a person who repeats the image's own value cannot be told from the image.
 * @returns `unknown` if the image cannot be read
 * @throws GatewayError ENGINE_UNREACHABLE
 */
export type FromImage = (container: ContainerSummary) => Promise<readonly string[] | 'unknown'>;

/** Images are never changed under their id, so each is read once. */
const MAX_IMAGES = 256;

export function createFromImage(engine: Pick<Engine, 'image'>): FromImage {
  const known = new Map<string, Labels>();
  const labelsOf = async (imageId: string): Promise<Labels | undefined> => {
    const labels = known.get(imageId) ?? (await readLabels(engine, imageId));
    if (labels) known.set(imageId, labels);
    const [oldest] = known.keys();
    if (oldest !== undefined && known.size > MAX_IMAGES) known.delete(oldest);
    return labels;
  };
  return async ({ imageId, labels }) => {
    const ofImage = await labelsOf(imageId);
    if (!ofImage) return 'unknown';
    const same = Object.keys(labels).filter(
      (name) => Object.hasOwn(ofImage, name) && ofImage[name] === labels[name],
    );
    return isMadeByCompose(labels, same) ? same.filter((name) => !SET_AT_BUILDS.has(name)) : same;
  };
}

/** Compose writes these to the images that it builds, and to the containers that it makes of them. */
const SET_AT_BUILDS: ReadonlySet<string> = new Set([COMPOSE_PROJECT, COMPOSE_SERVICE]);

/** Compose writes the paths of its files to containers only. */
const isMadeByCompose = (labels: Labels, ofImage: readonly string[]): boolean =>
  labels[COMPOSE_FILES] !== undefined && !ofImage.includes(COMPOSE_FILES);

async function readLabels(engine: Pick<Engine, 'image'>, imageId: string): Promise<Labels | undefined> {
  try {
    return (await engine.image(imageId))?.labels;
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'ENGINE_UNREACHABLE') throw error;
    return undefined;
  }
}
