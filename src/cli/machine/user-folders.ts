/** Folders of this user in which Hive keeps things beside its state. */
import { join } from 'node:path';
import { homeFolder } from '../../files/home.ts';

/** Compiled code of an installed Hive: bin/installed.mjs has the same path. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return join(env.XDG_CACHE_HOME ?? join(homeFolder(), '.cache'), 'hive');
}

/** The unit that `hive service install` writes. */
export function unitPath(env: NodeJS.ProcessEnv = process.env): string {
  return join(env.XDG_CONFIG_HOME ?? join(homeFolder(), '.config'), 'systemd/user/hive.service');
}
