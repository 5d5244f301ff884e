/**
 * Brings newer images for the servers of a stack: pulls the tags of its file and of its Dockerfiles, and
 * builds. Needs no running gateway; one that runs replaces what has changed when it is told to look again.
 */
import { join } from 'node:path';
import { systemClock } from './clock.ts';
import { composeProject, declareContainers } from './compose-files.ts';
import type { Desired } from './desired.ts';
import { createDockerEngine } from './engines/docker/docker-engine.ts';
import { explainPull } from './engines/docker/pull-failure.ts';
import { GatewayError, toGatewayError } from './errors.ts';
import type { Unit } from './model/compiled.ts';
import type { ContainerServer } from './model/desired.ts';
import type { Engine } from './model/engine.ts';
import type { Progress } from './model/progress.ts';
import { resolveReferences, type Values } from './model/references.ts';
import { isSameImage } from './model/text/image-ids.ts';
import { type BuiltServer, isBuilt, readBases } from './runtime/containers/build-image.ts';
import { createImages, type ImageDeps, type Images } from './runtime/containers/images.ts';
import { KnownImages } from './runtime/containers/known-images.ts';
import { createOverride } from './runtime/containers/override.ts';
import type { StateDir } from './runtime/memory/state-dir.ts';
import type { FoundEngine } from './setup/find-engine.ts';
import { pullImage, registryOf } from './setup/images/pull-image.ts';

export interface RefreshFrom {
  readonly desired: Desired;
  readonly engine: FoundEngine;
  readonly state: Pick<StateDir, 'compose'>;
  readonly ensureBases: ImageDeps['ensureBases'];
  readonly progress: Progress;
  /** Prints a line. */
  readonly say: (line: string) => void;
}

export interface Refresh {
  readonly pull: boolean;
  /** Builds every image that has a Dockerfile; a pull builds those of repositories. */
  readonly build: boolean;
  /** Absent for all servers in containers. */
  readonly serverNames?: readonly string[];
}

/**
 * Says for each image what has become of it. A failure does not stop the others.
 *
 * @returns how many images could not be brought
 * @throws GatewayError SERVER_UNKNOWN
 */
export async function refreshImages(from: RefreshFrom, refresh: Refresh): Promise<number> {
  const units = chosenUnits(from.desired, refresh.serverNames);
  const engine = createDockerEngine(from.engine, systemClock);
  let failures = 0;
  if (refresh.pull) failures += await pullAll(from, engine, await referencesOf(units, from));
  const built = units.filter(({ server: { build } }) => build && (refresh.build || build.isRemote));
  const images = createBuilder(from, engine);
  for (const unit of built) failures += await rebuild(from, engine, images, unit);
  return failures;
}

type ContainerUnit = Unit & { readonly server: ContainerServer };

function chosenUnits(
  { compiled }: Desired,
  serverNames: readonly string[] | undefined,
): readonly ContainerUnit[] {
  const all = compiled.units.filter((unit): unit is ContainerUnit => unit.server.type === 'container');
  const names = all.map(({ server }) => server.serverName);
  const unknown = serverNames?.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new GatewayError('SERVER_UNKNOWN', `there is no server ${unknown} in a container`, {
      hint: `servers in containers: ${names.join(', ') || 'none'}`,
    });
  return all.filter(({ server }) => serverNames?.includes(server.serverName) ?? true);
}

/** An image to pull, and the platform if it is not that of the machine. */
interface Reference {
  readonly reference: string;
  readonly platform: string | undefined;
}

async function referencesOf(
  units: readonly ContainerUnit[],
  { desired, say }: RefreshFrom,
): Promise<readonly Reference[]> {
  const found = await Promise.all(
    units.map(async ({ server, image = '' }): Promise<Reference[]> => {
      const { platform, pull } = server;
      if (isBuilt(server))
        return (await basesOf(server, desired.values, say)).map((reference) => ({ reference, platform }));
      return pull === 'never' ? [] : [{ reference: resolveReferences(image, desired.values), platform }];
    }),
  );
  return [...new Map(found.flat().map((it) => [`${it.reference} ${it.platform}`, it])).values()];
}

async function basesOf(server: BuiltServer, values: Values, say: RefreshFrom['say']) {
  try {
    return await readBases(server, values);
  } catch (error) {
    const { message, hint } = toGatewayError(error);
    say(`${message}${hint ? `\n  fix: ${hint}` : ''}`);
    return [];
  }
}

/** @returns how many could not be pulled */
async function pullAll(from: RefreshFrom, engine: Engine, references: readonly Reference[]): Promise<number> {
  const silent = new Map<string, string>();
  let failures = 0;
  for (const { reference, platform } of references) {
    const registry = registryOf(reference);
    const before = await engine.image(reference);
    const reason = silent.get(registry) ?? (await pullOne(from, reference, platform, silent));
    const after = await engine.image(reference);
    if (reason !== undefined) failures++;
    from.say(
      `${reference}: ${reason === undefined ? outcome(before, after) : failure(reference, reason, before)}`,
    );
  }
  return failures;
}

/** @returns why it could not be pulled */
async function pullOne(
  { engine, progress }: RefreshFrom,
  reference: string,
  platform: string | undefined,
  silent: Map<string, string>,
): Promise<string | undefined> {
  const ports = { progress, mayChange: async () => false };
  const pulled = await pullImage(reference, engine, ports, platform);
  if (pulled.kind === 'pulled') return undefined;
  if (pulled.kind === 'silent')
    silent.set(registryOf(reference), `${registryOf(reference)} does not answer: ${pulled.reason}`);
  return pulled.reason;
}

type Found = Awaited<ReturnType<Engine['image']>>;

function outcome(before: Found, after: Found): string {
  if (!before || !after) return 'pulled';
  return isSameImage(before.imageId, after.imageId) ? 'is up to date' : 'newer image';
}

const failure = (reference: string, reason: string, before: Found): string =>
  before
    ? `cannot be pulled: ${reason}; the image on this machine stays`
    : `cannot be pulled: ${reason}\n  fix: ${explainPull([reason], reference).hint}`;

function createBuilder({ desired, state, ensureBases }: RefreshFrom, engine: Engine): Images {
  // Plain Compose files of its own: those of a gateway that runs are not touched.
  const own = { compose: join(state.compose, 'refresh') };
  const override = createOverride({ labels: () => ({}) });
  declareContainers(desired, override);
  const compose: ImageDeps['compose'] = (services) => composeProject(desired, services, override, own);
  const values = (): Values => desired.values;
  const known = new KnownImages(engine, values);
  return createImages({ engine, compose, override, ensureBases, known, values });
}

/** @returns 1 if the image could not be built */
async function rebuild(
  { say }: RefreshFrom,
  engine: Engine,
  images: Images,
  { server, image = '' }: ContainerUnit,
): Promise<0 | 1> {
  const { serverName } = server;
  const before = await engine.image(image);
  let last = '';
  const show = (detail: string): void => {
    if (detail !== last) say(`${serverName}: ${detail}`);
    last = detail;
  };
  try {
    const after = await images.rebuild(server, image, show, new AbortController().signal);
    const isSame = before !== undefined && isSameImage(before.imageId, after.imageId);
    say(`${serverName}: ${isSame ? 'its image is the same as before' : 'built'}`);
    return 0;
  } catch (error) {
    const { message, hint } = toGatewayError(error);
    say(`${serverName}: ${message}${hint ? `\n  fix: ${hint}` : ''}`);
    return 1;
  }
}
