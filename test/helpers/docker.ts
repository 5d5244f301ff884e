/** Questions to the docker command. */
import { execa } from 'execa';

/** Lines printed by a docker command. */
export async function dockerLines(...args: string[]): Promise<string[]> {
  const { stdout } = await execa('docker', args, { stdin: 'ignore' });
  return stdout.split('\n').filter(Boolean);
}

/** Changes with every start of a container. */
export async function startedAt(containerId: string): Promise<string> {
  const [at = ''] = await dockerLines('inspect', '-f', '{{.State.StartedAt}} {{.State.Pid}}', containerId);
  return at;
}
