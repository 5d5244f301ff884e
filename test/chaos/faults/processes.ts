/** Faults of processes: native servers, and a server that Hive does not run. */
import { setTimeout as delay } from 'node:timers/promises';
import type { World } from '../world.ts';
import type { Fault } from './fault.ts';

export const PROCESS_FAULTS: readonly Fault[] = [
  { name: 'kill -9 a native server', storm: 12, kills: true, run: kill },
  { name: 'freeze a native server', storm: 6, run: freeze },
  { name: 'kill a remote server, and start it again', storm: 4, kills: true, run: killFar },
];

async function anyPid({ random, natives, gateway }: World): Promise<number | undefined> {
  const name = random.pick(natives);
  const { servers } = await gateway.control.status();
  return servers.find(({ serverName }) => serverName === name)?.pid;
}

async function kill(world: World): Promise<boolean> {
  const pid = await anyPid(world);
  return pid !== undefined && sendSignal(pid, 'SIGKILL');
}

async function freeze(world: World): Promise<void> {
  const pid = await anyPid(world);
  if (pid === undefined || !sendSignal(pid, 'SIGSTOP')) return;
  await delay(world.random.between(300, 4_000));
  sendSignal(pid, 'SIGCONT');
}

function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    // The process ended first.
    return false;
  }
}

async function killFar({ far, random }: World): Promise<void> {
  await far.kill();
  await delay(random.between(0, 2_000));
  await far.begin();
}
