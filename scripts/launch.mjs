/** Starts the program again on the project's own Node 24, if the Node that runs it is older. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from './progress-line.mjs';

const WANTED_MAJOR = 24;
const SIGNALS = /** @type {const} */ (['SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGTERM']);
/** Environment variable by which the child knows that an older Node started it. The child's own children must not see it. */
const MARK = 'HIVE_LAUNCHED';

export function isNodeNewEnough() {
  return Number.parseInt(process.versions.node, 10) >= WANTED_MAJOR;
}

/**
 * Runs this program again on the project's own Node, with the same arguments, terminal, signals and exit code. Resolves when
 * that process has exited.
 *
 * @param {string} root
 * @throws {Failure} if the packages have no Node for this platform
 */
export async function relaunch(root) {
  const node = projectNode(root);
  const { forwardTo, stop } = catchSignals();
  const child = spawn(node, process.argv.slice(1), {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, [MARK]: '1' },
  });
  forwardTo(child);
  /** @type {{ code: number | null, signal: NodeJS.Signals | null }} */
  const { code, signal } = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (exitCode, endSignal) => resolve({ code: exitCode, signal: endSignal }));
  });
  stop();
  if (signal) process.kill(process.pid, signal);
  process.exitCode = code ?? 1;
}

/**
 * Passes each signal to the child exactly once. The terminal sends its signals (Ctrl-C, Ctrl-\, hang-up) to the whole process
 * group, so the child has received those already. Signals are caught before the child exists: one that arrives while the
 * child starts must not end this process alone.
 */
function catchSignals() {
  const onTerminal = [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY);
  /** @type {import('node:child_process').ChildProcess | undefined} */
  let child;
  const handlers = SIGNALS.map((signal) => {
    const isShared = onTerminal && signal !== 'SIGTERM';
    return { signal, handler: () => isShared || child?.kill(signal) };
  });
  for (const { signal, handler } of handlers) process.on(signal, handler);
  return {
    /** @param {import('node:child_process').ChildProcess} started */
    forwardTo(started) {
      child = started;
    },
    stop() {
      for (const { signal, handler } of handlers) process.off(signal, handler);
    },
  };
}

/** In the child: shuts down in order if the older Node that started it is killed, even with SIGKILL. */
export function endWithLauncher() {
  if (!process.env[MARK]) return;
  delete process.env[MARK];
  if (!process.channel) return;
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel.unref();
}

/**
 * Path of Node 24, which comes as a package without install scripts, because npm may be set to ignore those.
 *
 * @param {string} root
 * @throws {Failure} if there is none for this platform
 */
function projectNode(root) {
  const platform = `${process.platform}-${process.arch}`;
  const node = join(root, `node_modules/node-${platform}/bin/node`);
  if (existsSync(node)) return node;
  throw new Failure(
    `Hive needs Node ${WANTED_MAJOR} or newer; this is Node ${process.versions.node}, and no packaged Node exists for ${platform}`,
    `install Node ${WANTED_MAJOR} (https://nodejs.org/en/download) and run the command again`,
  );
}
