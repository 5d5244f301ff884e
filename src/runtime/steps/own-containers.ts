import type Docker from 'dockerode';
import {
  listContainers,
  removeContainer,
  restartContainer,
  stopContainer,
} from '../../engines/docker/containers.ts';
import type { Made } from '../containers/make-container.ts';
import type { Instance } from '../instances/instance.ts';
import { removeFifos } from '../links/container/fifos.ts';

/** Our own containers stop, and the next look starts them; somebody else's would stay stopped, so it is restarted. */
export async function halt(docker: Docker, { unit }: Instance, containerId: string): Promise<void> {
  if (unit.server.type === 'discovered') await restartContainer(docker, containerId);
  else await stopContainer(docker, containerId);
}

/** A container and its FIFOs. */
export async function removeWithPipe(docker: Docker, { containerId, pipe }: Made): Promise<void> {
  await removeContainer(docker, containerId);
  if (pipe !== undefined) await removeFifos(pipe);
}

const STOPPABLE: ReadonlySet<string> = new Set(['running', 'paused', 'restarting']);

/** Stops all of the stack's containers. One that the engine cannot stop must not keep the gateway from ending. */
export async function stopOwn(docker: Docker, stackName: string): Promise<void> {
  const { containers } = await listContainers(docker).catch(() => ({ containers: [] }));
  const own = containers.filter((it) => it.labels.stack === stackName && STOPPABLE.has(it.state));
  await Promise.allSettled(own.map((it) => stopContainer(docker, it.containerId)));
}
