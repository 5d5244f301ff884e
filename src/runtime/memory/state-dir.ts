/** The folder in which Hive keeps its own files of one stack. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';

/** Paths of the state. All of it may be deleted while no gateway runs. */
export interface StateDir {
  readonly path: string;
  /** Unix socket for the commands. The process that listens on it is the stack's one gateway. */
  readonly socket: string;
  readonly log: string;
  /** Compose override file: labels and mounts that are known only at run time. */
  readonly override: string;
  /** Folders of the containers' FIFOs. */
  readonly pipes: string;
  /** Engines and images that cannot be linked by pipe. */
  readonly pipeRecord: string;
  /** Protocol eras of servers. */
  readonly eras: string;
  /** Folder of the inventories of servers' last runs. */
  readonly lists: string;
  /** Key of the digests of secret values: without it they say nothing to a reader of container labels. */
  readonly valuesKey: Buffer;
}

/**
 * Opens a folder for this config file, below `$HIVE_STATE_DIR`, `$XDG_STATE_HOME/hive` or
 * `~/.local/state/hive`. It is readable by the user alone, and made if it does not exist.
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

function readOrMakeKey(path: string): Buffer {
  try {
    writeFileSync(path, randomBytes(32), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readFileSync(path);
}
