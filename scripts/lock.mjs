/** A lock between processes, held by a folder. */
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 200;

/**
 * Runs `work` while no other process holds the lock. The lock is a folder with one file, named after its owner; one rename
 * creates both. A process that finds a dead owner removes that file, which only one process can do, and an empty folder may
 * be replaced. So two processes never own the lock at once.
 *
 * @param {string} folder
 * @param {() => Promise<void>} work
 * @param {(ownerPid: string) => void} onWait called once, if another process holds the lock
 */
export async function withLock(folder, work, onWait) {
  let hasWaited = false;
  while (!tryLock(folder)) {
    const owner = ownerOf(folder);
    if (owner && !isAlive(owner)) {
      rmSync(join(folder, owner), { force: true });
      continue;
    }
    if (owner && !hasWaited) onWait(owner.split('-')[0] ?? owner);
    hasWaited = true;
    await delay(POLL_MS);
  }
  try {
    await work();
  } finally {
    rmSync(join(folder, ownName()), { force: true });
    removeIfEmpty(folder);
  }
}

/** @param {string} folder */
function tryLock(folder) {
  const draft = mkdtempSync(join(dirname(folder), `${basename(folder)}.`));
  writeFileSync(join(draft, ownName()), '');
  try {
    renameSync(draft, folder);
    return true;
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (['ENOTEMPTY', 'EEXIST'].includes(codeOf(error))) return false;
    throw error;
  }
}

/** @param {string} folder */
function ownerOf(folder) {
  try {
    return readdirSync(folder)[0];
  } catch {
    return undefined;
  }
}

/** @param {string} folder */
function removeIfEmpty(folder) {
  try {
    rmdirSync(folder);
  } catch {
    // The next owner has put its file there, or has replaced the folder.
  }
}

function ownName() {
  return `${process.pid}-${startOf(process.pid)}`;
}

/**
 * True if the owner still runs. Its start time must match as well, where /proc shows it: the system may have given its pid to
 * another process.
 *
 * @param {string} owner
 */
function isAlive(owner) {
  const [pid = '', start] = owner.split('-');
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
  return startOf(pid) === start;
}

/**
 * Start time of a process in clock ticks since boot; `dead` for a zombie, `0` without /proc.
 *
 * @param {string | number} pid
 */
function startOf(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return fields[0] === 'Z' ? 'dead' : fields[19];
  } catch {
    return '0';
  }
}

/**
 * Error code of the system.
 *
 * @param {unknown} error
 * @returns {string}
 */
function codeOf(error) {
  return /** @type {NodeJS.ErrnoException} */ (error).code ?? '';
}
