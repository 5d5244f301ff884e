/** Translates what the Engine API says of containers and images into the facts of the port. */
import type Docker from 'dockerode';
import type { ContainerFacts, ContainerSummary, ImageFacts } from '../../model/engine.ts';
import type { ContainerState } from '../../model/observed.ts';

/** One container of a listing, which lacks more on Podman. */
export type Listed = Omit<Docker.ContainerInfo, 'HostConfig' | 'Labels' | 'Mounts' | 'Ports'> & {
  readonly [K in 'HostConfig' | 'Labels' | 'Mounts' | 'Ports']?: Docker.ContainerInfo[K] | null;
};

export function containerSummary(info: Listed): ContainerSummary {
  const networks = Object.entries(info.NetworkSettings?.Networks ?? {});
  return {
    containerId: info.Id,
    containerName: plainName(info.Names[0] ?? info.Id),
    labels: info.Labels ?? {},
    image: familiarName(info.Image),
    imageId: info.ImageID,
    state: info.State as ContainerState,
    statusText: info.Status,
    createdAt: info.Created * 1000,
    mounts: (info.Mounts ?? []).map(({ Source, Destination }) => ({ source: Source, target: Destination })),
    ports: (info.Ports ?? [])
      .filter(({ PublicPort }) => PublicPort)
      .map(({ PrivatePort, PublicPort, IP }) => ({
        containerPort: PrivatePort,
        hostPort: PublicPort,
        hostIp: IP ?? '',
      })),
    networkMode: info.HostConfig?.NetworkMode ?? networks[0]?.[0] ?? '',
    networks: networks.map(([networkName, { NetworkID }]) => ({
      networkId: NetworkID,
      networkName,
    })),
    addresses: networks.flatMap(([, { IPAddress }]) => IPAddress || []),
  };
}

export function containerFacts(info: Docker.ContainerInspectInfo): ContainerFacts {
  const { State, Config, HostConfig, NetworkSettings } = info;
  return {
    containerName: plainName(info.Name),
    imageId: info.Image,
    isRunning: State.Running,
    isRestarting: State.Restarting,
    exitCode: State.ExitCode,
    isOomKilled: State.OOMKilled,
    error: State.Error,
    hasStdin: Config.OpenStdin,
    hasTerminal: Config.Tty,
    env: Config.Env ?? [],
    networkMode: HostConfig.NetworkMode ?? '',
    networks: Object.keys(NetworkSettings.Networks),
  };
}

export function imageFacts({ Id, Config, RepoTags }: Docker.ImageInspectInfo): ImageFacts {
  return {
    imageId: Id,
    labels: Config.Labels ?? {},
    tags: (RepoTags ?? []).map(familiarName),
    entrypoint: words(Config.Entrypoint),
    command: words(Config.Cmd),
  };
}

/** The API gives one word as a string, several as a list, none as null. */
function words(value: string | readonly string[] | null | undefined): readonly string[] {
  return typeof value === 'string' ? [value] : (value ?? []);
}

/** The API puts a slash before names. */
const plainName = (name: string): string => name.replace(/^\//, '');

/** Podman names images with their registry: `docker.io/library/node:24-slim` is `node:24-slim` to Docker. */
const familiarName = (reference: string): string => reference.replace(/^docker\.io\/(library\/)?/, '');
