/** The last log entries of a gateway, kept for `hive logs` after it has ended. */
import { join } from 'node:path';
import { MAX_STATE_BYTES } from '../../files/limits.ts';
import { processFiles } from '../../files/process-files.ts';
import type { GatewayControl } from '../../model/operator.ts';
import type { LogEntry } from '../../model/status.ts';
import type { StateDir } from '../../runtime/memory/state-dir.ts';
import { writeWhole } from '../../store/write-whole.ts';

/** Entries of each server. */
const MAX_ENTRIES = 200;
/** Characters of all entries, of which each server has the same share; its newest stay. */
const MAX_CHARACTERS = 1 << 20;
/** Of a time that can be printed, in either direction from 1970. */
const MAX_TIME_MS = 8.64e15;
/** What a gateway that is killed may lose. */
const PAUSE_MS = 5_000;

const pathIn = ({ path }: Pick<StateDir, 'path'>): string => join(path, 'logs.jsonl');

/**
 * Writes the last entries while there are new ones.
 * @returns writes them once more, and ends it
 */
export function keepLogs(
  control: Pick<GatewayControl, 'history' | 'onLog'>,
  state: Pick<StateDir, 'path'>,
): () => void {
  let timer: NodeJS.Timeout | undefined;
  const write = (): void => {
    timer = undefined;
    try {
      writeWhole(pathIn(state), textOf(control.history()));
    } catch {
      // The disk is full, or read-only: other files say so.
    }
  };
  const stop = control.onLog(() => {
    timer ??= setTimeout(write, PAUSE_MS).unref();
  });
  return () => {
    stop();
    clearTimeout(timer);
    write();
  };
}

/** The newest of each server, in the order of time. */
function textOf(entries: readonly LogEntry[]): string {
  const kept = new Map(entries.map(({ serverName }) => [serverName, { count: 0, characters: 0 }]));
  const share = MAX_CHARACTERS / kept.size;
  const lines: string[] = [];
  for (const entry of entries.toReversed()) {
    const sum = kept.get(entry.serverName);
    if (!sum || sum.count === MAX_ENTRIES) continue;
    const line = `${JSON.stringify(entry)}\n`;
    sum.characters += line.length;
    // The older entries of this server are left out as well: what is kept has no gap.
    sum.count = sum.characters > share ? MAX_ENTRIES : sum.count + 1;
    if (sum.characters <= share) lines.push(line);
  }
  return lines.reverse().join('');
}

/** Empty if there are none, or the file cannot be read. */
export async function readKeptLogs(state: Pick<StateDir, 'path'>): Promise<LogEntry[]> {
  const text = await processFiles.text(pathIn(state), MAX_STATE_BYTES).catch(() => '');
  return text.split('\n').flatMap(entryOf);
}

function entryOf(line: string): LogEntry[] {
  try {
    const { at, serverName, stream, text } = Object(JSON.parse(line));
    const isStream = stream === 'stderr' || stream === 'noise' || stream === 'hive';
    const isTime = typeof at === 'number' && Math.abs(at) <= MAX_TIME_MS;
    const isEntry = isTime && typeof serverName === 'string' && typeof text === 'string';
    return isEntry && isStream ? [{ at, serverName, stream, text }] : [];
  } catch {
    return [];
  }
}
