/** The stacks of this user: the state folders that Hive has made, whatever their config files are now. */
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { configFileOf, stateRoot } from '../../../runtime/memory/state-dir.ts';

export interface KnownStack {
  /** The state folder. */
  readonly folder: string;
  /** The config file; undefined if the folder does not say. */
  readonly file: string | undefined;
}

/** Ends of the names of state folders. */
const DIGEST = /-[0-9a-f]{8}$/;

/**
 * A config file of this folder that is not there any more, while its gateway has its socket; undefined for
 * none.
 * @param folder absolute
 */
export function servedWithoutFile(folder: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const gone = knownStacks(env).find(
    (it) =>
      it.file !== undefined &&
      dirname(it.file) === folder &&
      !existsSync(it.file) &&
      existsSync(join(it.folder, 'control.sock')),
  );
  return gone?.file;
}

/** Folders and files of others below the root are left out, and so are links. */
export function knownStacks(env: NodeJS.ProcessEnv = process.env): KnownStack[] {
  const root = stateRoot(env);
  if (!existsSync(root)) return [];
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && DIGEST.test(entry.name))
    .map(({ name }) => join(root, name))
    .map((folder) => ({ folder, file: configFileOf(folder, env) }));
}
