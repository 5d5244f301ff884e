/** The named volumes that come with an added server, and go with it if nothing was there before. */
import { volumesOf } from '../compile/compile.ts';
import type { Engine } from '../model/engine.ts';
import type { Stack } from '../model/stack.ts';

export type VolumeEngine = Pick<Engine, 'volumes' | 'removeVolume'>;

/** Volumes, by their names on the engine, that this server alone uses. */
export function ownVolumes(stack: Stack, serverName: string): readonly string[] {
  const of = (isOwn: boolean): readonly string[] =>
    volumesOf({ ...stack, servers: stack.servers.filter((it) => (it.serverName === serverName) === isOwn) });
  const shared = new Set(of(false));
  return of(true)
    .filter((name) => !shared.has(name))
    .map((name) => `${stack.name}_${name}`);
}

/** Those of the volumes that do not exist yet. @throws GatewayError ENGINE_… */
export async function missingVolumes(
  engine: VolumeEngine | undefined,
  stack: Stack,
  serverName: string,
): Promise<readonly string[]> {
  const own = ownVolumes(stack, serverName);
  if (!engine || own.length === 0) return [];
  const there = new Set((await engine.volumes(stack.name)).map(({ volumeName }) => volumeName));
  return own.filter((name) => !there.has(name));
}

/** Removes volumes and their data. One that another container uses stays. */
export async function removeVolumes(
  engine: VolumeEngine | undefined,
  volumeNames: readonly string[],
): Promise<readonly string[]> {
  if (!engine) return [];
  const removed: string[] = [];
  for (const name of volumeNames) if (await engine.removeVolume(name)) removed.push(name);
  return removed;
}
