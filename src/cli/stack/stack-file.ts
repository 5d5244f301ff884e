/** Finds the config file that a command means. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { GatewayError } from '../../errors.ts';

/** Files of other clients in a project. */
const FOREIGN = ['.mcp.json', '.vscode/mcp.json', '.cursor/mcp.json'];

const DEFAULTS = ['hive.yaml', 'hive.yml', 'hive.json', 'stacks/default.yaml'];

export interface ConfigOption {
  /** `-c FILE`. */
  readonly config?: string;
}

/**
 * Absolute path of the config file: the one that was named, else the first of the default names in this
 * folder.
 *
 * @throws GatewayError CONFIG_NOT_FOUND if none was named and there is none
 */
export function stackFile({ config }: ConfigOption): string {
  if (config !== undefined) return resolve(config);
  const found = DEFAULTS.find((name) => existsSync(name));
  if (found) return resolve(found);
  const foreign = FOREIGN.find((name) => existsSync(name));
  throw new GatewayError('CONFIG_NOT_FOUND', `there is no ${DEFAULTS.join(', ')} in ${process.cwd()}`, {
    hint: foreign
      ? `take over ${foreign}: npx hive import ${foreign} --write hive.yaml`
      : 'name it with -c FILE, or take over what your clients have: npx hive import --scan --write hive.yaml',
  });
}

/** Stack files of this folder that commands no longer find by themselves once `file` is there. */
export function hiddenBy(file: string): string[] {
  const rank = DEFAULTS.findIndex((name) => resolve(name) === file);
  return rank < 0 ? [] : DEFAULTS.slice(rank + 1).filter((name) => existsSync(name));
}

/** The file that commands in hints must name with `-c`; undefined if they find it in this folder. */
export function fileInHints(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  const found = DEFAULTS.find((name) => existsSync(name));
  return found !== undefined && resolve(found) === resolve(file) ? undefined : file;
}
