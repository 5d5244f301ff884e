/** Searches the log lines of a gateway that has ended: those on disk, else those that it has kept. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { hasSqlite } from '../../logs/settings.ts';
import type { FoundLines, LogSearch } from '../../model/watch/log-search.ts';
import type { StateDir } from '../../runtime/memory/state-dir.ts';
import { readKeptLogs } from '../stack/kept-logs.ts';

/** Undefined if nothing was kept. The caller must close the result. */
export async function openOffline(
  state: Pick<StateDir, 'path'>,
): Promise<{ ask(search: LogSearch): Promise<FoundLines>; close(): void } | undefined> {
  const folder = join(state.path, 'logs');
  if (existsSync(folder) && hasSqlite(process.versions.node)) {
    const { openLogFolder } = await import('../../logs/open-folder.ts');
    const opened = openLogFolder(folder);
    if (opened) return opened;
  }
  const entries = await readKeptLogs(state);
  if (entries.length === 0) return undefined;
  const { searchMemory } = await import('../../logs/memory-search.ts');
  return { ask: async (search) => searchMemory(entries, search, Date.now()), close: () => {} };
}
