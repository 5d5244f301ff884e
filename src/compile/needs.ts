/** Restricts a stack to some of its containers. */
import type { ContainerServer } from '../model/desired.ts';
import type { Stack } from '../model/stack.ts';

/** Raw Compose keys that may name other services. */
const NAMING_KEYS = ['depends_on', 'links', 'volumes_from', 'ipc', 'pid', 'extends'] as const;

/** The stack with the named servers, and those that their raw Compose keys name, and so on. */
export function compiledWith(stack: Stack, services: readonly string[]): Stack {
  const containers = new Map(
    stack.servers.flatMap((server) => (server.type === 'container' ? [[server.serverName, server]] : [])),
  );
  const needed = new Set<string>();
  const add = (name: string): void => {
    const server = containers.get(name);
    if (!server || needed.has(name)) return;
    needed.add(name);
    for (const other of namedIn(server)) add(other);
  };
  for (const service of services) add(service);
  return { ...stack, servers: stack.servers.filter(({ serverName }) => needed.has(serverName)) };
}

function namedIn({ compose }: ContainerServer): string[] {
  return NAMING_KEYS.flatMap((key) => textsOf(compose[key])).flatMap((text) => text.split(':'));
}

/** `depends_on` has names as a list or as keys, `extends` as a text or below `service`. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.filter((item) => typeof item === 'string');
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (typeof inner === 'string' ? [key, inner] : [key]));
}
