/** `use: registry`: its operations, and its identity as an MCP server. */
import { join } from 'node:path';
import { SHIPPED } from '../catalogue/folder.ts';
import { Library } from '../catalogue/library.ts';
import { processFiles } from '../files/process-files.ts';
import type { AddedServers } from '../model/added/added.ts';
import type { CallServer } from '../model/calls.ts';
import type { Clock } from '../model/clock.ts';
import type { Operation } from '../model/operation.ts';
import type { OwnEntry, RegistrySource } from '../operations/registry/facts/source.ts';
import { Flights } from '../operations/registry/flights.ts';
import { registryCommands, registryOperations } from '../operations/registry/registry.ts';
import { hostPathProblem } from '../policy/host-paths.ts';
import { dropOthers, keepByContent } from '../store/by-content.ts';
import { type GatewayBuiltinDeps, sourceOf } from './gateway.ts';
import { hostPathRules, type OwnPlaces, withoutLinks } from './host-paths.ts';

export interface RegistryBuiltinDeps extends GatewayBuiltinDeps, OwnPlaces {
  readonly control: () => ReturnType<GatewayBuiltinDeps['control']> & { readonly added: AddedServers };
  readonly clock: Clock;
  /** Calls of clients, through all layers. */
  readonly call: CallServer;
}

export const IDENTITY = {
  name: 'hive-registry',
  title: 'MCP registry',
  instructions: [
    'Tools that find MCP servers in a catalogue, add them to this gateway, and remove them.',
    'If you lack a tool, search with registry_search, add the server with registry_add,',
    'and call its tools directly, or with registry_exec if your list of tools does not show them.',
    'Secrets are never arguments: ask the user to type `hive secret set NAME`.',
  ].join(' '),
} as const;

export interface Registry {
  operations(own: OwnEntry): readonly Operation[];
  commands(own: OwnEntry): readonly Operation[];
}

export function createRegistry(deps: RegistryBuiltinDeps): Registry {
  const source = registrySource(deps);
  const flights = new Flights();
  return {
    operations: (own) => registryOperations(source, own, flights),
    commands: (own) => registryCommands(source, own, flights),
  };
}

function registrySource(deps: RegistryBuiltinDeps): RegistrySource {
  const { control, clock, call, stateFolder } = deps;
  const library = new Library(SHIPPED, processFiles);
  const built = join(stateFolder, 'built');
  return {
    ...sourceOf(deps),
    library: {
      open: () => library.open(),
      async refresh() {
        library.forget();
        const { entries } = await library.open();
        return [{ source: 'shipped', entries: entries.length, added: 0, removed: 0, unreadable: [] }];
      },
    },
    get added() {
      return control().added;
    },
    call,
    clock,
    keepDockerfile: (serverName, text) => keepByContent(built, serverName, 'Dockerfile', text),
    dropDockerfiles: (kept) => dropOthers(built, kept),
    hostPathProblem: (path, allowed) =>
      path.startsWith(`${built}/`) ? undefined : problemOf(deps, path, allowed),
  };
}

function problemOf(places: OwnPlaces, path: string, allowed: readonly string[]): string | undefined {
  if (!path.startsWith('/')) return 'is no absolute path';
  const real = withoutLinks(path);
  if (real === undefined) return 'does not exist on this machine';
  return hostPathProblem(real, hostPathRules(places, allowed));
}
