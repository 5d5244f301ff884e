/** Compiles a container server to a Compose service. */

import { defined } from '../model/collections/defined.ts';
import type { ComposeService, ServiceKeys } from '../model/compiled.ts';
import type { Build, ContainerServer } from '../model/desired.ts';
import { encodeLabels } from '../model/labels.ts';
import { escapeForCompose } from '../model/references.ts';
import type { Stack } from '../model/stack.ts';
import { mergeDeep } from './merge-deep.ts';
import { pathFrom, plainPathFrom } from './paths.ts';

/** The reference of a server's image. An image that Hive builds is named after its content. */
export function imageOf(stack: Stack, server: ContainerServer): string {
  if (server.build === undefined) return server.image ?? '';
  return `hive/${repositoryPart(`${stack.name}-${server.serverName}`)}:${server.build.digest.slice(0, 12)}`;
}

/**
 * Makes text valid in an image name: lower case, and one separator at a time, except `__` and any number of
 * `-`.
 */
function repositoryPart(text: string): string {
  return text
    .toLowerCase()
    .replace(/_{3,}|[_-]*-_[_-]*|[_-]*_-[_-]*/g, '-')
    .replace(/[_-]+$/, '');
}

/**
 * Compiles every key except the labels, which need the hash of the rest. Raw `compose` keys are merged last.
 */
export function compileService(stack: Stack, server: ContainerServer): ComposeService {
  const own = escapeAll({
    ...imageKeys(stack, server),
    ...processKeys(server),
    ...environmentKeys(server),
    ...fileKeys(stack, server),
    ...networkKeys(server),
    ...limitKeys(server),
    logging: logging(server),
  });
  return mergeDeep(withoutEmpty(own), escapeAll(server.compose));
}

function imageKeys(stack: Stack, server: ContainerServer): ServiceKeys {
  const common = { image: imageOf(stack, server), platform: server.platform };
  if (server.build === undefined) return { ...common, pull_policy: server.pull };
  // `never` still builds a missing image, and keeps Compose from asking a registry for a name that only Hive
  // uses.
  return {
    ...common,
    build: buildKeys(stack, server.build),
    pull_policy: 'never',
  };
}

function buildKeys({ composeFile }: Stack, build: Build): ServiceKeys['build'] {
  const { context, dockerfile, isRemote, args, target } = build;
  const rest = defined({ args, target });
  if (isRemote) return { context, dockerfile, ...rest };
  const path = pathFrom(`${context}/_`, dockerfile).replace(/^\.\//, '').replaceAll('$', '$$$$');
  return { context: plainPathFrom(composeFile, context), dockerfile: path, ...rest };
}

function processKeys(server: ContainerServer): ServiceKeys {
  return {
    init: true,
    stdin_open: server.transport === 'stdio' ? true : undefined,
    entrypoint: server.entrypoint,
    command: server.command,
    working_dir: server.workdir,
    user: server.user,
    runtime: server.runtime,
    healthcheck: server.healthcheck,
    restart: server.restart,
    stop_grace_period: durationText(server.stopGrace),
  };
}

function environmentKeys(server: ContainerServer): ServiceKeys {
  return {
    environment: server.env,
    secrets: Object.keys(server.secrets)
      .sort()
      .map((target) => ({ source: secretKey(server, target), target })),
  };
}

/** The key of a server's secret among the secrets of the stack. */
export function secretKey(server: ContainerServer, name: string): string {
  return `${server.serverName}_${name}`;
}

function fileKeys(stack: Stack, server: ContainerServer): ServiceKeys {
  return {
    env_file: server.envFile.map((file) => plainPathFrom(stack.composeFile, file)),
    volumes: server.volumes,
    read_only: server.readOnly ? true : undefined,
    tmpfs: server.tmpfs,
  };
}

function networkKeys(server: ContainerServer): ServiceKeys {
  // On the host's network the server listens on the host itself: no port needs publishing.
  const published =
    server.transport === 'http' && server.network !== 'host' ? [`127.0.0.1::${server.port}`] : [];
  const ports = [...published, ...server.ports];
  if (server.network === 'none' || server.network === 'host') return { network_mode: server.network, ports };
  return { networks: [networkKey(server)], ports };
}

/** The key of the network that a server joins: its own, unless it names one to share. */
export function networkKey(server: ContainerServer): string {
  return server.network === 'isolated' ? `isolated-${server.serverName}` : server.network;
}

function limitKeys(server: ContainerServer): ServiceKeys {
  return {
    cap_drop: ['ALL'],
    cap_add: server.capAdd,
    security_opt: ['no-new-privileges:true'],
    cpus: server.cpus,
    mem_limit: server.memory,
    pids_limit: server.pids,
  };
}

/**
 * The stdout of a stdio server is protocol and holds results of calls: the engine must not write it to disk.
 */
function logging(server: ContainerServer): ServiceKeys['logging'] {
  if (server.transport === 'stdio') return { driver: 'none' };
  return { driver: 'local', options: { 'max-size': '10m', 'max-file': '2' } };
}

/** Labels by which a gateway finds the container and knows what runs in it. */
export function labelsOf(stack: Stack, server: ContainerServer, hash: string): Record<string, string> {
  const { serverName, transport, view } = server;
  const isHttp = transport === 'http' && server.port !== undefined;
  return encodeLabels(
    defined({
      serverName,
      type: transport,
      port: isHttp ? server.port : undefined,
      path: isHttp ? server.path : undefined,
      prefix: view.prefix === serverName ? undefined : view.prefix,
      hash,
      stack: stack.name,
    }),
  );
}

function durationText(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}

function escapeAll<T>(value: T): T {
  if (typeof value === 'string') return escapeForCompose(value) as T;
  if (Array.isArray(value)) return value.map(escapeAll) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, escapeAll(inner)])) as T;
}

function withoutEmpty(service: ComposeService): ComposeService {
  return Object.fromEntries(Object.entries(service).filter(([, value]) => !isEmpty(value)));
}

function isEmpty(value: unknown): boolean {
  return (
    value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0)
  );
}
