/** How a package runs in a container of its own: as the entry's image does, where it has one. */
import type { Entry, ImageWay, PackageWay, Way } from '../entry/entry.ts';

export const isPackage = (way: Way): way is PackageWay => way.kind === 'npm' || way.kind === 'pypi';

/**
 * Image and package of an entry are the same server, so arguments, volumes and network of the image hold for
 * the package in a container. An image that speaks HTTP says nothing about a package, which speaks stdio.
 */
export function launchOf({ ways }: Pick<Entry, 'ways'>, way: PackageWay): ImageWay {
  const image = ways.find((it): it is ImageWay => it.kind === 'image' && it.port === undefined);
  const args = image?.args ?? way.args;
  const env = { ...way.env, ...image?.env };
  return {
    kind: 'image',
    image: '',
    ...(args && { args }),
    ...(Object.keys(env).length > 0 && { env }),
    ...(image?.volumes && { volumes: image.volumes }),
    ...(image?.network && { network: image.network }),
  };
}
