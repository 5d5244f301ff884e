/** The folder in which Hive keeps its own files of one stack. */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { GatewayError } from '../../errors.ts';
import { homeFolder, NO_HOME } from '../../files/home.ts';
import { makeFolder } from '../../files/make-folder.ts';
import { readFileText } from '../../files/read-file.ts';
import { namedPipe } from '../../model/text/engine-host.ts';
import { writeNew } from '../../store/write-whole.ts';
import { requireOwnFolder } from './state-owner.ts';
import { ValuesKey } from './values-key.ts';

/** Name of the file in which `hive up` leaves what `hive down` needs. */
export const STACK_RECORD = 'stack.json';

/** Name of the file that says to which config file a state folder belongs. */
const ORIGIN = 'config-file';
/** Linux's longest path. */
const MAX_PATH_BYTES = 4096;

/** Paths of the state. All of it may be deleted while no gateway runs. */
export interface StateDir {
  readonly path: string;
  /**
   * Unix socket for the commands, or on Windows a named pipe. The process that listens on it is the stack's
   * one gateway.
   */
  readonly socket: string;
  readonly log: string;
  /** Folder of the files that Compose is given: for each run, what it needs and no more. */
  readonly compose: string;
  /** Folders of the containers' FIFOs. */
  readonly pipes: string;
  /** Engines and images that cannot be linked by pipe. */
  readonly pipeRecord: string;
  /** Protocol eras of servers. */
  readonly eras: string;
  /** Folder of the inventories of servers' last runs. */
  readonly lists: string;
  /** Stack names under which containers were made. */
  readonly made: string;
  /** Commands such as `docker run` that have run containers for native servers. */
  readonly runs: string;
  /** Servers that `hive stop` has stopped. */
  readonly stopped: string;
  /** Containers that were made, for the proof of who made them. */
  readonly containers: string;
  /**
   * Key of the digests in container labels: of secret values, and of the maker. Without it nobody can write
   * them, and they say nothing to a reader. Read, or made, at the first use, since commands that only talk to
   * a gateway need none.
   * @throws GatewayError STATE_FAILED
   */
  readonly valuesKey: Buffer;
  /** Writes a key for which there was no room. @throws the file system's error */
  saveKey(): void;
}

/**
 * Opens a folder for this config file, below `$HIVE_STATE_DIR`, `$XDG_STATE_HOME/hive` or
 * `~/.local/state/hive`. It is readable by the user alone, and made if it does not exist.
 * @throws GatewayError STATE_FAILED
 */
export function openStateDir(configFile: string, env: NodeJS.ProcessEnv = process.env): StateDir {
  const path = stateDirOf(configFile, env);
  makePrivateFolder(path);
  noteOrigin(path, configFile);
  return pathsIn(path, new ValuesKey(join(path, 'values.key')));
}

/**
 * The folder for commands that only look: it is not made if the stack was never up. A key is then only in
 * memory.
 * @throws GatewayError STATE_FAILED
 */
export function peekStateDir(configFile: string, env: NodeJS.ProcessEnv = process.env): StateDir {
  const path = stateDirOf(configFile, env);
  if (!existsSync(path)) return pathsIn(path, { bytes: randomBytes(32), save: () => {} });
  requireOwnFolder(path);
  return pathsIn(path, new ValuesKey(join(path, 'values.key')));
}

function pathsIn(path: string, key: Pick<ValuesKey, 'bytes' | 'save'>): StateDir {
  return {
    path,
    socket: controlAddress(path),
    log: join(path, 'gateway.log'),
    compose: join(path, 'compose'),
    pipes: join(path, 'pipes'),
    pipeRecord: join(path, 'pipes.json'),
    eras: join(path, 'eras.json'),
    lists: join(path, 'lists'),
    made: join(path, 'made.json'),
    runs: join(path, 'runs.json'),
    stopped: join(path, 'stopped.json'),
    containers: join(path, 'containers.json'),
    get valuesKey() {
      try {
        return key.bytes;
      } catch (cause) {
        throw stateError(join(path, 'values.key'), cause);
      }
    },
    saveKey: () => key.save(),
  };
}

/** Windows has no sockets in folders: there the pipe's name is a digest of the folder's. */
export function controlAddress(folder: string, platform: NodeJS.Platform = process.platform): string {
  if (platform !== 'win32') return join(folder, 'control.sock');
  return namedPipe(`hive-${createHash('sha256').update(folder).digest('hex').slice(0, 32)}`);
}

/** The folder that holds a state folder for each config file. */
export function stateRoot(env: NodeJS.ProcessEnv = process.env): string {
  return env.HIVE_STATE_DIR ?? join(env.XDG_STATE_HOME ?? join(homeFolder(), '.local/state'), 'hive');
}

/** The config file of a state folder; undefined if it does not say, or names one of another folder. */
export function configFileOf(folder: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  try {
    const file = readFileText(join(folder, ORIGIN), { maxBytes: MAX_PATH_BYTES, followLinks: false });
    return stateDirOf(file, env) === folder ? file : undefined;
  } catch {
    return undefined;
  }
}

/** A full disk leaves the folder without it, which only `hive uninstall` notices. */
function noteOrigin(folder: string, configFile: string): void {
  try {
    writeNew(join(folder, ORIGIN), configFile);
  } catch {
    // It is there already.
  }
}

/** Path of the state folder of a config file; it may not exist. */
export function stateDirOf(configFile: string, env: NodeJS.ProcessEnv = process.env): string {
  const id = createHash('sha256').update(configFile).digest('hex').slice(0, 8);
  return join(stateRoot(env), `${basename(configFile).replace(/\.[^.]*$/, '')}-${id}`);
}

/** Other users must neither read the folder nor own it. */
function makePrivateFolder(path: string): void {
  try {
    makeFolder(path, 0o700);
  } catch (cause) {
    throw stateError(path, cause);
  }
  requireOwnFolder(path);
}

/** The error for a path in the state folder that cannot be used. */
export function stateError(path: string, cause: unknown): GatewayError {
  return new GatewayError('STATE_FAILED', `${path} cannot be used: ${(cause as Error).message}`, {
    hint: path.startsWith(NO_HOME)
      ? 'this user has no home: name a folder for the state in HIVE_STATE_DIR'
      : `make room in ${dirname(path)}, let this user write there, or move away what stands in its place`,
    cause,
  });
}
