import { readEnvironment } from '../config/environment.ts';
import { loadStack } from '../config/load.ts';
import { engineClient } from '../runtime/engine/connect-engine.ts';
import {
  listContainers,
  removeContainer,
  removeNetworks,
  removeVolumes,
} from '../runtime/engine/containers.ts';
import { findEngine } from '../runtime/setup/find-engine.ts';
import { openStateDir } from '../runtime/state-dir.ts';
import { connectControl } from './control-client.ts';
import { type ConfigOption, stackFile } from './stack-file.ts';

/** Removes exactly what `up` made: the gateway, the stack's containers and networks; volumes only when asked. */
export async function down(options: ConfigOption & { readonly volumes?: boolean }): Promise<void> {
  const file = stackFile(options);
  const state = openStateDir(file);
  const stack = await loadStack(file, await readEnvironment(file, process.env));
  const control = await connectControl(state.socket);
  if (control) {
    await control.stop();
    await control.close();
    process.stdout.write('gateway stopped\n');
  }
  const removed = await removeStack(stack.name, options.volumes ?? false);
  if (!control && removed === 0) process.stdout.write('nothing was running\n');
}

async function removeStack(stackName: string, volumes: boolean): Promise<number> {
  const found = await findEngine();
  if (found.kind !== 'ready') return 0;
  const docker = engineClient(found.engine.url);
  const { containers } = await listContainers(docker);
  const own = containers.filter((container) => container.labels.stack === stackName);
  await Promise.all(own.map((container) => removeContainer(docker, container.containerId)));
  for (const { containerName } of own) process.stdout.write(`removed ${containerName}\n`);
  await removeNetworks(docker, stackName);
  if (volumes) await removeVolumes(docker, stackName);
  return own.length;
}
