import type { Revalidate } from '../../model/catalog-reader.ts';
import type { Instances } from '../instances/instances.ts';

/** Asks the servers that serve for what of theirs is too old; one that sleeps is not woken for that. `names` are those of all servers. */
export function createFreshen(
  instances: Pick<Instances, 'serving'>,
  names: () => Iterable<string>,
): Revalidate {
  return (kind, serverName) => {
    const wanted = serverName === undefined ? [...names()] : [serverName];
    const reading = wanted.flatMap(
      (name) => instances.serving(name)?.state.connections.upstream.freshen(kind) ?? [],
    );
    return reading.length === 0 ? undefined : Promise.all(reading).then(() => {});
  };
}
