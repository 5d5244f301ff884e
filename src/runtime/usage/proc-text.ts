/** Reads what Linux writes to `/proc/PID/stat` and `status`, and finds the processes of each server. */

/** Clock ticks of CPU time in a second: the same on all machines, whatever their kernel counts in. */
const TICKS_PER_SECOND = 100;

export interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** Of the process, and of those below it that have ended. */
  readonly cpuSeconds: number;
}

/** Undefined for text of another form. @param text of `/proc/PID/stat` */
export function statIn(text: string): ProcessStat | undefined {
  // The name of the program stands in brackets, and may have blanks and brackets in it.
  const nameEnd = text.lastIndexOf(')');
  const pid = Number.parseInt(text, 10);
  const fields = text.slice(nameEnd + 2).split(' ');
  const [, parent, group] = fields.map(Number);
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  if (nameEnd < 0 || fields.length < 15 || Number.isNaN(ticks + pid)) return undefined;
  return { pid, parent: parent as number, group: group as number, cpuSeconds: ticks / TICKS_PER_SECOND };
}

/** Resident memory in bytes. @param text of `/proc/PID/status` */
export function memoryIn(text: string): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0) * 1_024;
}

/**
 * The servers of processes by pid. A process belongs to the server of its parent, or to that of its group: if
 * its parent has ended, it has another one.
 *
 * @param gateway pid of the process that has started the servers
 * @param serverOf the server for which a process was started
 */
export function serversOf(
  all: readonly ProcessStat[],
  gateway: number,
  serverOf: (pid: number) => string | undefined,
): ReadonlyMap<number, string> {
  const servers = new Map<number, string>();
  for (const { pid, parent } of all) {
    const serverName = parent === gateway ? serverOf(pid) : undefined;
    if (serverName !== undefined) servers.set(pid, serverName);
  }
  const children = Map.groupBy(all, ({ parent }) => parent);
  const groups = Map.groupBy(all, ({ group }) => group);
  // A map that is gone through goes on with the entries that are added meanwhile.
  for (const [pid, serverName] of servers)
    for (const below of [...(children.get(pid) ?? []), ...(groups.get(pid) ?? [])])
      if (!servers.has(below.pid)) servers.set(below.pid, serverName);
  return servers;
}
