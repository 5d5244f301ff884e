/** Reads what servers use when somebody asks; its code is loaded at the first question. */
import type { Engine } from '../../model/engine.ts';
import type { UsageReading } from '../../model/watch/usage.ts';
import type { UsageDeps, UsageReader } from './usage-reader.ts';

/**
 * Reads at most once a second, however many ask. Never rejects for a server or an engine that fails.
 * @param limitMs longest wait for the engine: after that the figures of containers are left out
 */
export type ReadUsage = (limitMs?: number) => Promise<UsageReading>;

export function createUsage(
  engine: Engine | undefined,
  deps: Pick<UsageDeps, 'clock' | 'board' | 'history'>,
): ReadUsage {
  let reader: Promise<UsageReader> | undefined;
  return async (limitMs) => {
    reader ??= import('./usage-reader.ts').then((it) => it.createUsageReader({ engine, ...deps }));
    return (await reader).read(limitMs);
  };
}
