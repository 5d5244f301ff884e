import { fileURLToPath } from 'node:url';
import Docker from 'dockerode';

export const docker = new Docker();

const SERVERS = fileURLToPath(new URL('../servers', import.meta.url));
const LABEL = 'hive.test.links';

export interface Made {
  readonly containerId: string;
  readonly pids: () => Promise<readonly number[]>;
  readonly remove: () => Promise<void>;
}

/** A container made, not started, with the test servers at /servers. */
export async function makeContainer(
  command: readonly string[],
  options: Docker.ContainerCreateOptions = {},
): Promise<Made> {
  const container = await docker.createContainer({
    Image: 'node:24-slim',
    Cmd: [...command],
    OpenStdin: true,
    Labels: { [LABEL]: `${process.env.HIVE_TEST_RUN ?? ''} ${process.pid}` },
    ...options,
    HostConfig: {
      Binds: [`${SERVERS}:/servers:ro`],
      LogConfig: { Type: 'none', Config: {} },
      Init: true,
      NetworkMode: 'none',
      ...options.HostConfig,
    },
  });
  return {
    containerId: container.id,
    pids: async () => {
      const { State } = await container.inspect();
      if (!State.Running) return [];
      const { Processes } = await container.top({ ps_args: '-eo pid,args' });
      return (Processes as string[][])
        .filter(([, args]) => args?.includes('node '))
        .map(([pid]) => Number(pid));
    },
    remove: () => container.remove({ force: true }),
  };
}
