import { type Logger, pino } from 'pino';

export type Log = Logger;

/** Never logged, whatever object they sit in: only fields declared here as sensitive may carry values of the user's. */
const REDACTED = [
  'env',
  '*.env',
  'headers',
  '*.headers',
  'authorization',
  '*.authorization',
  'params',
  '*.params',
];

/** Structured log of the gateway's own life: JSON lines to `destination` (a path, or 2 for stderr). */
export function createLog(
  destination: string | number,
  level: string = process.env.HIVE_LOG_LEVEL ?? 'info',
): Log {
  return pino(
    { level, base: null, redact: REDACTED },
    pino.destination({ dest: destination, sync: true, mkdir: true }),
  );
}

/** For tests and for stages that must not speak. */
export const silentLog: Log = pino({ level: 'silent' });
