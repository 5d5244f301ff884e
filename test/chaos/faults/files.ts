/** Faults of files: edits, good and bad, and a full disk. */
import { writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { World } from '../world.ts';
import { anyServer, type Fault } from './fault.ts';

export const FILE_FAULTS: readonly Fault[] = [
  { name: 'edit an entry', gentle: 12, storm: 6, run: async (world) => world.edit(anyServer(world), 'some') },
  {
    name: 'edit a Dockerfile',
    gentle: 2,
    storm: 2,
    fits: ({ where }) => where === 'machine',
    run: async (world) => world.editDockerfile(),
  },
  { name: 'save a broken file', gentle: 3, run: breakFile },
  { name: 'take an entry out and put it back', storm: 3, run: dropAndRestore },
  {
    name: 'fill the disk under the state of Hive, and edit',
    storm: 3,
    fits: ({ disk }) => disk !== undefined,
    run: fillState,
  },
];

async function breakFile(world: World): Promise<void> {
  writeFileSync(world.stack.file, 'servers:\n  - "half a\n');
  await delay(world.random.between(100, 1_500));
  world.restore();
}

async function dropAndRestore(world: World): Promise<void> {
  world.edit(anyServer(world), 'drop');
  await delay(world.random.between(100, 3_000));
  world.restore();
}

async function fillState(world: World): Promise<void> {
  world.disk?.fill();
  world.edit(anyServer(world), 'some');
  await delay(world.random.between(300, 2_000));
  world.disk?.free();
  world.restore();
}
