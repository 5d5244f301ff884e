/** Containers on the real engine for the contract suites and the tests of links. */
import { fileURLToPath } from 'node:url';
import Docker from 'dockerode';
import { systemClock } from '../../src/clock.ts';
import { createDockerEngine } from '../../src/engines/docker/docker-engine.ts';

const url = process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock';

/** The engine of this machine, through the port. */
export const engine = createDockerEngine({ url, env: { DOCKER_HOST: url } }, systemClock);

/** The same engine, for what the port does not offer. */
export const docker = new Docker();

const SERVERS = fileURLToPath(new URL('../servers', import.meta.url));
const LABEL = 'hive.test.links';

/** A container of a test's own. */
export interface MadeContainer {
  readonly containerId: string;
  /** Pids of the Node processes in the container, as seen from this machine. */
  readonly pids: () => Promise<readonly number[]>;
  readonly remove: () => Promise<void>;
}

/** Creates a container without starting it, with the test servers at /servers. */
export async function makeContainer(
  command: readonly string[],
  options: Docker.ContainerCreateOptions = {},
): Promise<MadeContainer> {
  const container = await docker.createContainer({
    Image: 'node:24-slim',
    Cmd: [...command],
    OpenStdin: true,
    ...options,
    Labels: { [LABEL]: `${process.env.HIVE_TEST_RUN ?? ''} ${process.pid}`, ...options.Labels },
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
