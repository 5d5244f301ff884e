/** Starts processes and ends them all: by process group, and by a mark in the environment for those that left their group. */
import { execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { portOf } from './port.mjs';

const MARK_NAME = 'HIVE_BENCH';
const MARK_VALUE = randomUUID();
const MARK = `${MARK_NAME}=${MARK_VALUE}`;
const PATIENCE_MS = 60_000;
const groups = new Set();

/**
 * Starts a command in its own process group; keeps its output for the error message of a failed start.
 *
 * @param {readonly string[]} command
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string, stdin?: 'ignore' | 'pipe' }} options
 */
export function start(command, { env = {}, cwd, stdin = 'ignore' } = {}) {
  const [file = '', ...args] = command;
  const child = spawn(file, args, {
    cwd,
    env: { ...process.env, ...env, [MARK_NAME]: MARK_VALUE },
    detached: true,
    stdio: [stdin, 'pipe', 'pipe'],
  });
  if (child.pid !== undefined) groups.add(child.pid);
  const over = once(child, 'exit').catch(() => {});
  const started = { pid: child.pid, child, output: '', over };
  const keep = (chunk) => {
    started.output = `${started.output}${chunk}`.slice(-4000);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  child.on('error', keep);
  return started;
}

/** Resolves with the first defined result of `look`; fails if the process exits or takes too long. */
export async function untilReady(started, look) {
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await delay(5)) {
    const found = await look().catch(() => undefined);
    if (found !== undefined) return found;
    if (started.child.exitCode !== null || started.pid === undefined) break;
  }
  throw new Error(`did not come up: ${started.output.trim().slice(-300).replaceAll('\n', ' | ')}`);
}

/** First line of the output: the port, for the bench's own servers. */
export const firstLine = (started) => untilReady(started, async () => /^(.+)\n/.exec(started.output)?.[1]);

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  server.close();
  await once(server, 'close');
  return port;
}

/** Ends a process with SIGTERM, so that it can clean up. */
export async function stop({ child, over }) {
  child.kill('SIGTERM');
  await Promise.race([over, delay(15_000, undefined, { ref: false })]);
}

export function killAll() {
  for (const group of groups) kill(-group);
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
    if (Number(pid) !== process.pid && isMarked(pid)) kill(Number(pid));
}

function isMarked(pid) {
  try {
    return `\0${readFileSync(`/proc/${pid}/environ`, 'latin1')}\0`.includes(`\0${MARK}\0`);
  } catch {
    return false;
  }
}

function kill(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // The process has exited already.
  }
}

/** Output of a command. @throws with its last output */
export async function run(command, options = {}) {
  const { stdout } = await promisify(execFile)(command[0], command.slice(1), {
    maxBuffer: 1 << 26,
    ...options,
  });
  return stdout.trim();
}
