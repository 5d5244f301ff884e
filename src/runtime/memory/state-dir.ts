/** The folder in which Hive keeps its own files of one stack. */
import { createHash, randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { GatewayError } from '../../errors.ts';
import { readFileBytes } from '../../files/read-file.ts';
import { writeWhole } from '../../store/write-whole.ts';

/** Paths of the state. All of it may be deleted while no gateway runs. */
export interface StateDir {
  readonly path: string;
  /** Unix socket for the commands. The process that listens on it is the stack's one gateway. */
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
  /**
   * Key of the digests of secret values: without it they say nothing to a reader of container labels. Read,
   * or made, at the first use, since commands that only talk to a gateway need none.
   * @throws GatewayError STATE_FAILED
   */
  readonly valuesKey: Buffer;
}

/**
 * Opens a folder for this config file, below `$HIVE_STATE_DIR`, `$XDG_STATE_HOME/hive` or
 * `~/.local/state/hive`. It is readable by the user alone, and made if it does not exist.
 * @throws GatewayError STATE_FAILED
 */
export function openStateDir(configFile: string, env: NodeJS.ProcessEnv = process.env): StateDir {
  const path = stateDirOf(configFile, env);
  makeFolder(path);
  let key: Buffer | undefined;
  return {
    path,
    socket: join(path, 'control.sock'),
    log: join(path, 'gateway.log'),
    compose: join(path, 'compose'),
    pipes: join(path, 'pipes'),
    pipeRecord: join(path, 'pipes.json'),
    eras: join(path, 'eras.json'),
    lists: join(path, 'lists'),
    get valuesKey() {
      key ??= readOrMakeKey(join(path, 'values.key'));
      return key;
    },
  };
}

function stateDirOf(configFile: string, env: NodeJS.ProcessEnv): string {
  const root = env.HIVE_STATE_DIR ?? join(env.XDG_STATE_HOME ?? join(homedir(), '.local/state'), 'hive');
  const id = createHash('sha256').update(configFile).digest('hex').slice(0, 8);
  return join(root, `${basename(configFile).replace(/\.[^.]*$/, '')}-${id}`);
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw stateError(path, cause);
  }
}

const KEY_BYTES = 32;

/** A key of another length was not written whole, and is made anew: an empty one would protect nothing. */
function readOrMakeKey(path: string): Buffer {
  try {
    const before = readKey(path);
    if (before?.length === KEY_BYTES) return before;
    if (before) rmSync(path, { force: true });
    return makeKey(path);
  } catch (cause) {
    throw stateError(path, cause);
  }
}

function readKey(path: string): Buffer | undefined {
  try {
    return readFileBytes(path, { maxBytes: 4_096, followLinks: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Two commands may start at once: the first key stays, and both use it. */
function makeKey(path: string): Buffer {
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    writeWhole(draft, randomBytes(KEY_BYTES), { isSynced: true });
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return readFileBytes(path, { maxBytes: 4_096, followLinks: false });
}

/** The error for a path in the state folder that cannot be used. */
export function stateError(path: string, cause: unknown): GatewayError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new GatewayError('STATE_FAILED', `${path} cannot be used: ${why}`, {
    hint: `make room in ${dirname(path)}, let this user write there, or move away what stands in its place`,
    cause,
  });
}

/**
 * Writes and removes a small file: the only way to learn that a disk has room.
 * @throws GatewayError STATE_FAILED
 */
export function checkStateDir({ path }: Pick<StateDir, 'path'>): void {
  const probe = join(path, 'probe');
  try {
    writeWhole(probe, 'x'.repeat(PROBE_BYTES));
    rmSync(probe, { force: true });
  } catch (cause) {
    throw stateError(path, cause);
  }
}

/** A disk that has no room for this has none for the files that Compose reads. */
const PROBE_BYTES = 4_096;
