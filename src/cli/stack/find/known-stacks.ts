/** The stacks of this user: the state folders that Hive has made, whatever their config files are now. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { configFileOf, stateRoot } from '../../../runtime/memory/state-dir.ts';

export interface KnownStack {
  /** The state folder. */
  readonly folder: string;
  /** The config file; undefined if the folder does not say. */
  readonly file: string | undefined;
}

/** Ends of the names of state folders. */
const DIGEST = /-[0-9a-f]{8}$/;

/** Folders and files of others below the root are left out, and so are links. */
export function knownStacks(env: NodeJS.ProcessEnv = process.env): KnownStack[] {
  const root = stateRoot(env);
  if (!existsSync(root)) return [];
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && DIGEST.test(entry.name))
    .map(({ name }) => join(root, name))
    .map((folder) => ({ folder, file: configFileOf(folder, env) }));
}
