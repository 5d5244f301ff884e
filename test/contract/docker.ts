/** Containers on the real engine for the contract suites and the tests of links. */
import { fileURLToPath } from 'node:url';
import type Docker from 'dockerode';
import { systemClock } from '../../src/clock.ts';
import { engineClient } from '../../src/engines/docker/client.ts';
import { createDockerEngine } from '../../src/engines/docker/docker-engine.ts';
import { findEngine } from '../../src/setup/find-engine.ts';

const found = await findEngine();
if (found.kind !== 'ready') throw new Error(`no engine: ${JSON.stringify(found.gaps)}`);

/** The engine that Hive would use: this machine's, or the one that DOCKER_HOST or a context names. */
export const address = found.engine;

/** That engine, through the port. */
export const engine = createDockerEngine(address, systemClock);

/** The same engine, for what the port does not offer. */
export const docker = engineClient(address.url, address.tls);

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
