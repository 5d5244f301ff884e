/** The structured log of the gateway: JSON lines. */
import { type Logger, pino } from 'pino';

export type Log = Logger;

/** Fields that may hold the user's secrets, in any logged object. Their values are never written. */
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

/** @param destination path of a file, or 2 for stderr */
export function createLog(
  destination: string | number,
  level: string = process.env.HIVE_LOG_LEVEL ?? 'info',
): Log {
  return pino(
    { level, base: null, redact: REDACTED },
    pino.destination({ dest: destination, sync: true, mkdir: true }),
  );
}

/** Writes nothing. */
export const silentLog: Log = pino({ level: 'silent' });
