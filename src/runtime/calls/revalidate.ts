/** Reading lists of servers again that are too old to be served (`ttlMs`). */
import type { ListKind } from '../../model/catalog.ts';
import type { Revalidate } from '../../model/catalog-reader.ts';
import type { Era } from '../../model/era.ts';
import type { Connections } from '../instances/instance.ts';
import type { Instances } from '../instances/instances.ts';

/**
 * Reads only lists of servers that serve; no idle server is started for it. `names` are those of all servers.
 */
export function createRevalidate(
  instances: Pick<Instances, 'serving'>,
  names: () => Iterable<string>,
): Revalidate {
  return (kind, serverName, era) => {
    const reading = (serverName === undefined ? [...names()] : [serverName]).flatMap((name) => {
      const connections = instances.serving(name)?.state.connections;
      return (connections && wait(connections, kind, era)) ?? [];
    });
    return reading.length === 0 ? undefined : Promise.all(reading).then(() => {});
  };
}

/** What is being opened for legacy clients reads its lists then. */
function wait({ upstream, legacy }: Connections, kind: ListKind, era: Era): Promise<void> | undefined {
  if (era === 'modern' || !legacy) return upstream.revalidate(kind);
  return legacy.listsWait ?? (legacy.pair?.upstream ?? upstream).revalidate(kind);
}
