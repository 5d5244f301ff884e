/** The answer of `hive logs` for servers that were named and have no entries. */
import type { ServerStatus } from '../../model/status.ts';

/** Characters of an id that engines take and print. */
const SHORT_ID = 12;

type Silent = Pick<ServerStatus, 'serverName' | 'type' | 'link' | 'containerId'>;

/**
 * One line a server. The gateway reads the output of a container from the moment at which it connects: a
 * container that ran before has its earlier output in the log of its engine, unless it is a stdio server of
 * Hive's own, whose output no engine keeps.
 */
export function describeSilent({ serverName, type, link, containerId }: Silent): string {
  const keepsLog = containerId !== undefined && (type === 'discovered' || link === 'http');
  if (!keepsLog) return `${serverName} has written nothing`;
  const since = `${serverName} has written nothing since the gateway reads its output`;
  return `${since}; what its container wrote before: docker logs ${containerId.slice(0, SHORT_ID)}`;
}
