/** Reads what servers use when somebody asks; its code is loaded at the first question. */
import type { Engine } from '../../model/engine.ts';
import type { UsageReading } from '../../model/watch/usage.ts';
import type { UsageDeps, UsageReader } from './usage-reader.ts';

/** Reads at most once a second, however many ask. Never rejects for a server or an engine that fails. */
export type ReadUsage = () => Promise<UsageReading>;

export function createUsage(
  engine: Engine | undefined,
  deps: Pick<UsageDeps, 'clock' | 'board' | 'history'>,
): ReadUsage {
  let reader: Promise<UsageReader> | undefined;
  return async () => {
    reader ??= import('./usage-reader.ts').then((it) => it.createUsageReader({ engine, ...deps }));
    return (await reader).read();
  };
}
