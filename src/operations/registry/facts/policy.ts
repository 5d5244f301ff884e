/** What the entry of the registry allows: which catalogue entries, how many, and which host paths. */
import { GatewayError } from '../../../errors.ts';
import type { AddedServers } from '../../../model/added/added.ts';
import { matchesPattern } from '../../../model/text/grammar.ts';
import { hostPathsOf } from '../../../policy/host-paths.ts';
import type { OwnEntry, RegistrySource } from './source.ts';

export function isAllowed(id: string, { allow, deny }: Pick<OwnEntry, 'allow' | 'deny'>): boolean {
  const isNamed = (patterns: readonly string[]): boolean => patterns.some((it) => matchesPattern(it, id));
  return (allow === undefined || isNamed(allow)) && !isNamed(deny);
}

/** @throws GatewayError NOT_ALLOWED */
export function requireAllowed(id: string, own: OwnEntry): void {
  if (isAllowed(id, own)) return;
  throw new GatewayError('NOT_ALLOWED', `the owner of this gateway does not allow ${id} to be added`, {
    hint: `registry_search lists what may be added; \`allow\` and \`deny\` of ${own.serverName} say what`,
  });
}

/**
 * @param underWay ids of entries that are being added now
 * @throws GatewayError NOT_ALLOWED
 */
export function requireRoom(
  added: Pick<AddedServers, 'all'>,
  underWay: readonly string[],
  { maxAdded, serverName }: OwnEntry,
): void {
  const all = added.all();
  const coming = underWay.filter((id) => !all.some(({ facts }) => facts.source === id));
  const count = all.length + coming.length;
  if (count < maxAdded) return;
  throw new GatewayError('NOT_ALLOWED', `${count} servers have been added, and ${maxAdded} is the most`, {
    hint: `remove one with registry_remove, or raise \`maxAdded\` of ${serverName} in the config file`,
  });
}

/**
 * Host folders only below those that the entry names.
 * @param entry keys of a stack file
 * @throws GatewayError NOT_ALLOWED
 */
export function requireHostPaths(
  entry: Readonly<Record<string, unknown>>,
  { hostPaths, serverName }: OwnEntry,
  problemOf: RegistrySource['hostPathProblem'],
): void {
  for (const path of hostPathsOf(entry)) {
    const problem = problemOf(path, hostPaths);
    if (problem === undefined) continue;
    throw new GatewayError('NOT_ALLOWED', `${path} ${problem}`, {
      hint: `the owner can name a folder in \`hostPaths\` of ${serverName}; paths must be absolute`,
    });
  }
}
