/** The end of containers: of single ones, and of all that the stack has. */
import type { Unit } from '../../model/compiled.ts';
import type { Engine } from '../../model/engine.ts';
import type { ObservedContainer } from '../../model/observed.ts';
import { createFromImage } from '../containers/image-labels.ts';
import type { CreatedContainer } from '../containers/make-container.ts';
import { observeContainers, type Proof } from '../containers/observed-containers.ts';
import { removeFifos } from '../links/container/fifos.ts';

/**
 * Stops the stack's own container, which the next reload starts. A foreign container is restarted: it would
 * stay stopped.
 */
export async function halt(engine: Engine, { server }: Unit, containerId: string): Promise<void> {
  if (server.type === 'discovered') await engine.restart(containerId);
  else await engine.stop(containerId);
}

/** Removes a container and its FIFOs. */
export async function removeWithPipe(engine: Engine, { containerId, pipe }: CreatedContainer): Promise<void> {
  await engine.remove(containerId);
  if (pipe !== undefined) await removeFifos(pipe);
}

const STOPPABLE: ReadonlySet<string> = new Set(['running', 'paused', 'restarting']);

/**
 * Stops all of the stack's containers. Never rejects: a container that cannot be stopped must not keep the
 * gateway from ending.
 */
export async function stopOwn(engine: Engine, owner: Proof['owner']): Promise<void> {
  const proof = { fromImage: createFromImage(engine), owner };
  const { containers } = await observeContainers(engine, proof).catch(() => ({ containers: [] }));
  const isOwn = ({ maker }: ObservedContainer): boolean => maker === 'this-gateway' || maker === 'this-file';
  const own = containers.filter((it) => isOwn(it) && STOPPABLE.has(it.state));
  await Promise.allSettled(own.map((it) => engine.stop(it.containerId)));
}
