/** Facts that `hive down` needs about a stack whose config file is broken or gone. */
import { join } from 'node:path';
import type { StateDir } from '../../runtime/memory/state-dir.ts';
import { createRecordFile, type RecordFile } from '../../store/record-file.ts';

export interface StackRecord {
  readonly name: string;
  /** True if a container engine was in use since the last `down`: then there may be containers. */
  readonly hadEngine: boolean;
}

const KEY = 'stack';

export function writeRecord(state: StateDir, { name, hadEngine }: StackRecord): void {
  const file = open(state);
  file.set(KEY, { name, hadEngine: hadEngine || (file.get(KEY)?.hadEngine ?? false) });
}

/** Undefined if the stack was never up, or is down. */
export function readRecord(state: StateDir): StackRecord | undefined {
  return open(state).get(KEY);
}

export function dropRecord(state: StateDir): void {
  open(state).delete(KEY);
}

function open(state: StateDir): RecordFile<StackRecord> {
  const path = join(state.path, 'stack.json');
  return createRecordFile({ path, version: 1, maxEntries: 1, isEntry: isStackRecord });
}

function isStackRecord(value: unknown): value is StackRecord {
  const { name, hadEngine } = Object(value) as Record<string, unknown>;
  return typeof name === 'string' && typeof hadEngine === 'boolean';
}
