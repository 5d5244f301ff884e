/** Versions of an engine's tools, for people. */
import { systemClock } from './clock.ts';
import { createDockerEngine, type EngineAddress } from './engines/docker/docker-engine.ts';
import { pluginVersion } from './setup/find-tools.ts';

export interface ToolVersions {
  readonly compose: string | undefined;
  readonly buildx: string | undefined;
}

/** Runs Compose and Buildx, which takes a tenth of a second; undefined for a tool that cannot be run. */
export async function toolVersions(address: EngineAddress): Promise<ToolVersions> {
  const { composer } = createDockerEngine(address, systemClock);
  const [compose, buildx] = await Promise.all([composer.version(), pluginVersion('buildx', process.env)]);
  return { compose, buildx };
}
