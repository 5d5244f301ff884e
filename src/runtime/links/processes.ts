import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

/** Marks every process this gateway starts, through its environment, so that none can be lost. */
export const OWNER = randomUUID();

export const OWNER_VARIABLE = 'HIVE_OWNER';
export const SERVER_VARIABLE = 'HIVE_SERVER';
export const LINK_VARIABLE = 'HIVE_LINK';

/** Signals a whole process group; false when it is gone. */
export function signalGroup(group: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(-group, signal);
    return true;
  } catch {
    return false;
  }
}

/**
 * Processes whose environment has `name=value`: also those that left the group of the process that we started, as the
 * browsers of browser servers do. Empty where there is no /proc.
 */
export function findMarked(name: string, value: string): number[] {
  const marker = `${name}=${value}\0`;
  return listPids().filter((pid) => environmentOf(pid).includes(marker));
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
    return `${readFileSync(`/proc/${pid}/environ`, 'latin1')}\0`;
  } catch {
    return '';
  }
}

export function killMarked(name: string, value: string, signal: NodeJS.Signals = 'SIGKILL'): void {
  for (const pid of findMarked(name, value)) {
    try {
      process.kill(pid, signal);
    } catch {
      // Gone between the look and the signal.
    }
  }
}

/**
 * Outlives this process just long enough to take down what it leaves behind. It reads groups to know and to forget; the pipe
 * it reads from ends when we end, even by SIGKILL: then it kills the groups, and whatever else carries our mark.
 * The death signal of Linux (`setpriv --pdeathsig`) reaches only the first process, never the server under an `npx`.
 */
const WATCHDOG = `
trap '' HUP INT TERM
groups=' '
while read -r verb group; do
  case $verb in
    add) groups="$groups$group " ;;
    del) groups="\${groups%% $group *} \${groups#* $group }" ;;
  esac
done
for group in $groups; do kill -KILL -- "-$group" 2>/dev/null; done
for file in $(grep -lsazx -- "$1" /proc/[0-9]*/environ 2>/dev/null); do
  pid=\${file#/proc/}; kill -KILL "\${pid%/environ}" 2>/dev/null
done
`;

const groups = new Set<number>();
let watchdog: ChildProcess | undefined;
let starts = 0;

/** A machine on which it cannot live must not be kept busy with trying. */
const MAX_STARTS = 20;

/** From now on the group dies with this process. */
export function guard(group: number): void {
  groups.add(group);
  if (watchdog) tell(`add ${group}`);
  else startWatchdog();
}

/** From now on everything that carries our mark dies with this process, wherever on this machine it runs. */
export function guardMarked(): void {
  if (!watchdog) startWatchdog();
}

export function unguard(group: number): void {
  if (groups.delete(group)) tell(`del ${group}`);
}

function tell(line: string): void {
  watchdog?.stdin?.write(`${line}\n`);
}

function startWatchdog(): void {
  starts += 1;
  const { PATH } = process.env;
  const child = spawn('/bin/sh', ['-c', WATCHDOG, 'hive-watchdog', `${OWNER_VARIABLE}=${OWNER}`], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { PATH },
    cwd: '/',
  });
  watchdog = child;
  child.stdin.on('error', () => {});
  // Somebody killed it: once there was something to guard there has to be one.
  child.on('exit', () => {
    if (watchdog !== child) return;
    watchdog = undefined;
    if (starts < MAX_STARTS) startWatchdog();
  });
  child.on('error', () => {});
  child.unref();
  (child.stdin as { unref?: () => void }).unref?.();
  for (const group of groups) tell(`add ${group}`);
}
