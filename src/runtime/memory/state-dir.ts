import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';

/** Hive's own files for one stack: nothing here is the user's, all of it may be deleted while no gateway runs. */
export interface StateDir {
  readonly path: string;
  /** Unix socket that the commands talk to; whoever listens on it is the stack's one gateway. */
  readonly socket: string;
  readonly log: string;
  /** Compose override with what is only known at run time. */
  readonly override: string;
  /** Folders of the containers' FIFOs. */
  readonly pipes: string;
  /** What was found out about pipe links. */
  readonly pipeRecord: string;
  /** Which protocol era each server was found to be of. */
  readonly eras: string;
  /** What servers offered when they last ran. */
  readonly lists: string;
  readonly valuesKey: Buffer;
}

/**
 * `$HIVE_STATE_DIR` or `$XDG_STATE_HOME/hive` or `~/.local/state/hive`, then a folder for each config file, readable by
 * the user alone. Made when absent.
 */
export function openStateDir(configFile: string, env: NodeJS.ProcessEnv = process.env): StateDir {
  const path = stateDirOf(configFile, env);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return {
    path,
    socket: join(path, 'control.sock'),
    log: join(path, 'gateway.log'),
    override: join(path, 'override.yml'),
    pipes: join(path, 'pipes'),
    pipeRecord: join(path, 'pipes.json'),
    eras: join(path, 'eras.json'),
    lists: join(path, 'lists'),
    valuesKey: readOrMakeKey(join(path, 'values.key')),
  };
}

function stateDirOf(configFile: string, env: NodeJS.ProcessEnv): string {
  const root = env.HIVE_STATE_DIR ?? join(env.XDG_STATE_HOME ?? join(homedir(), '.local/state'), 'hive');
  const id = createHash('sha256').update(configFile).digest('hex').slice(0, 8);
  return join(root, `${basename(configFile).replace(/\.[^.]*$/, '')}-${id}`);
}

/** The key makes the digests of secret values worthless to anyone who reads container labels. */
function readOrMakeKey(path: string): Buffer {
  try {
    writeFileSync(path, randomBytes(32), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readFileSync(path);
}
