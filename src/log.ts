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
 * @param clean takes secrets out of each text in a line
 */
export function createLog(
  destination: { write(line: string): void },
  clean: (line: string) => string = (line) => line,
  level: string = process.env.HIVE_LOG_LEVEL ?? 'info',
): Log {
  const shown = (_key: string, value: unknown): unknown => (typeof value === 'string' ? clean(value) : value);
  const write = (line: string): void =>
    destination.write(`${escapedJson(JSON.stringify(JSON.parse(line, shown)))}\n`);
  return pino({ level, base: null, redact: REDACTED }, { write });
}

/** Writes nothing. */
export const silentLog: Log = pino({ level: 'silent' });
