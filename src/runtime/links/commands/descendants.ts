/** The processes below a process, as /proc shows them. */
import { readdirSync } from 'node:fs';
import { MAX_PROC_BYTES } from '../../../files/limits.ts';
import { readFileBytes } from '../../../files/read-file.ts';

export interface ProcessFacts {
  readonly pid: number;
  readonly args: readonly string[];
  /** `NAME=value`, each. */
  readonly env: readonly string[];
}

/** Pids of the processes that this one has started, by any of its threads; empty without /proc. */
export function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      textOf(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

export function factsOf(pid: number): ProcessFacts {
  return { pid, args: partsOf(`/proc/${pid}/cmdline`), env: partsOf(`/proc/${pid}/environ`) };
}

const partsOf = (path: string): string[] => textOf(path).split('\0').filter(Boolean);

function textOf(path: string): string {
  try {
    return readFileBytes(path, { maxBytes: MAX_PROC_BYTES }).toString('latin1');
  } catch {
    return '';
  }
}
