import { systemClock } from '../clock.ts';
import { readEnvironment } from '../config/environment.ts';
import { loadStack } from '../config/load.ts';
import { createDockerEngine } from '../engines/docker/docker-engine.ts';
import { type GatewayError, toGatewayError } from '../errors.ts';
import { observeContainers } from '../runtime/containers/observed-containers.ts';
import { sweepFifos } from '../runtime/containers/pipes.ts';
import { removeContainers } from '../runtime/containers/removal.ts';
import { openStateDir } from '../runtime/memory/state-dir.ts';
import { findEngine } from '../setup/find-engine.ts';
import { gapsError } from '../setup/gap-errors.ts';
import { readHost } from '../setup/host.ts';
import { connectControl } from './stack/control-client.ts';
import { type ConfigOption, stackFile } from './stack/stack-file.ts';
import { dropRecord, readRecord } from './stack/stack-record.ts';

/**
 * Removes exactly what `up` made: the gateway, the stack's containers and networks; volumes only when asked. What was up
 * is known from its record, so it also works when the config has been broken, renamed or removed since.
 *
 * @throws ConfigError when neither the record nor the config tells the stack's name; GatewayError when there may be
 * containers and the engine does not answer
 */
export async function down(options: ConfigOption & { readonly volumes?: boolean }): Promise<void> {
  const file = stackFile(options);
  const state = openStateDir(file);
  const record = readRecord(state);
  const configured = await configuredName(file);
  if (!record && typeof configured !== 'string') throw configured;
  const stopped = await stopGateway(state.socket);
  const names = new Set([record?.name, configured].filter((name) => typeof name === 'string'));
  const removed = await removeStacks(
    [...names],
    options.volumes ?? false,
    record?.hadEngine ?? false,
    state.pipes,
  );
  dropRecord(state);
  if (!stopped && removed === 0) process.stdout.write('nothing was running\n');
}

async function configuredName(file: string): Promise<string | GatewayError> {
  try {
    return (await loadStack(file, await readEnvironment(file, process.env))).name;
  } catch (error) {
    return toGatewayError(error);
  }
}

async function stopGateway(socket: string): Promise<boolean> {
  const control = await connectControl(socket);
  if (!control) return false;
  await control.stop();
  await control.close();
  process.stdout.write('gateway stopped\n');
  return true;
}

async function removeStacks(
  names: readonly string[],
  volumes: boolean,
  mayHaveContainers: boolean,
  pipes: string,
): Promise<number> {
  const found = await findEngine();
  if (found.kind !== 'ready') {
    if (mayHaveContainers) throw gapsError(found.gaps, await readHost());
    return 0;
  }
  const engine = createDockerEngine(found.engine, systemClock);
  const { containers } = await observeContainers(engine);
  const own = containers.filter(({ labels }) => labels.stack !== undefined && names.includes(labels.stack));
  const failures = await removeContainers(
    engine,
    own.map(({ containerId }) => containerId),
  );
  const removed = own.filter(({ containerId }) => !failures.has(containerId));
  const others = containers.filter((container) => !removed.includes(container));
  await sweepFifos(pipes, new Set(others.map(({ pipe }) => pipe)));
  for (const { containerName } of removed) process.stdout.write(`removed ${containerName}\n`);
  for (const name of names) {
    await engine.removeNetworks(name);
    if (volumes) await engine.removeVolumes(name);
  }
  // One that the engine cannot remove must not keep the others; it is told when all else is done.
  for (const failure of failures.values()) throw failure;
  return own.length;
}
