/** Added entries with problems are set aside, so that they never keep the user's file from loading. */
import type { WaitingServer, Warning } from '../model/stack.ts';
import type { AddedEntries } from './parse/added.ts';
import { ConfigError, type Problem } from './source/diagnostics.ts';

/**
 * Checks the stack with all added entries, and again without those that have problems.
 * @throws ConfigError with the problems of the user's files
 */
export async function admit<T>(added: AddedEntries, check: (added: AddedEntries) => Promise<T>): Promise<T> {
  try {
    return await check(added);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const waiting = waitingOf(added, error.problems);
    // Each attempt has fewer entries than the one before.
    if (waiting.length === 0) throw error;
    const names = new Set(waiting.map(({ serverName }) => serverName));
    const servers = added.servers.filter(({ serverName }) => !names.has(serverName));
    return admit({ ...added, servers, waiting: [...added.waiting, ...waiting] }, check);
  }
}

/** The entries that have problems, each with its first one. */
function waitingOf({ path, servers }: AddedEntries, problems: readonly Problem[]): WaitingServer[] {
  const own = problems.filter(({ place }) => place.path === path);
  return servers.flatMap(({ serverName }) => {
    const key = `servers.${serverName}`;
    const first = own.find(
      ({ keyPath }) =>
        keyPath === key || (/^[.[]/.test(keyPath.slice(key.length)) && keyPath.startsWith(key)),
    );
    if (!first) return [];
    const { message, hint, place } = first;
    return [{ serverName, reason: message, hint, place }];
  });
}

/** What of the added entries does not count, and why. */
export function addedWarnings(
  { path, damage }: Pick<AddedEntries, 'path' | 'damage'>,
  waiting: readonly WaitingServer[],
): Warning[] {
  const aside = waiting.map(({ serverName, reason, place }) => ({
    message: `the added server "${serverName}" waits: ${reason}`,
    place,
    keyPath: `servers.${serverName}`,
  }));
  if (damage === undefined) return aside;
  const message = `the servers that were added are not served: ${damage}`;
  return [{ message, place: { path, line: 1 }, keyPath: '' }, ...aside];
}
