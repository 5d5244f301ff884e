import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from './progress-line.mjs';

const WANTED_MAJOR = 24;
/** Tells the child that it was started beside an older Node; whoever it starts itself must not see it. */
const MARK = 'HIVE_LAUNCHED';

export function isNodeNewEnough() {
  return Number.parseInt(process.versions.node, 10) >= WANTED_MAJOR;
}

/**
 * Runs this very program once more on the project's own Node, as if it had been started so at once: same terminal, same
 * signals, same end. Resolves when it has ended.
 */
export async function relaunch(root) {
  const node = projectNode(root);
  const { forwardTo, stop } = catchSignals();
  const child = spawn(node, process.argv.slice(1), {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, [MARK]: '1' },
  });
  forwardTo(child);
  const { code, signal } = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (exitCode, endSignal) => resolve({ code: exitCode, signal: endSignal }));
  });
  stop();
  if (signal) process.kill(process.pid, signal);
  process.exitCode = code ?? 1;
}

/**
 * Every signal reaches the child once. What the terminal sends (Ctrl-C, Ctrl-\, its end) goes to the whole process group, so
 * the child has it already. Signals are caught before there is a child: one that comes while it starts must not end us alone.
 */
function catchSignals() {
  const onTerminal = [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY);
  let child;
  const handlers = ['SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGTERM'].map((signal) => {
    const isShared = onTerminal && signal !== 'SIGTERM';
    return [signal, () => isShared || child?.kill(signal)];
  });
  for (const [signal, handler] of handlers) process.on(signal, handler);
  return {
    forwardTo(started) {
      child = started;
    },
    stop() {
      for (const [signal, handler] of handlers) process.off(signal, handler);
    },
  };
}

/** In the child: when the older Node beside it is killed with -9, what it stands for ends in order too. */
export function endWithLauncher() {
  if (!process.env[MARK]) return;
  delete process.env[MARK];
  if (!process.channel) return;
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel.unref();
}

/** Node 24 comes as a package without install scripts, since npm may hold those back. */
function projectNode(root) {
  const platform = `${process.platform}-${process.arch}`;
  const node = join(root, `node_modules/node-${platform}/bin/node`);
  if (existsSync(node)) return node;
  throw new Failure(
    `Hive needs Node ${WANTED_MAJOR} or newer: this is ${process.versions.node}, and the packages bring none for ${platform}`,
    `install Node ${WANTED_MAJOR} (https://nodejs.org/en/download) and run the command again`,
  );
}
