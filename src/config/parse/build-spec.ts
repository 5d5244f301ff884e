/** What an entry says about the build of its image: in `build`, `dockerfile` or `compose.build`. */
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { defined } from '../../model/collections/defined.ts';
import { isRecord } from '../../model/collections/is-record.ts';
import type { Build } from '../../model/desired.ts';
import { COMPILED_NAME } from '../../model/stack.ts';
import { isRemoteContext } from '../foreign/remote-context.ts';
import type { KeyPath } from '../source/source.ts';
import type { EntryOf, Input } from './parse.ts';

export interface BuildSpec extends Omit<Build, 'digest'> {
  /** The key that names the Dockerfile, or the context. */
  readonly keyPath: KeyPath;
}

const DOCKERFILE = 'Dockerfile';

/** Path of the compiled file, for the settings of this config file. */
export const composePath = (file: string, { settings }: Pick<Input, 'settings'>): string =>
  resolve(dirname(file), settings.composeFile ?? COMPILED_NAME);

/** Folder of the compiled file, for the settings of this config file. */
export const composeFolder = (file: string, input: Pick<Input, 'settings'>): string =>
  dirname(composePath(file, input));

/**
 * Undefined for an entry whose image is not built.
 * @param composeFolder folder of the Compose file, where paths in raw Compose keys begin
 */
export function buildSpec(entry: EntryOf<'container'>, composeFolder: string): BuildSpec | undefined {
  const own = ownSpec(entry, entry.source.folder);
  const raw = rawBuild(entry);
  return raw?.context === undefined ? own : specOf(composeFolder, ['compose', 'build'], { ...raw }, own);
}

function ownSpec({ input }: EntryOf<'container'>, folder: string): BuildSpec | undefined {
  const { build, dockerfile } = input;
  if (build !== undefined)
    return specOf(folder, ['build'], typeof build === 'string' ? { context: build } : build);
  if (dockerfile === undefined) return undefined;
  const keyPath = ['dockerfile'];
  if (isRemoteContext(dockerfile))
    return { context: dockerfile, dockerfile: DOCKERFILE, isRemote: true, keyPath };
  const path = resolve(folder, dockerfile);
  return { context: dirname(path), dockerfile: path, keyPath };
}

interface Written {
  readonly context?: string | undefined;
  readonly dockerfile?: string | undefined;
  readonly args?: Readonly<Record<string, unknown>> | undefined;
  readonly target?: string | undefined;
}

/** @param under the entry's own keys, which raw ones are merged over */
function specOf(folder: string, keyPath: KeyPath, written: Written, under?: BuildSpec): BuildSpec {
  const { context = '.', args, target } = written;
  const rest = defined({ args: args && textsOf(args), target, keyPath });
  if (isRemoteContext(context))
    return { context, dockerfile: written.dockerfile ?? DOCKERFILE, isRemote: true, ...rest };
  const path = resolve(folder, context);
  const beside = under && !under.isRemote ? relative(path, under.dockerfile) : DOCKERFILE;
  const dockerfile = written.dockerfile ?? beside;
  return { context: path, dockerfile: isAbsolute(dockerfile) ? dockerfile : join(path, dockerfile), ...rest };
}

const textsOf = (args: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(Object.entries(args).map(([name, value]) => [name, String(value)]));

/** The context and the Dockerfile among the raw keys. Compose merges the others over those of the entry. */
function rawBuild({ input }: EntryOf<'container'>): Written | undefined {
  const build = input.compose?.build;
  if (typeof build === 'string') return { context: build };
  if (!isRecord(build) || typeof build.context !== 'string') return undefined;
  const { context, dockerfile } = build;
  return typeof dockerfile === 'string' ? { context, dockerfile } : { context };
}
