import type { Clock } from '../../model/clock.ts';
import type { LogEntry } from '../../model/status.ts';

/** Bounds of what is kept for each server. */
const MAX_ENTRIES = 2_000;
const MAX_BYTES = 1 << 20;
const MAX_LINE = 4_096;
/** Servers that have left, and whose log is still there. */
const MAX_GONE = 20;
/** What is said of no server. */
const OWN = 'hive';

export interface Logs {
  add(serverName: string, stream: LogEntry['stream'], text: string): void;
  /** Oldest first; of all servers, in order of time, when none is named. */
  read(serverName?: string): readonly LogEntry[];
  onEntry(listener: (entry: LogEntry) => void): () => void;
  /** Of servers that are not among these any more, only what a few of them said is kept: those that went last. */
  keep(serverNames: ReadonlySet<string>): void;
}

interface Ring {
  entries: LogEntry[];
  bytes: number;
}

/** What servers print, kept in memory: the newest lines of each, never more than the bounds. */
export function createLogs(clock: Clock): Logs {
  const rings = new Map<string, Ring>();
  const listeners = new Set<(entry: LogEntry) => void>();
  return {
    add(serverName, stream, text) {
      const entry: LogEntry = { at: clock.now(), serverName, stream, text: clip(text) };
      append(ringOf(rings, serverName), entry);
      for (const listener of listeners) listener(entry);
    },
    read(serverName) {
      if (serverName !== undefined) return rings.get(serverName)?.entries.slice() ?? [];
      return [...rings.values()].flatMap((ring) => ring.entries).sort((a, b) => a.at - b.at);
    },
    onEntry(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    keep(serverNames) {
      const gone = [...rings.keys()].filter((name) => name !== OWN && !serverNames.has(name));
      for (const name of gone.slice(0, -MAX_GONE)) rings.delete(name);
    },
  };
}

function ringOf(rings: Map<string, Ring>, serverName: string): Ring {
  const ring = rings.get(serverName) ?? { entries: [], bytes: 0 };
  // In order of the last word.
  rings.delete(serverName);
  rings.set(serverName, ring);
  return ring;
}

function append(ring: Ring, entry: LogEntry): void {
  ring.entries.push(entry);
  ring.bytes += entry.text.length;
  let surplus = 0;
  while (ring.entries.length - surplus > MAX_ENTRIES || ring.bytes > MAX_BYTES) {
    ring.bytes -= ring.entries[surplus]?.text.length ?? 0;
    surplus += 1;
  }
  if (surplus > 0) ring.entries.splice(0, surplus);
}

function clip(text: string): string {
  return text.length <= MAX_LINE ? text : `${text.slice(0, MAX_LINE)}… (${text.length} characters)`;
}
