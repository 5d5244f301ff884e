/** Whether a stack has a log store, and within which limits. */
import type { LogLimits, Stack } from '../model/stack.ts';

/** Seven days, one GiB. */
export const DEFAULT_LIMITS: LogLimits = { keepMs: 7 * 86_400_000, sizeBytes: 2 ** 30 };

/** Built-in servers whose tools search logs. */
const USES: readonly string[] = ['manager'];

/** Undefined for a stack that keeps no logs on disk. */
export function logLimits({ logs, servers }: Pick<Stack, 'logs' | 'servers'>): LogLimits | undefined {
  if (logs) return logs;
  const isManaged = servers.some((server) => server.type === 'builtin' && USES.includes(server.use));
  return isManaged ? DEFAULT_LIMITS : undefined;
}

/** Versions of Node whose SQLite can do what the store needs. */
export function hasSqlite(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major >= 24 || (major === 22 && minor >= 16);
}
