/** Facts that `hive down` needs about a stack whose config file is broken or gone. */
import { join } from 'node:path';
import { STACK_RECORD, type StateDir } from '../../runtime/memory/state-dir.ts';
import { createRecordFile, type RecordFile } from '../../store/record-file.ts';

export interface StackRecord {
  readonly name: string;
  /** True if a container engine was in use since the last `down`: then there may be containers. */
  readonly hadEngine: boolean;
  /** Path of the compiled file; absent in records of earlier versions. */
  readonly composeFile?: string;
}

const KEY = 'stack';

export function writeRecord(state: StateDir, { hadEngine, ...rest }: StackRecord): void {
  const file = open(state);
  file.set(KEY, { ...rest, hadEngine: hadEngine || (file.get(KEY)?.hadEngine ?? false) });
}

/** Undefined if the stack was never up, or is down. */
export function readRecord(state: StateDir): StackRecord | undefined {
  return open(state).get(KEY);
}

export function dropRecord(state: StateDir): void {
  open(state).delete(KEY);
}

function open(state: StateDir): RecordFile<StackRecord> {
  const path = join(state.path, STACK_RECORD);
  return createRecordFile({ path, version: 1, maxEntries: 1, isEntry: isStackRecord });
}

function isStackRecord(value: unknown): value is StackRecord {
  const { name, hadEngine, composeFile = '' } = Object(value) as Record<string, unknown>;
  return typeof name === 'string' && typeof hadEngine === 'boolean' && typeof composeFile === 'string';
}
