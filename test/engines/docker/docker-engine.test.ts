/** Holds Docker to the engine contract. */
import { address, docker, engine, makeContainer } from '../../contract/docker.ts';
import { type EngineKind, engineContract } from '../../contract/engine.ts';
import { PROGRAMS } from '../../contract/engine-programs.ts';

const RUN = process.env.HIVE_TEST_RUN ?? '';
const IMAGE = `hive-contract-${RUN}${process.pid}:1`;

/** Compose's own names for a network of a project. */
const composeLabels = (project: string, name: string): Record<string, string> => ({
  'com.docker.compose.project': project,
  'com.docker.compose.network': name,
});

const fullName = (project: string, name: string): string => `${project}_${name}_${RUN}`;
const ofProject = (project: string): { label: string[] } => ({
  label: [`com.docker.compose.project=${project}`],
});

const create: EngineKind['create'] = async ({ program, label, env = {}, ...options }) => {
  const { network = 'none', volume } = options;
  const { containerId } = await makeContainer(PROGRAMS[program].command, {
    Image: IMAGE,
    Labels: { [label]: 'yes' },
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    OpenStdin: options.hasStdin ?? true,
    StdinOnce: options.stdinOnce ?? false,
    Tty: options.hasTerminal ?? false,
    ...(options.stopGraceSeconds === undefined ? {} : { StopTimeout: options.stopGraceSeconds }),
    HostConfig: {
      NetworkMode: network === 'none' ? 'none' : fullName(label, network),
      Binds: volume === undefined ? [] : [`${fullName(label, volume)}:/data`],
    },
  });
  return containerId;
};

const STARTS_ANYTHING = {
  'a command that the container lacks fails to start':
    'Docker 26 and Podman start it, and report exit code 126 or 127 (newer engines refuse it)',
};

const DEVIATIONS: Readonly<Record<typeof address.flavour, EngineKind['deviations']>> = {
  docker: STARTS_ANYTHING,
  podman: {
    ...STARTS_ANYTHING,
    'a closed connection leaves the process running for the next one':
      'Podman ends the input of a container with the connection that gave it',
  },
};

engineContract({
  name: address.flavour,
  engine,
  image: IMAGE,
  create,
  async begin() {
    const { containerId, remove } = await makeContainer(['node']);
    const [repo, tag] = IMAGE.split(':');
    await docker.getContainer(containerId).commit({ repo, tag });
    await remove();
  },
  end: async () => void (await engine.removeImage(IMAGE)),
  async addNetwork(project, name) {
    const Labels = composeLabels(project, name);
    await docker.createNetwork({ Name: fullName(project, name), Labels, Internal: true });
  },
  async networks(project) {
    const networks = await docker.listNetworks({ filters: ofProject(project) });
    return networks.map(({ Labels }) => Labels?.['com.docker.compose.network'] ?? '');
  },
  volumeName: fullName,
  deviations: DEVIATIONS[address.flavour],
});
