/** Finds what a chaos run left behind. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { pidsOf } from '../helpers/processes.ts';

const GOING_MS = 90_000;

export async function extraContainers(stackName: string, wanted: number): Promise<string[]> {
  const count = () => ask('ps', '-aq', '--filter', `label=mcp.stack=${stackName}`);
  let ids = await count();
  // Replaced containers are removed after their drain time.
  for (const until = Date.now() + GOING_MS; ids.length !== wanted && Date.now() < until; ids = await count())
    await delay(500);
  return ids.length === wanted ? [] : [`${ids.length} containers instead of ${wanted} before down`];
}

/** Everything left of a stack after `down`: containers, networks, volumes, processes, sockets and FIFOs. */
export async function findLeftovers(stackName: string, folder: string, marker: string): Promise<string[]> {
  const [containers, networks, volumes] = [
    await ask('ps', '-aq', '--filter', `label=mcp.stack=${stackName}`),
    await ask('network', 'ls', '-q', '--filter', `label=com.docker.compose.project=${stackName}`),
    await ask('volume', 'ls', '-q', '--filter', `label=com.docker.compose.project=${stackName}`),
  ];
  const files = readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name)));
  const special = files.filter((path) => {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat?.isSocket() || stat?.isFIFO();
  });
  return [
    ...containers.map((id) => `container ${id}`),
    ...networks.map((id) => `network ${id}`),
    ...volumes.map((id) => `volume ${id}`),
    ...pidsOf(marker).map((pid) => `process ${pid}`),
    ...special.map((path) => `file ${path}`),
  ];
}

async function ask(...args: string[]): Promise<string[]> {
  const { stdout } = await execa('docker', args);
  return stdout.split('\n').filter(Boolean);
}
