/** Marks the processes that this gateway starts, finds them by their mark, and signals them. */
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { MAX_PROC_BYTES } from '../../files/limits.ts';
import { readFileBytes } from '../../files/read-file.ts';

/**
 * Value of OWNER_VARIABLE in the environment of every process that this gateway starts, so that none can be
 * lost.
 */
export const OWNER = randomUUID();

export const OWNER_VARIABLE = 'HIVE_OWNER';
export const SERVER_VARIABLE = 'HIVE_SERVER';
export const LINK_VARIABLE = 'HIVE_LINK';

/** Ends a process of Windows with those below it. There are no signals that would ask it to end. */
const taskkill = (pid: number): boolean =>
  spawnSync('taskkill', ['/pid', `${pid}`, '/t', '/f'], { stdio: 'ignore', windowsHide: true }).status === 0;

/** Signals a whole process group. False if no process of it is left. */
export function signalGroup(group: number, signal: NodeJS.Signals, platform = process.platform): boolean {
  if (platform === 'win32') return taskkill(group);
  try {
    process.kill(-group, signal);
    return true;
  } catch {
    return false;
  }
}

/**
 * Pids of the processes whose environment has `name=value`. That includes processes that have left the group
 * of the server's first process, as the browsers of browser servers do. Empty on systems without /proc.
 */
export function findMarked(name: string, value: string): number[] {
  const mark = `${name}=${value}\0`;
  return listPids().filter((pid) => environmentOf(pid).includes(mark));
}

function listPids(): number[] {
  try {
    return readdirSync('/proc')
      .map(Number)
      .filter((pid) => pid > 1 && pid !== process.pid);
  } catch {
    return [];
  }
}

function environmentOf(pid: number): string {
  try {
    const bytes = readFileBytes(`/proc/${pid}/environ`, { maxBytes: MAX_PROC_BYTES });
    return `${bytes.toString('latin1')}\0`;
  } catch {
    return '';
  }
}

/** Signals every process whose environment has `name=value`. */
export function killMarked(name: string, value: string, signal: NodeJS.Signals = 'SIGKILL'): void {
  for (const pid of findMarked(name, value)) {
    try {
      process.kill(pid, signal);
    } catch {
      // The process ended after it was found.
    }
  }
}
