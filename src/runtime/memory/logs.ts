/** The logs of servers, kept in memory: the newest lines of each. */

import type { Clock } from '../../model/clock.ts';
import { Ring } from '../../model/collections/ring.ts';
import type { LogEntry } from '../../model/status.ts';
import { cutEnd } from '../../model/text/cut.ts';

/** Bounds of one server's log; lengths in characters. */
const MAX_ENTRIES = 2_000;
const MAX_LENGTH = 1 << 20;
const MAX_LINE_LENGTH = 4_096;
/** Removed servers whose logs are kept. */
const MAX_REMOVED = 20;
/** The log of the gateway itself. */
const GATEWAY = 'hive';

export interface Logs {
  add(serverName: string, stream: LogEntry['stream'], text: string): void;
  /** Oldest first. Without a name: the entries of all servers, in order of time. */
  read(serverName?: string): readonly LogEntry[];
  /** As `read`, after the entries of earlier gateways that are kept. */
  history(serverName?: string): readonly LogEntry[];
  /** Sets the entries of earlier gateways, oldest first. */
  restore(entries: readonly LogEntry[]): void;
  /** Returns the function that unsubscribes. */
  onEntry(listener: (entry: LogEntry) => void): () => void;
  /**
   * Sets the servers that exist. Of all others, the logs of those that were written to last are kept, 20 at
   * most.
   */
  keep(serverNames: ReadonlySet<string>): void;
}

export function createLogs(clock: Pick<Clock, 'now'>): Logs {
  /** In order of the newest entry. */
  const rings = new Map<string, Ring<LogEntry>>();
  const listeners = new Set<(entry: LogEntry) => void>();
  let earlier: readonly LogEntry[] = [];
  const read: Logs['read'] = (serverName) => {
    if (serverName !== undefined) return rings.get(serverName)?.after(0) ?? [];
    return [...rings.values()].flatMap((ring) => ring.after(0)).sort((a, b) => a.at - b.at);
  };
  return {
    add(serverName, stream, text) {
      const entry: LogEntry = { at: clock.now(), serverName, stream, text: clip(text) };
      const ring = rings.get(serverName) ?? newRing();
      rings.delete(serverName);
      rings.set(serverName, ring);
      ring.push(entry);
      for (const listener of listeners) listener(entry);
    },
    read,
    history: (serverName) => [
      ...earlier.filter((it) => serverName === undefined || it.serverName === serverName),
      ...read(serverName),
    ],
    restore(entries) {
      earlier = entries;
    },
    onEntry(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    keep(serverNames) {
      const removed = [...rings.keys()].filter((name) => name !== GATEWAY && !serverNames.has(name));
      for (const name of removed.slice(0, -MAX_REMOVED)) rings.delete(name);
    },
  };
}

function newRing(): Ring<LogEntry> {
  return new Ring({ maxItems: MAX_ENTRIES, maxBytes: MAX_LENGTH, bytesOf: ({ text }) => text.length });
}

function clip(text: string): string {
  if (text.length <= MAX_LINE_LENGTH) return text;
  return `${cutEnd(text, MAX_LINE_LENGTH)} (${text.length} characters)`;
}
