import type { Engine } from '../../model/engine.ts';
import type { CreatedContainer } from '../containers/make-container.ts';
import { observeContainers } from '../containers/observed-containers.ts';
import type { Instance } from '../instances/instance.ts';
import { removeFifos } from '../links/container/fifos.ts';

/** Our own containers stop, and the next look starts them; somebody else's would stay stopped, so it is restarted. */
export async function halt(engine: Engine, { unit }: Instance, containerId: string): Promise<void> {
  if (unit.server.type === 'discovered') await engine.restart(containerId);
  else await engine.stop(containerId);
}

/** A container and its FIFOs. */
export async function removeWithPipe(engine: Engine, { containerId, pipe }: CreatedContainer): Promise<void> {
  await engine.remove(containerId);
  if (pipe !== undefined) await removeFifos(pipe);
}

const STOPPABLE: ReadonlySet<string> = new Set(['running', 'paused', 'restarting']);

/** Stops all of the stack's containers. One that the engine cannot stop must not keep the gateway from ending. */
export async function stopOwn(engine: Engine, stackName: string): Promise<void> {
  const { containers } = await observeContainers(engine).catch(() => ({ containers: [] }));
  const own = containers.filter((it) => it.labels.stack === stackName && STOPPABLE.has(it.state));
  await Promise.allSettled(own.map((it) => engine.stop(it.containerId)));
}
