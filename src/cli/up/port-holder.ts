/** Finds the process that has a TCP port, where the system has /proc. */
import { readdirSync, readlinkSync } from 'node:fs';
import { MAX_PROC_BYTES } from '../../files/limits.ts';
import { readFileText } from '../../files/read-file.ts';

/**
 * The process that listens on a TCP port of this machine; undefined if /proc does not show it to this user.
 */
export function portHolder(port: number): { readonly pid: number; readonly command: string } | undefined {
  const sockets = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => listenersOf(table, port));
  if (sockets.length === 0) return undefined;
  const wanted = new Set(sockets.map((inode) => `socket:[${inode}]`));
  const pid = list('/proc').find((name) => /^\d+$/.test(name) && holds(name, wanted));
  return pid ? { pid: Number(pid), command: read(`/proc/${pid}/comm`).trim() } : undefined;
}

const LISTENING = '0A';

/**
 * Inodes of a table's listening sockets on the port; its columns are `sl local_address rem_address st …
 * inode` (proc(5)).
 */
function listenersOf(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return read(table)
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => columns[1]?.endsWith(suffix) && columns[3] === LISTENING)
    .map((columns) => columns[9] ?? '');
}

function holds(pid: string, sockets: ReadonlySet<string>): boolean {
  return list(`/proc/${pid}/fd`).some((fd) => sockets.has(linkOf(`/proc/${pid}/fd/${fd}`)));
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function read(path: string): string {
  try {
    return readFileText(path, { maxBytes: MAX_PROC_BYTES });
  } catch {
    return '';
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
