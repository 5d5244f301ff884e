/** Opens the files of a log store to read them, while no gateway writes them. */
import type { FoundLines, LogSearch } from '../model/watch/log-search.ts';
import { DEFAULT_LIMITS } from './settings.ts';
import { LogFolder } from './store/log-folder.ts';
import { searchIn } from './store/serve.ts';

/** Undefined for a folder without files. The caller must close the result. */
export function openLogFolder(
  path: string,
): { ask(search: LogSearch): Promise<FoundLines>; close(): void } | undefined {
  const folder = new LogFolder(path, DEFAULT_LIMITS, () => Date.now(), { aside: () => {} });
  if (folder.segments().length === 0) return undefined;
  const tools = { ticks: () => performance.now(), pause: async () => {} };
  return {
    ask: (search) => searchIn(folder, search, Date.now(), tools),
    close: () => folder.close(),
  };
}
