/** Faults of the gateway itself, and of the engine. */
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { World } from '../world.ts';
import { anyServer, type Fault } from './fault.ts';

const hasEngine = ({ engine }: World): boolean => engine !== undefined;
const builds = ({ where }: World): boolean => where === 'machine';

export const GATEWAY_FAULTS: readonly Fault[] = [
  { name: 'kill -9 the gateway', storm: 3, kills: true, run: (world) => replace(world, 'SIGKILL') },
  {
    name: 'kill -9 the gateway, and start two',
    storm: 2,
    kills: true,
    run: (world) => replace(world, 'SIGKILL', 2),
  },
  { name: 'kill -9 the gateway in a reload', storm: 3, kills: true, run: killInReload },
  { name: 'kill -9 the gateway in a build', storm: 2, kills: true, fits: builds, run: killInBuild },
  {
    name: 'stop the gateway and start it again',
    storm: 2,
    kills: true,
    run: (world) => replace(world, 'SIGTERM'),
  },
  { name: 'start another gateway', gentle: 2, run: startAnother },
  { name: 'hive restart', storm: 5, kills: true, run: restart },
  { name: 'kill -9 the engine', storm: 12, kills: true, fits: hasEngine, run: killEngine },
  { name: 'freeze the engine', storm: 5, fits: hasEngine, run: freezeEngine },
];

async function replace(world: World, signal: NodeJS.Signals, count = 1): Promise<void> {
  await world.measure();
  await delay(world.random.between(200, 1_500));
  await world.replaceGateway(signal, count);
}

async function killInReload(world: World): Promise<void> {
  await world.measure();
  world.edit(anyServer(world), 'some');
  await delay(world.random.between(0, 1_500));
  await world.replaceGateway('SIGKILL');
}

async function killInBuild(world: World): Promise<void> {
  await world.measure();
  world.editDockerfile();
  await delay(world.random.between(300, 3_000));
  await world.replaceGateway('SIGKILL');
}

/** A second gateway must end by itself, and leave the first alone. */
async function startAnother({ stack }: World): Promise<void> {
  const child = stack.start('up');
  const timer = setTimeout(() => child.kill('SIGKILL'), 60_000);
  const [, signal] = await once(child, 'exit');
  clearTimeout(timer);
  if (signal) throw new Error('a second gateway did not end by itself');
}

async function restart(world: World): Promise<void> {
  await world.gateway.control.restart(anyServer(world));
}

async function killEngine(world: World): Promise<void> {
  await world.engine?.kill();
  await delay(world.random.between(100, 5_000));
  await world.engine?.start();
}

async function freezeEngine(world: World): Promise<void> {
  world.engine?.freeze();
  await delay(world.random.between(300, 15_000));
  world.engine?.thaw();
}
