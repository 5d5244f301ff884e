/** Differences of Podman's Docker-compatible API, mended where they are met. */
import { setTimeout as delay } from 'node:timers/promises';
import type Docker from 'dockerode';
import { GatewayError } from '../../errors.ts';
import type { Listed } from './facts.ts';
import { answered } from './refusals.ts';

/** Podman's listings lack mounts and the kind of network, which its inspections have. */
export async function completed(docker: Docker, info: Listed): Promise<Listed> {
  if (info.HostConfig) return info;
  const found = await answered(docker.getContainer(info.Id).inspect(), 404);
  if (!found) return info;
  const { HostConfig, Mounts } = found;
  const NetworkMode = HostConfig.NetworkMode ?? '';
  return { ...info, Mounts: Mounts as NonNullable<Listed['Mounts']>, HostConfig: { NetworkMode } };
}

/** Podman knows no `local`, and keeps one file. */
export const PODMAN_LOGGING = { driver: 'k8s-file', options: { 'max-size': '10m' } } as const;

const TRIES = 10;
const PAUSE_MS = 100;

/** Stops, restarts or removes a container. For a moment Podman refuses to kill a process that has ended. */
export async function onceEnded(request: () => Promise<unknown>): Promise<unknown> {
  for (let tries = 1; ; tries++) {
    try {
      return await request();
    } catch (error) {
      const passes = /container state improper|cannot remove container .* as it is running/;
      if (tries === TRIES || !passes.test((error as Error).message)) throw error;
      await delay(PAUSE_MS);
    }
  }
}

/** By its id Podman would remove a network that containers use, so by its name, which is unique there. */
export async function removePodmanNetwork(docker: Docker, name: string): Promise<void> {
  await answered(docker.getNetwork(name).remove(), 404).catch((error: Error) => {
    if (!/network is being used|associated containers/.test(error.message)) throw error;
  });
}

/** The refusal to start a process in a container that does not run, in the words of Docker. */
export function execRefusal(containerId: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof GatewayError) || !/exec sessions on running/.test(error.message)) throw error;
    const message = `container ${containerId} is not running`;
    throw new GatewayError(error.code, message, { cause: error });
  };
}
