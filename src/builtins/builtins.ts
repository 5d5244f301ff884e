/** Built-in servers: maps each `use` to its operations. Loads them at the first use. */
import type { BuiltinServer } from '../model/desired.ts';
import type { ServeBuiltin } from '../model/in-process.ts';
import type { Operation, OperationRunner } from '../model/operation.ts';
import type { ServerIdentity } from '../tools/handshake.ts';
import type { ManagerBuiltinDeps } from './manager.ts';
import type { RegistryBuiltinDeps } from './registry.ts';

export interface Builtins {
  /** The server behind an `in-process` link. */
  readonly serve: ServeBuiltin;
  /** All operations for commands: those of `use: gateway`, and of each `use` that the file declares. */
  operations(): Promise<OperationRunner>;
}

export interface BuiltinDeps extends ManagerBuiltinDeps, Omit<RegistryBuiltinDeps, 'control'> {
  readonly control: () => ReturnType<ManagerBuiltinDeps['control']> &
    ReturnType<RegistryBuiltinDeps['control']>;
  /** The built-in servers that are declared now. */
  readonly declared: () => readonly BuiltinServer[];
}

type Use = BuiltinServer['use'];
type EntryOf<U extends Use> = Extract<BuiltinServer, { readonly use: U }>;

/** One `use`. */
interface Part<U extends Use> {
  readonly identity: ServerIdentity;
  /** What clients of the entry's server may run. */
  tools(entry: EntryOf<U>): readonly Operation[];
  /** What commands may run. @param entry the first of this `use` that is declared, read anew at each run */
  commands(entry: () => EntryOf<U> | undefined): readonly Operation[];
}

type Parts = { readonly [U in Use]: () => Promise<Part<U>> };

export function createBuiltins(deps: BuiltinDeps): Builtins {
  const parts: Parts = {
    gateway: lazy(async () => {
      const { createAllOperations, createGatewayOperations, IDENTITY } = await import('./gateway.ts');
      const commands = () => createAllOperations(deps);
      return { identity: IDENTITY, tools: () => createGatewayOperations(deps), commands };
    }),
    registry: lazy(async () => {
      const { createRegistry, IDENTITY } = await import('./registry.ts');
      const { operations, commands } = createRegistry(deps);
      const ofDeclared: Part<'registry'>['commands'] = (entry) => {
        const own = entry();
        return own ? commands(own) : [];
      };
      return { identity: IDENTITY, tools: operations, commands: ofDeclared };
    }),
    manager: lazy(async () => {
      const { createManagerOperations, IDENTITY } = await import('./manager.ts');
      const tools: Part<'manager'>['tools'] = (entry) => createManagerOperations(deps, () => entry);
      const commands: Part<'manager'>['commands'] = (entry) => createManagerOperations(deps, entry);
      return { identity: IDENTITY, tools, commands };
    }),
  };
  const commandsOf = async <U extends Use>(use: U): Promise<readonly Operation[]> => {
    const isOf = (entry: BuiltinServer): entry is EntryOf<U> => entry.use === use;
    return (await parts[use]()).commands(() => deps.declared().find(isOf));
  };
  const commands = remembered(async (uses: string) => {
    const { createRunner } = await import('../tools/runner.ts');
    const groups = await Promise.all((uses.split(' ') as Use[]).map(commandsOf));
    return createRunner(groups.flat());
  });
  return {
    serve: (server) => serve(parts, server),
    operations: () => {
      const declared = deps.declared().map(({ use }) => use);
      return commands([...new Set<Use>(['gateway', ...declared])].join(' '));
    },
  };
}

async function serve<U extends Use>(parts: Parts, server: EntryOf<U> & BuiltinServer) {
  const use: U = server.use;
  const [{ identity, tools }, { createRunner }, { createToolServer }] = await Promise.all([
    parts[use](),
    import('../tools/runner.ts'),
    import('../tools/tool-server.ts'),
  ]);
  return createToolServer(identity, createRunner(tools(server)));
}

function lazy<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** Keeps what the last key made. */
function remembered<T>(make: (key: string) => Promise<T>): (key: string) => Promise<T> {
  let last: { readonly key: string; readonly made: Promise<T> } | undefined;
  return (key) => {
    if (last?.key !== key) last = { key, made: make(key) };
    return last.made;
  };
}
