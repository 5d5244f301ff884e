/** Entries of images with a package of the same server, as another entry of the catalogue knows it. */
import type { Entry, PackageWay, Way } from '../entry/entry.ts';
import { isPackage } from '../server/launch.ts';

/**
 * Gives entries that have an image alone the packages of the entry with the same image. The parameters of
 * such a package are the other entry's own, so its arguments are left out: it runs as the image does.
 */
export function withPackages(entries: readonly Entry[]): Entry[] {
  const packages = new Map<string, readonly PackageWay[]>();
  for (const { ways } of entries) {
    const own = ways.filter(isPackage);
    for (const way of ways) if (way.kind === 'image' && own.length > 0) packages.set(nameOf(way.image), own);
  }
  return entries.map((entry) => {
    const borrowed = entry.ways.some(isPackage) ? [] : packagesFor(entry.ways, packages);
    return borrowed.length === 0 ? entry : { ...entry, ways: [...entry.ways, ...borrowed] };
  });
}

function packagesFor(
  ways: readonly Way[],
  packages: ReadonlyMap<string, readonly PackageWay[]>,
): PackageWay[] {
  const image = ways.find((way) => way.kind === 'image');
  const found = image?.kind === 'image' && image.port === undefined ? packages.get(nameOf(image.image)) : [];
  return (found ?? []).map(({ args: _, env: __, ...way }) => way);
}

/** Without tag and digest. */
const nameOf = (image: string): string => image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
