import { dirname, relative, sep } from 'node:path';
import type { Compiled, ComposeDocument, ComposeService, Unit } from '../model/compiled.ts';
import type { ContainerServer, Stack } from '../model/desired.ts';
import { containerHash, fieldHashes, plainHash, stableHash } from './hash.ts';
import { plainPathFrom } from './paths.ts';
import { compileService, imageOf, labelsOf, mergeDeep, networkKey, secretKey } from './service.ts';
import { renderCompose } from './yaml.ts';

export { compiledIsOurs } from './yaml.ts';

/** A stack as the text of its Compose file, and a unit for each of its servers. Pure: same stack, same bytes. */
export function compile(stack: Stack): Compiled {
  const services: Record<string, ComposeService> = {};
  const units = stack.servers.map((server): Unit => {
    const common = { server, fieldHashes: fieldHashes(server), viewHash: stableHash(server.view) };
    if (server.type !== 'container') return { ...common, hash: plainHash(server) };
    const service = compileService(stack, server);
    const hash = containerHash(server, service);
    services[server.serverName] = mergeDeep(service, {
      labels: labelsOf(stack, server, hash),
    }) as ComposeService;
    return { ...common, hash, image: imageOf(stack, server) };
  });
  const from = relative(dirname(stack.composeFile), stack.file).split(sep).join('/');
  return { yaml: renderCompose(compileDocument(stack, services), from), units };
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

/** Volumes that compose has to know at top level: those with a name, in either syntax. */
function namedVolumes(service: ComposeService): string[] {
  const mounts = Array.isArray(service.volumes) ? (service.volumes as unknown[]) : [];
  return mounts.flatMap((mount) => {
    if (typeof mount === 'string') return /^[A-Za-z0-9][A-Za-z0-9_.-]*(?=:)/.exec(mount)?.[0] ?? [];
    const { type, source } = mount as { type?: unknown; source?: unknown };
    return type === 'volume' && typeof source === 'string' ? source : [];
  });
}

function secretEntries(stack: Stack, server: ContainerServer): [string, unknown][] {
  return Object.entries(server.secrets).map(([name, secret]) => [
    secretKey(server, name),
    'file' in secret ? { file: plainPathFrom(stack.composeFile, secret.file) } : secret,
  ]);
}
