/** Failures of steps in the servers' logs: attempts that fail in the same way are not explained again. */
import { maskVolatile } from '../model/text/volatile.ts';
import type { Logs } from './memory/logs.ts';

export interface FailureLog {
  add(serverName: string, text: string): void;
  /** The server is up: its next failure is explained. */
  over(serverName: string): void;
}

export function createFailureLog(logs: Pick<Logs, 'add'>): FailureLog {
  const last = new Map<string, string>();
  return {
    add(serverName, text) {
      const masked = maskVolatile(text);
      const isKnown = last.get(serverName) === masked;
      last.set(serverName, masked);
      logs.add(serverName, 'hive', isKnown ? 'failed again in the same way' : text);
    },
    over: (serverName) => void last.delete(serverName),
  };
}
