import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** How long what was told to end may take to be gone. */
const GRACE_MS = 5_000;
const POLL_MS = 100;

/**
 * What a test run left behind, one line each: containers, networks and volumes with the run's id in their names or labels,
 * processes that carry its mark, FIFOs and sockets in its folder for temporary files. Others may use the same engine.
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

function list(kind, args) {
  const lines = execFileSync('docker', args, { encoding: 'utf8' }).split('\n').filter(Boolean);
  return lines.map((line) => {
    const [name, labels = ''] = line.split('\t');
    return { kind, name, labels };
  });
}

/** Every process started by a test inherits HIVE_TEST_RUN. A zombie is dead already: pid 1 is late, not we. */
function processLeaks(runId) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => read(`/proc/${pid}/environ`).split('\0').includes(`HIVE_TEST_RUN=${runId}`))
    .map((pid) => `process ${pid}: ${read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim()}`);
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function specialFiles(folder) {
  const entries = readdirSync(folder, { recursive: true }).map((name) => join(folder, name));
  const stats = entries.map((path) => [path, statSync(path, { throwIfNoEntry: false })]);
  return [
    ...stats.filter(([, stat]) => stat?.isFIFO()).map(([path]) => `FIFO ${path}`),
    ...stats.filter(([, stat]) => stat?.isSocket()).map(([path]) => `socket ${path}`),
  ];
}
