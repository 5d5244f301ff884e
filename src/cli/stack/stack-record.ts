import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StateDir } from '../../runtime/memory/state-dir.ts';

/** What `down` has to know when the config file is broken or gone. */
export interface StackRecord {
  readonly name: string;
  /** Whether a container engine was in use since the last `down`: then there may be containers. */
  readonly hadEngine: boolean;
}

export function writeRecord(state: StateDir, record: StackRecord): void {
  const hadEngine = record.hadEngine || (readRecord(state)?.hadEngine ?? false);
  writeFileSync(pathOf(state), `${JSON.stringify({ ...record, hadEngine })}\n`, { mode: 0o600 });
}

/** Undefined when the stack was never up, or is down. */
export function readRecord(state: StateDir): StackRecord | undefined {
  try {
    return JSON.parse(readFileSync(pathOf(state), 'utf8')) as StackRecord;
  } catch {
    return undefined;
  }
}

export function dropRecord(state: StateDir): void {
  rmSync(pathOf(state), { force: true });
}

function pathOf(state: StateDir): string {
  return join(state.path, 'stack.json');
}
