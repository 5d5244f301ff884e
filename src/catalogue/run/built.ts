/** An entry → the server that a form of it makes: keys of a stack file, and a Dockerfile. */
import type { Entry, PackageWay } from '../entry/entry.ts';
import { isPackage } from '../server/launch.ts';
import { type Made, toServer, type Wanted } from '../server/to-server.ts';
import { dockerfileFor } from './dockerfile.ts';
import type { Run } from './runs.ts';

export type BuiltServer =
  | Extract<Made, { kind: 'refused' }>
  | (Extract<Made, { kind: 'made' }> & {
      /** Text of the Dockerfile that the server's entry must name; absent for other forms. */
      readonly dockerfile?: string;
    });

export type ServerWish = Pick<Wanted, 'parameters' | 'name' | 'secret'>;

/** @param version of the package or the tag of the image; default the entry's own */
export function serverFor(entry: Entry, { form, way }: Run, wish: ServerWish, version?: string): BuiltServer {
  const own = withVersion(way, version);
  // The rest of the ways stays: the image says how the package runs.
  const chosen = { ...entry, ways: [own, ...entry.ways.filter((it) => it !== way)] };
  const made = toServer(chosen, { ...wish, way: own.kind, isBuilt: form === 'package' });
  if (made.kind === 'refused' || form !== 'package' || !isPackage(own)) return made;
  return { ...made, dockerfile: dockerfileOf(entry, own, made.server) };
}

function dockerfileOf(entry: Entry, way: PackageWay, { volumes }: Readonly<Record<string, unknown>>): string {
  const { id, verified } = entry;
  const folders = Array.isArray(volumes) ? volumes.flatMap((it) => targetOf(String(it)) ?? []) : [];
  return dockerfileFor(way, { id, folders, verified });
}

/** `NAME:/folder` or `NAME:/folder:ro`; undefined for a target that is no plain path. */
const targetOf = (volume: string): string | undefined => /:(\/[\w./-]+)(?::[a-z,]+)?$/.exec(volume)?.[1];

function withVersion<W extends Run['way']>(way: W, version: string | undefined): W {
  if (version === undefined) return way;
  if (isPackage(way)) return { ...way, version };
  if (way.kind !== 'image') return way;
  return { ...way, image: `${way.image.replace(/@.*$/, '').replace(/:[^/:]*$/, '')}:${version}` };
}
