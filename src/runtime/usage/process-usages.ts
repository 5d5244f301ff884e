/** What native servers use, with all processes below them, as /proc of Linux shows it. */
import { readdirSync } from 'node:fs';
import { MAX_PROC_BYTES } from '../../files/limits.ts';
import { readFileBytes } from '../../files/read-file.ts';
import type { Usage } from '../../model/watch/usage.ts';
import { OWNER, OWNER_VARIABLE, SERVER_VARIABLE } from '../links/processes.ts';
import { memoryIn, type ProcessStat, serversOf, statIn } from './proc-text.ts';

/** Processes that are read in one turn, so that calls do not wait. */
const PER_TURN = 32;

/** Figures by server; empty on systems without /proc. Never rejects. */
export async function processUsages(now: () => number): Promise<ReadonlyMap<string, Usage>> {
  const pids = process.platform === 'linux' ? listPids() : [];
  const all = await inTurns(pids, (pid) => statIn(textOf(pid, 'stat')));
  const servers = serversOf(all, process.pid, serverOfMark);
  const own = all.filter(({ pid }) => servers.has(pid));
  // CPU time is what rates are made of: its moment counts.
  const at = now();
  const usages = new Map<string, Usage>();
  await inTurns(own, (stat) => {
    const serverName = servers.get(stat.pid) as string;
    usages.set(serverName, withProcess(usages.get(serverName), stat, at));
    return undefined;
  });
  return usages;
}

function withProcess(sum: Usage | undefined, { pid, cpuSeconds }: ProcessStat, at: number): Usage {
  return {
    at,
    cpuSeconds: (sum?.cpuSeconds ?? 0) + cpuSeconds,
    memoryBytes: (sum?.memoryBytes ?? 0) + memoryIn(textOf(pid, 'status')),
    pids: (sum?.pids ?? 0) + 1,
  };
}

/** The server for which this gateway has started a process. */
function serverOfMark(pid: number): string | undefined {
  const variables = textOf(pid, 'environ').split('\0');
  if (!variables.includes(`${OWNER_VARIABLE}=${OWNER}`)) return undefined;
  const mark = `${SERVER_VARIABLE}=`;
  return variables.findLast((it) => it.startsWith(mark))?.slice(mark.length);
}

async function inTurns<T, R>(items: readonly T[], read: (item: T) => R | undefined): Promise<R[]> {
  const results: R[] = [];
  for (const [index, item] of items.entries()) {
    if (index % PER_TURN === PER_TURN - 1) await new Promise((resolve) => setImmediate(resolve));
    const result = read(item);
    if (result !== undefined) results.push(result);
  }
  return results;
}

function listPids(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Boolean);
  } catch {
    return [];
  }
}

/** Empty for a process that has ended, or that belongs to somebody else. */
function textOf(pid: number, file: 'stat' | 'status' | 'environ'): string {
  try {
    return readFileBytes(`/proc/${pid}/${file}`, { maxBytes: MAX_PROC_BYTES }).toString('utf8');
  } catch {
    return '';
  }
}
