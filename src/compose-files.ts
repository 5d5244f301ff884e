/**
 * Writes the compiled file of a stack, and the files that Hive gives to Compose: the part of it that a run
 * needs, and its run-time override.
 */
import { basename, dirname, extname, join } from 'node:path';
import { compile, volumesOf } from './compile/compile.ts';
import { compiledWith } from './compile/needs.ts';
import { compiledIsOurs, isCompiledFrom, sourceOf } from './compile/yaml.ts';
import type { Desired } from './desired.ts';
import { GatewayError } from './errors.ts';
import type { FileReader } from './files/file-reader.ts';
import { isThere } from './files/is-there.ts';
import { makeFolder } from './files/make-folder.ts';
import { processFiles } from './files/process-files.ts';
import type { ComposeProject } from './model/composer.ts';
import { COMPILED_NAME, type Stack } from './model/stack.ts';
import { readComposeFile, removeComposeFile, writeComposeFile } from './runtime/containers/compose-file.ts';
import type { Override } from './runtime/containers/override.ts';
import { type StateDir, stateError } from './runtime/memory/state-dir.ts';
import { composeValues } from './runtime/memory/values.ts';
import { writeWhole } from './store/write-whole.ts';

/**
 * Writes the compiled file where the stack wants it, if its text differs.
 *
 * @throws GatewayError CONFIG_INVALID if a file that Hive did not write is there, or the compiled file of
 * another config, or the place cannot be read or written
 */
export async function writeCompiledFile(
  { file, composeFile }: Pick<Stack, 'file' | 'composeFile'>,
  yaml: string,
  files: FileReader = processFiles,
): Promise<void> {
  const before = await readComposeFile(composeFile, files);
  const other = await otherSource(file, composeFile, before, files);
  if (other !== undefined) throw sharedError(file, composeFile, other);
  writeComposeFile(composeFile, yaml, before, compiledIsOurs);
}

/** True if the compiled file has this text. @throws GatewayError CONFIG_INVALID if it cannot be read */
export async function hasCompiledFile(path: string, yaml: string): Promise<boolean> {
  return (await readComposeFile(path, processFiles)) === yaml;
}

/**
 * Writes the compiled file of `desired`. A stack without containers gets none, but one from before is
 * updated.
 *
 * @throws GatewayError CONFIG_INVALID as above
 */
export async function keepCompiledFile({ stack, compiled }: Desired, files: FileReader): Promise<void> {
  const { file, composeFile } = stack;
  const hasContainers = containersOf(stack).length > 0;
  const before = await readComposeFile(composeFile, files);
  const other = await otherSource(file, composeFile, before, files);
  if (other !== undefined && hasContainers) throw sharedError(file, composeFile, other);
  const isOurs = before !== undefined && other === undefined && compiledIsOurs(before);
  if (hasContainers || isOurs) writeComposeFile(composeFile, compiled.yaml, before, compiledIsOurs);
}

/** The other config that the compiled file was written for, if that config is still there. */
async function otherSource(
  file: string,
  composeFile: string,
  before: string | undefined,
  files: FileReader,
): Promise<string | undefined> {
  const source = before === undefined ? undefined : sourceOf(before, composeFile);
  if (source === undefined || source === file) return undefined;
  return (await isThere(source, files)) ? source : undefined;
}

function sharedError(file: string, composeFile: string, other: string): GatewayError {
  return new GatewayError('CONFIG_INVALID', `${composeFile} is the compiled file of ${other}`, {
    hint: `give ${basename(file)} a compiled file of its own: \`composeFile: ${ownCompiledName(file)}\``,
  });
}

/** A name for the compiled file that the stacks beside this one do not use. */
export function ownCompiledName(file: string): string {
  return `docker-compose.${basename(file, extname(file))}.yml`;
}

/**
 * What writing the compiled file would refuse: it is that of another config. Undefined for a stack without
 * containers, which needs none. Never rejects.
 */
export async function sharedFault({
  file,
  composeFile,
  servers,
}: Pick<Stack, 'file' | 'composeFile' | 'servers'>): Promise<GatewayError | undefined> {
  if (containersOf({ servers }).length === 0) return undefined;
  const other = await compiledOfOther(file, composeFile);
  return other === undefined ? undefined : sharedError(file, composeFile, other);
}

/** The other config whose compiled file is at this path. Never rejects. */
export async function compiledOfOther(file: string, composeFile: string): Promise<string | undefined> {
  const before = await readComposeFile(composeFile, processFiles).catch(() => undefined);
  return otherSource(file, composeFile, before, processFiles).catch(() => undefined);
}

/**
 * Removes the compiled files that Hive has written for this config at other paths: where it was before, and
 * at the default path. A file that somebody has changed stays. Never rejects.
 */
export async function removeOldCompiledFiles(
  { file, composeFile }: Stack,
  before: string | undefined,
  files: FileReader,
): Promise<void> {
  const places = new Set([before, join(dirname(file), COMPILED_NAME)]);
  for (const path of places)
    if (path !== undefined && path !== composeFile)
      await removeComposeFile(path, (text) => isCompiledFrom(text, path, file), files);
}

/** Tells the override its servers. */
export function declareContainers({ stack, compiled }: Desired, override: Override): void {
  const units = new Map(compiled.units.map((unit) => [unit.server.serverName, unit]));
  override.declare(
    containersOf(stack).map((server) => {
      const { hash = '', values } = units.get(server.serverName) ?? {};
      return { server, hash, values };
    }),
  );
}

const containersOf = ({ servers }: Pick<Stack, 'servers'>) =>
  servers.filter((server) => server.type === 'container');

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
  // Runs for several services take turns; those for one service may read each other's files.
  const base = join(state.compose, services.length === 1 ? `one-${one}` : 'several');
  const files = [`${base}.yml`, `${base}.override.yml`, `${base}.env`] as const;
  try {
    makeFolder(state.compose, 0o700);
    writeWhole(files[0], compile(needed).yaml);
    writeWhole(files[1], override.render(names));
    // All values come by the environment. The `.env` beside the compiled file is for people.
    writeWhole(files[2], '');
  } catch (cause) {
    throw stateError(base, cause);
  }
  return {
    name: stack.name,
    volumes: volumesOf(needed),
    compiled: stack.composeFile,
    directory: dirname(stack.composeFile),
    files: [files[0], files[1]],
    environmentFile: files[2],
    values: composeValues(stack.servers, values),
  };
}
