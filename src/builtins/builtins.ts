/** Built-in servers: maps each `use` to its operations. Loads them at the first use. */
import type { BuiltinServer } from '../model/desired.ts';
import type { ServeBuiltin, ServeInProcess } from '../model/in-process.ts';
import type { OperationRunner } from '../model/operation.ts';
import type { GatewayBuiltinDeps } from './gateway.ts';

export interface Builtins {
  /** The server behind an `in-process` link. */
  readonly serve: ServeBuiltin;
  /** All operations, whether or not the config has an entry for them. */
  operations(): Promise<OperationRunner>;
}

export function createBuiltins(deps: GatewayBuiltinDeps): Builtins {
  const gateway = lazy(async () => {
    const [
      { createAllOperations, createGatewayOperations, IDENTITY },
      { createRunner },
      { createToolServer },
    ] = await Promise.all([
      import('./gateway.ts'),
      import('../tools/runner.ts'),
      import('../tools/tool-server.ts'),
    ]);
    const runner = createRunner(createAllOperations(deps));
    return { runner, serve: createToolServer(IDENTITY, createRunner(createGatewayOperations(deps))) };
  });
  const byUse: Record<BuiltinServer['use'], () => Promise<{ readonly serve: ServeInProcess }>> = { gateway };
  return {
    serve: async ({ use }) => (await byUse[use]()).serve,
    operations: async () => (await gateway()).runner,
  };
}

function lazy<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
