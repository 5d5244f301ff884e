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

/** @param destination receives lines of JSON, each with its line end */
export function createLog(
  destination: { write(line: string): void },
  level: string = process.env.HIVE_LOG_LEVEL ?? 'info',
): Log {
  return pino({ level, base: null, redact: REDACTED }, destination);
}

/** Writes nothing. */
export const silentLog: Log = pino({ level: 'silent' });
