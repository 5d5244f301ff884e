/** Brings the images of container servers to the engine: builds or pulls them. */
import pLimit from 'p-limit';
import { GatewayError } from '../../errors.ts';
import type { ContainerServer } from '../../model/desired.ts';
import type { Engine, ImageFacts } from '../../model/engine.ts';
import { resolveReferences } from '../../model/references.ts';
import { type BuildDeps, buildImage, isBuilt } from './build-image.ts';
import { outdatedBecause } from './built-on.ts';
import type { KnownImages } from './known-images.ts';

/** Builds are CPU-bound: more at once makes each slower and none faster. */
const MAX_BUILDS = 2;

export interface ImageDeps extends BuildDeps {
  readonly engine: Pick<Engine, 'image' | 'tagImage' | 'composer'>;
  readonly known: Pick<KnownImages, 'note'>;
}

export interface Images {
  /**
   * Brings the image that a server runs: builds it once for each content of its Dockerfile and of the images
   * below it, or pulls it.
   * @param image the reference, as the unit has it
   * @param onDetail receives what is being done, for people
   * @throws GatewayError BUILD_FAILED, IMAGE_NOT_FOUND, BASE_IMAGE_MISSING
   */
  ensure(
    server: ContainerServer,
    image: string,
    onDetail: (detail: string) => void,
    signal: AbortSignal,
  ): Promise<ImageFacts>;
  /** Builds the image of a server whether or not there is one. @throws GatewayError as above */
  rebuild: Images['ensure'];
}

/** Limits builds for one engine. */
export function createImages(deps: ImageDeps): Images {
  const { engine, known, values } = deps;
  const build = createBuilds(deps);
  const find = (reference: string): Promise<ImageFacts | undefined> => engine.image(reference);
  const isUsable = async (server: ContainerServer, present: ImageFacts): Promise<boolean> =>
    server.pull !== 'always' && (await outdatedBecause(find, server, present, values())) === undefined;

  const bring: Images['ensure'] = async (server, image, onDetail, signal) => {
    const reference = resolveReferences(image, values());
    if (isBuilt(server)) await build(server, reference, onDetail, signal);
    else await pullImage(deps, server.serverName, reference, onDetail, signal);
    const brought = (await engine.image(reference)) ?? missingImage(reference);
    known.note(image, brought);
    return brought;
  };
  return {
    async ensure(server, image, onDetail, signal) {
      const present = await engine.image(resolveReferences(image, values()));
      if (!present || !(await isUsable(server, present))) return bring(server, image, onDetail, signal);
      known.note(image, present);
      return present;
    },
    rebuild: bring,
  };
}

function pullImage(
  { engine, compose }: Pick<ImageDeps, 'engine' | 'compose'>,
  service: string,
  image: string,
  onDetail: (detail: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const onLine = (line: string): void => {
    if (!/Error/.test(line)) onDetail(`pulling: ${line.trim()}`);
  };
  return engine.composer.pull(compose([service]), service, image, onLine, signal);
}

type Build = (...args: Parameters<Images['ensure']>) => Promise<void>;

/** Builds of the same content that are asked for together are one build; its image gets every name. */
function createBuilds(deps: ImageDeps): Build {
  const limitBuilds = pLimit(MAX_BUILDS);
  const underWay = new Map<string, Promise<string>>();
  const buildNamed = async (...[server, name, onDetail, signal]: Parameters<Build>): Promise<string> => {
    onDetail('waiting to build');
    if (isBuilt(server)) await limitBuilds(() => buildImage(deps, server, onDetail, signal));
    return name;
  };
  return async (server, name, onDetail, signal) => {
    const digest = server.build?.digest ?? name;
    for (let before = underWay.get(digest); before; before = underWay.get(digest)) {
      const twin = await before.catch(() => undefined);
      if (twin !== undefined) return twin === name ? undefined : deps.engine.tagImage(twin, name);
    }
    const own = buildNamed(server, name, onDetail, signal);
    underWay.set(digest, own);
    await own.finally(() => {
      if (underWay.get(digest) === own) underWay.delete(digest);
    });
  };
}

function missingImage(image: string): never {
  throw new GatewayError('IMAGE_NOT_FOUND', `image ${image} was removed while it was brought here`, {
    hint: 'run `npx hive pull`, which brings it again',
  });
}
