/** Compiles a stack: the text of its Compose file, and the units that identify its servers. */
import { dirname, relative, sep } from 'node:path';
import { isRecord } from '../model/collections/is-record.ts';
import type { Compiled, ComposeDocument, ComposeService, Unit } from '../model/compiled.ts';
import type { ContainerServer } from '../model/desired.ts';
import { composeVariable } from '../model/secrets/secret-name.ts';
import type { Stack } from '../model/stack.ts';
import { containerHash, fieldHashes, plainHash, stableHash } from './hash.ts';
import { mergeDeep } from './merge-deep.ts';
import { plainPathFrom } from './paths.ts';
import { compileService, imageOf, labelsOf, networkKey, secretKey } from './service.ts';
import { renderCompose } from './yaml.ts';

export { compiledIsOurs } from './yaml.ts';

/** Compiles a stack. Pure: the same stack gives the same bytes. */
export function compile(stack: Stack): Compiled {
  const services: Record<string, ComposeService> = {};
  const units = stack.servers.map((server): Unit => {
    const common = { server, fieldHashes: fieldHashes(server), viewHash: stableHash(server.view) };
    if (server.type !== 'container') return { ...common, hash: plainHash(server) };
    const service = compileService(stack, server);
    const hash = containerHash(server, service);
    services[server.serverName] = mergeDeep(service, { labels: labelsOf(stack, server, hash) });
    return { ...common, hash, image: imageOf(stack, server) };
  });
  const from = relative(dirname(stack.composeFile), stack.file).split(sep).join('/');
  return { yaml: renderCompose(compileDocument(stack, services), from), units };
}

/** Names of the volumes that the stack's containers use; Compose puts the stack's name before them. */
export function volumesOf(stack: Stack): readonly string[] {
  const services = stack.servers.flatMap((server) =>
    server.type === 'container' ? [compileService(stack, server)] : [],
  );
  return [...new Set(services.flatMap(namedVolumes))].sort();
}

function compileDocument(stack: Stack, services: Readonly<Record<string, ComposeService>>): ComposeDocument {
  const containers = stack.servers.filter((server) => server.type === 'container');
  const networks = containers
    .filter((server) => 'networks' in (services[server.serverName] ?? {}))
    .map(networkKey);
  const volumes = Object.values(services).flatMap(namedVolumes);
  const secrets = containers.flatMap((server) => secretEntries(stack, server));
  return {
    name: stack.name,
    services,
    networks: Object.fromEntries(networks.map((key) => [key, {}])),
    volumes: Object.fromEntries(volumes.map((key) => [key, {}])),
    secrets: Object.fromEntries(secrets),
  };
}

/** Volumes that the document must declare at top level: the named ones, in short or long syntax. */
function namedVolumes(service: ComposeService): string[] {
  const mounts = Array.isArray(service.volumes) ? (service.volumes as unknown[]) : [];
  return mounts.flatMap((mount) => {
    if (typeof mount === 'string') return /^[A-Za-z0-9][A-Za-z0-9_.-]*(?=:)/.exec(mount)?.[0] ?? [];
    if (!isRecord(mount)) return [];
    return mount.type === 'volume' && typeof mount.source === 'string' ? mount.source : [];
  });
}

function secretEntries(
  stack: Stack,
  server: ContainerServer,
): [string, ComposeDocument['secrets'][string]][] {
  return Object.entries(server.secrets).map(([name, secret]) => [
    secretKey(server, name),
    'file' in secret
      ? { file: plainPathFrom(stack.composeFile, secret.file) }
      : { environment: composeVariable(secret.environment) },
  ]);
}
