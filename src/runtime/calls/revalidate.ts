/** Reading lists of servers again that are too old to be served (`ttlMs`). */
import type { Revalidate } from '../../model/catalog-reader.ts';
import type { Instances } from '../instances/instances.ts';

/**
 * Reads only lists of servers that serve; no idle server is started for it. `names` are those of all servers.
 */
export function createRevalidate(
  instances: Pick<Instances, 'serving'>,
  names: () => Iterable<string>,
): Revalidate {
  return (kind, serverName) => {
    const wanted = serverName === undefined ? [...names()] : [serverName];
    const reading = wanted.flatMap(
      (name) => instances.serving(name)?.state.connections.upstream.revalidate(kind) ?? [],
    );
    return reading.length === 0 ? undefined : Promise.all(reading).then(() => {});
  };
}
