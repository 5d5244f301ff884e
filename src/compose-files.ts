/**
 * Writes the compiled file of a stack, and the files that Hive gives to Compose: the part of it that a run
 * needs, and its run-time override.
 */
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { compile } from './compile/compile.ts';
import { compiledWith } from './compile/needs.ts';
import { compiledIsOurs } from './compile/yaml.ts';
import type { Desired } from './desired.ts';
import type { ComposeProject } from './model/engine.ts';
import type { Stack } from './model/stack.ts';
import { hasOurs, writeComposeFile } from './runtime/containers/compose-file.ts';
import type { Override } from './runtime/containers/override.ts';
import { type StateDir, stateError } from './runtime/memory/state-dir.ts';
import { composeValues } from './runtime/memory/values.ts';
import { writeWhole } from './store/write-whole.ts';

/**
 * Writes the compiled file where the stack wants it, if its text differs.
 *
 * @throws GatewayError CONFIG_INVALID if a file that Hive did not write is there, or the place cannot be
 * written
 */
export function writeCompiledFile({ composeFile }: Pick<Stack, 'composeFile'>, yaml: string): void {
  writeComposeFile(composeFile, yaml, compiledIsOurs);
}

/** True if the compiled file has this text. @throws GatewayError CONFIG_INVALID if it cannot be read */
export function hasCompiledFile(path: string, yaml: string): boolean {
  return hasOurs(path, (text) => text === yaml);
}

/**
 * Writes the compiled file of `desired`, and tells the override its servers. A stack without containers gets
 * no compiled file, but one from before is updated.
 *
 * @throws GatewayError CONFIG_INVALID as above
 */
export function writeComposeFiles({ stack, compiled }: Desired, override: Override): void {
  const containers = stack.servers.filter((server) => server.type === 'container');
  if (containers.length === 0 && !hasOurs(stack.composeFile, compiledIsOurs)) return;
  const values = new Map(compiled.units.map((unit) => [unit.server.serverName, unit.values]));
  override.declare(containers.map((server) => ({ server, values: values.get(server.serverName) })));
  writeCompiledFile(stack, compiled.yaml);
}

/**
 * Writes what Compose needs for some services: an entry that Compose refuses, or a file that another entry
 * misses, must not stop the others.
 *
 * @throws GatewayError STATE_FAILED if the files cannot be written
 */
export function composeProject(
  { stack, values }: Pick<Desired, 'stack' | 'values'>,
  services: readonly string[],
  override: Pick<Override, 'render'>,
  state: Pick<StateDir, 'compose'>,
): ComposeProject {
  const needed = compiledWith(stack, services);
  const names = new Set(needed.servers.map(({ serverName }) => serverName));
  const [one = 'none'] = services;
  // Runs for several services take turns; those for one service read the same content.
  const base = join(state.compose, services.length === 1 ? `one-${one}` : 'several');
  const files = [`${base}.yml`, `${base}.override.yml`, `${base}.env`] as const;
  try {
    mkdirSync(state.compose, { recursive: true, mode: 0o700 });
    writeWhole(files[0], compile(needed).yaml);
    writeWhole(files[1], override.render(names));
    // All values come by the environment. The `.env` beside the compiled file is for people.
    writeWhole(files[2], '');
  } catch (cause) {
    throw stateError(base, cause);
  }
  return {
    name: stack.name,
    compiled: stack.composeFile,
    directory: dirname(stack.composeFile),
    files: [files[0], files[1]],
    environmentFile: files[2],
    values: composeValues(stack.servers, values),
  };
}
