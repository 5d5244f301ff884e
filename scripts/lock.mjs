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
 * Runs `work` while no other process does so under the same lock folder. The folder holds one file, named after its owner,
 * and comes into being with it by one rename. Whoever finds a dead owner removes that very file, which only one can do;
 * an empty folder is free to be replaced. So there is no moment at which two own it.
 *
 * @param {string} folder
 * @param {() => Promise<void>} work
 * @param {(ownerPid: string) => void} onWait called once, when another process has it
 */
export async function withLock(folder, work, onWait) {
  let hasWaited = false;
  while (!tryLock(folder)) {
    const owner = ownerOf(folder);
    if (owner && !isAlive(owner)) {
      rmSync(join(folder, owner), { force: true });
      continue;
    }
    if (owner && !hasWaited) onWait(owner.split('-')[0]);
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

function tryLock(folder) {
  const draft = mkdtempSync(join(dirname(folder), `${basename(folder)}.`));
  writeFileSync(join(draft, ownName()), '');
  try {
    renameSync(draft, folder);
    return true;
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (error.code === 'ENOTEMPTY' || error.code === 'EEXIST') return false;
    throw error;
  }
}

function ownerOf(folder) {
  try {
    return readdirSync(folder)[0];
  } catch {
    return undefined;
  }
}

function removeIfEmpty(folder) {
  try {
    rmdirSync(folder);
  } catch {
    // The next owner is in it already, or has taken it away.
  }
}

function ownName() {
  return `${process.pid}-${startOf(process.pid)}`;
}

/** A pid alone says little: it may belong to another process by now. So its start counts too, where the system tells it. */
function isAlive(owner) {
  const [pid, start] = owner.split('-');
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
  return startOf(pid) === start;
}

/** Clock ticks since boot at which it started; `dead` for a zombie, `0` where there is no /proc. */
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
