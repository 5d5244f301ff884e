/** Severities of log messages, as numbers. */
import { MCP_LEVELS } from '../../model/watch/log-search.ts';

/** Index into `MCP_LEVELS`; -1 for anything else. */
export const severityOf = (level: unknown): number => (MCP_LEVELS as readonly unknown[]).indexOf(level);
