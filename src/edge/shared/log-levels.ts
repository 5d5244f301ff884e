/** RFC 5424 severities, least severe first (server/utilities/logging). */
export const LOG_LEVELS = [
  'debug',
  'info',
  'notice',
  'warning',
  'error',
  'critical',
  'alert',
  'emergency',
] as const;
type LogLevel = (typeof LOG_LEVELS)[number];

/** Index into `LOG_LEVELS`; -1 for anything else. */
export const severityOf = (level: unknown): number => LOG_LEVELS.indexOf(level as LogLevel);
