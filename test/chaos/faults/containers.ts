/** Faults of containers, their networks and their disks. */
import { setTimeout as delay } from 'node:timers/promises';
import type { World } from '../world.ts';
import { docker, type Fault } from './fault.ts';
import { thaw } from './thaw.ts';

const hasBoxes = ({ boxes }: World): boolean => boxes.length > 0;
const hasNetworks = ({ where }: World): boolean => where === 'machine';

const kills = (name: string, storm: number, ...args: string[]): Fault => ({
  name,
  storm,
  kills: true,
  fits: hasBoxes,
  run: (world) => onBox(world, (id) => docker(...args, id)),
});

export const CONTAINER_FAULTS: readonly Fault[] = [
  kills('docker kill', 12, 'kill'),
  kills('docker stop', 4, 'stop', '-t', '1'),
  kills('docker rm -f', 6, 'rm', '-f'),
  kills('docker restart', 4, 'restart', '-t', '1'),
  { name: 'docker pause', storm: 6, fits: hasBoxes, run: freeze },
  { name: 'docker network disconnect', storm: 5, fits: hasNetworks, run: disconnect },
  { name: 'fill the scratch space of a container', gentle: 2, fits: hasBoxes, run: fillScratch },
];

async function onBox(
  world: World,
  run: (containerId: string) => Promise<{ exitCode?: number | undefined }>,
): Promise<boolean> {
  const ids = [...(await world.stack.containers()).values()];
  return ids.length > 0 && (await run(world.random.pick(ids))).exitCode === 0;
}

function freeze(world: World): Promise<boolean> {
  return onBox(world, async (id) => {
    await docker('pause', id);
    await delay(world.random.between(300, 4_000));
    const undone = await docker('unpause', id);
    // An engine that pauses a container while an exec starts deadlocks: it waits for a process that it has frozen.
    if (undone.exitCode !== 0) thaw(id);
    return undone;
  });
}

/** Disconnects a container from its network for a while. */
async function disconnect(world: World): Promise<boolean> {
  const id = (await world.stack.containers()).get('web');
  if (!id) return false;
  const format = '{{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}';
  const { stdout } = await docker('inspect', '-f', format, id);
  const network = stdout.trim().split(' ')[0];
  if (!network) return false;
  await docker('network', 'disconnect', '-f', network, id);
  await delay(world.random.between(500, 6_000));
  await docker('network', 'connect', network, id);
  return true;
}

async function fillScratch(world: World): Promise<boolean> {
  const script = 'cat /dev/zero > /scratch/full; rm /scratch/full';
  return onBox(world, (id) => docker('exec', '-u', '0', id, 'sh', '-c', script));
}
