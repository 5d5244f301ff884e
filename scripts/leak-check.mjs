/** Finds what a test run left behind. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Time that processes and containers may take to be gone after they were told to stop. */
const GRACE_MS = 5_000;
const POLL_MS = 100;

/**
 * Lists what a test run left behind, one line each: containers, networks and volumes with the run's id in their names or
 * labels, processes with its mark in their environment, FIFOs and sockets in its temporary folder. Anything else on the
 * engine may belong to other people and is ignored.
 *
 * @param {{ runId: string, folder: string }} run
 */
export async function findLeaks(run) {
  const deadline = Date.now() + GRACE_MS;
  for (;;) {
    const leaks = [...engineLeaks(run.runId), ...processLeaks(run.runId), ...specialFiles(run.folder)];
    if (leaks.length === 0 || Date.now() > deadline) return leaks;
    await delay(POLL_MS);
  }
}

/** @param {string} runId */
function engineLeaks(runId) {
  return listEngine()
    .filter(({ name, labels }) => `${name},${labels}`.includes(runId))
    .map(({ kind, name, labels }) => `${kind} ${name} (${labels})`);
}

function listEngine() {
  return [
    ...list('container', ['ps', '--all', '--no-trunc', '--format', '{{.Names}}\t{{.Labels}}']),
    ...list('network', ['network', 'ls', '--no-trunc', '--format', '{{.Name}}\t{{.Labels}}']),
    ...list('volume', ['volume', 'ls', '--format', '{{.Name}}\t{{.Labels}}']),
  ];
}

/**
 * @param {string} kind
 * @param {readonly string[]} args
 */
function list(kind, args) {
  const lines = execFileSync('docker', args, { encoding: 'utf8' }).split('\n').filter(Boolean);
  return lines.map((line) => {
    const [name, labels = ''] = line.split('\t');
    return { kind, name, labels };
  });
}

/**
 * Processes that inherited HIVE_TEST_RUN from a test. Zombies have no environment, so they are left out: they have ended, and
 * pid 1 has yet to reap them.
 *
 * @param {string} runId
 */
function processLeaks(runId) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => read(`/proc/${pid}/environ`).split('\0').includes(`HIVE_TEST_RUN=${runId}`))
    .map((pid) => `process ${pid}: ${read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim()}`);
}

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** @param {string} folder */
function specialFiles(folder) {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));
  const entries = paths.map((path) => ({ path, stat: statSync(path, { throwIfNoEntry: false }) }));
  return [
    ...entries.filter(({ stat }) => stat?.isFIFO()).map(({ path }) => `FIFO ${path}`),
    ...entries.filter(({ stat }) => stat?.isSocket()).map(({ path }) => `socket ${path}`),
  ];
}
