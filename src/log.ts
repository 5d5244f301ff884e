/** The structured log of the gateway: JSON lines. */
import { type Logger, pino } from 'pino';
import { escapedJson } from './model/text/visible.ts';

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

/**
 * @param destination receives lines of JSON, each with its line end
 * @param clean takes secrets out of each line, which is JSON before and after
 */
export function createLog(
  destination: { write(line: string): void },
  clean: (line: string) => string = (line) => line,
  level: string = process.env.HIVE_LOG_LEVEL ?? 'info',
): Log {
  const write = (line: string): void => destination.write(escapedJson(clean(line)));
  return pino({ level, base: null, redact: REDACTED }, { write });
}

/** Writes nothing. */
export const silentLog: Log = pino({ level: 'silent' });
