/**
 * What a built image depends on beside its files: the images below it, and values of build arguments. Written
 * to labels of the image, and compared with what is there now.
 */
import { createHash } from 'node:crypto';
import type { ContainerServer } from '../../model/desired.ts';
import type { Engine, ImageFacts } from '../../model/engine.ts';
import { BUILT_ON_LABEL, BUILT_WITH_LABEL } from '../../model/labels.ts';
import { resolveReferences, type Values } from '../../model/references.ts';
import { isSameImage } from '../../model/text/image-ids.ts';

/** Finds what a reference means now; undefined if the engine does not have it. */
export type FindImage = Engine['image'];

/** The labels of an image that is built now. Base images that the engine lacks are left out. */
export async function buildLabels(
  find: FindImage,
  bases: readonly string[],
  args: string | undefined,
): Promise<Readonly<Record<string, string>>> {
  const found = await Promise.all(bases.map(async (base) => [base, await find(base)] as const));
  const pairs = found.flatMap(([base, facts]) => (facts ? [`${base}=${facts.imageId}`] : []));
  return { [BUILT_ON_LABEL]: pairs.join(' '), ...(args === undefined ? {} : { [BUILT_WITH_LABEL]: args }) };
}

/** True for an image that Hive built. */
export const isBuiltHere = ({ labels }: ImageFacts): boolean => Object.hasOwn(labels, BUILT_ON_LABEL);

/** Why the image of a server must be built again though its files are the same, in words. */
export async function outdatedBecause(
  find: FindImage,
  server: ContainerServer,
  facts: ImageFacts,
  values: Values,
): Promise<string | undefined> {
  if (server.build === undefined || !isBuiltHere(facts)) return undefined;
  const base = await movedBase(find, facts);
  if (base !== undefined) return `its base image ${base} has changed`;
  const isSame = facts.labels[BUILT_WITH_LABEL] === argsDigest(server, values);
  return isSame ? undefined : 'the values of its build arguments have changed';
}

/** The first image below this one that means another image by now. One that is gone has not changed. */
async function movedBase(find: FindImage, { labels }: ImageFacts): Promise<string | undefined> {
  const pairs = (labels[BUILT_ON_LABEL] ?? '').split(' ').filter(Boolean);
  const moved = await Promise.all(
    pairs.map(async (pair) => {
      const at = pair.lastIndexOf('=');
      const now = await find(pair.slice(0, at));
      return now !== undefined && !isSameImage(now.imageId, pair.slice(at + 1));
    }),
  );
  const first = pairs.find((_, index) => moved[index]);
  return first?.slice(0, first.lastIndexOf('='));
}

/**
 * Digest of the values of build arguments that hold references: the image's name covers what is written. The
 * engine shows the values themselves in the history of the image.
 */
export function argsDigest(server: ContainerServer, values: Values): string | undefined {
  const resolved = Object.entries(buildArgs(server, values));
  const written = Object.entries(buildArgs(server));
  if (JSON.stringify(resolved) === JSON.stringify(written)) return undefined;
  return createHash('sha256').update(JSON.stringify(resolved)).digest('hex').slice(0, 16);
}

/**
 * Build arguments of the entry and of its raw Compose keys, which are an object, or a list of `NAME=value`.
 * @param values absent for the arguments as they are written
 */
export function buildArgs(
  { compose, build }: ContainerServer,
  values?: Values,
): Readonly<Record<string, string>> {
  const { args } = Object(compose.build) as { args?: unknown };
  const raw = Array.isArray(args)
    ? args.map((arg) => /^([^=]*)=?(.*)$/s.exec(String(arg))?.slice(1) ?? [])
    : Object.entries(args ?? {});
  const pairs = [...Object.entries(build?.args ?? {}), ...raw];
  const resolve = (text: string): string => (values ? resolveReferences(text, values) : text);
  return Object.fromEntries(pairs.map(([name, value]) => [name, resolve(String(value))]));
}
