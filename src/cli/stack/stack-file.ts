/** Finds the config file that a command means. */
import { existsSync, lstatSync, realpathSync, statSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { GatewayError } from '../../errors.ts';
import { homeFolder } from '../../files/home.ts';
import { shellWord } from '../../model/text/commands.ts';
import { type Above, type PathFacts, stackAbove } from './find/above.ts';
import { servedWithoutFile } from './find/known-stacks.ts';
import { STACK_NAMES } from './find/names.ts';

export interface ConfigOption {
  /** `-c FILE`. */
  readonly config?: string;
}

/**
 * Absolute path of the config file: the one that was named, else the first of the default names in this
 * folder. Of files in folders above, `fileAbove` has made a named one before the command runs.
 *
 * @throws GatewayError CONFIG_NOT_FOUND if none was named and there is none
 */
export function stackFile({ config }: ConfigOption): string {
  if (config !== undefined) return resolve(config);
  const found = fileHere();
  if (found !== undefined) return resolve(found);
  const gone = servedWithoutFile(process.cwd());
  if (gone !== undefined) throw fileIsGone(gone);
  const { foreign } = searchAbove();
  const [first] = foreign;
  const skipped = first === undefined ? '' : `; ${foreign.join(', ')}: of another user, so not used`;
  const name = first === undefined ? 'FILE' : shellWord(first);
  throw new GatewayError(
    'CONFIG_NOT_FOUND',
    `there is no ${STACK_NAMES.join(', ')} in ${process.cwd()} or above it${skipped}`,
    { hint: `make one: npx hive init; or name yours: -c ${name}` },
  );
}

/** A gateway goes on serving what it has read, under the path that it was started with. */
export function fileIsGone(file: string): GatewayError {
  const named = `-c ${shellWord(file)}`;
  return new GatewayError('CONFIG_NOT_FOUND', `a gateway serves ${file}, which is not there any more`, {
    hint: `put it back, or name it: npx hive ps ${named}, npx hive down ${named}`,
  });
}

/** The config file of this folder, as it is typed. */
export const fileHere = (): string | undefined => STACK_NAMES.find((name) => existsSync(name));

/** The config file of a folder above as it is typed here; undefined if this folder has one, or none has. */
export function fileAbove(): string | undefined {
  if (fileHere() !== undefined) return undefined;
  const { file } = searchAbove();
  return file === undefined ? undefined : relative(process.cwd(), file);
}

function searchAbove(): Above {
  return stackAbove(process.cwd(), {
    home: realHome(),
    uid: process.getuid?.(),
    lstat: (path) => factsOf(lstatSync, path),
    stat: (path) => factsOf(statSync, path),
  });
}

/** Undefined for a path that may not be looked at, too. */
function factsOf(read: typeof lstatSync | typeof statSync, path: string): PathFacts | undefined {
  try {
    return read(path);
  } catch {
    return undefined;
  }
}

/** Users of containers may have none. */
function realHome(): string | undefined {
  try {
    return realpathSync(homeFolder());
  } catch {
    return undefined;
  }
}

/** Stack files of this folder that commands no longer find by themselves once `file` is there. */
export function hiddenBy(file: string): string[] {
  const rank = STACK_NAMES.findIndex((name) => resolve(name) === file);
  return rank < 0 ? [] : STACK_NAMES.slice(rank + 1).filter((name) => existsSync(name));
}

/** The file that commands in hints must name with `-c`; undefined if they find it in this folder. */
export function fileInHints(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  const found = fileHere();
  return found !== undefined && resolve(found) === resolve(file) ? undefined : file;
}
