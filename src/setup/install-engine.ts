/** Carries out the steps of an installation. */
import { GatewayError } from '../errors.ts';
import type { Progress } from '../model/progress.ts';
import { writeWhole } from '../store/write-whole.ts';
import { runStep } from './command.ts';
import type { InstallStep } from './install-step.ts';
import { startEngine } from './start-engine.ts';

const STEP_TIMEOUT_MS = 15 * 60_000;

/**
 * Takes the steps in order, as root, until one fails.
 * @throws GatewayError INSTALL_FAILED, ENGINE_UNREACHABLE
 */
export async function runInstall(
  steps: readonly InstallStep[],
  progress: Progress,
  signal?: AbortSignal,
): Promise<void> {
  if (process.getuid?.() !== 0) {
    throw new GatewayError('INSTALL_FAILED', 'only root can install and start an engine', {
      hint: 'npx hive doctor (it prints what to type)',
    });
  }
  for (const step of steps) {
    const name = step.sentence;
    progress({ name, state: 'started' });
    try {
      await runOne(step, progress, signal);
      progress({ name, state: 'done' });
    } catch (error) {
      progress({ name, state: 'failed' });
      throw error;
    }
  }
}

async function runOne(step: InstallStep, progress: Progress, signal?: AbortSignal): Promise<void> {
  switch (step.kind) {
    case 'write':
      return writeWhole(step.path, step.content, { mode: 0o644 });
    case 'start':
      return startEngine(step.how, signal);
    case 'run':
      return runApt(step, progress, signal);
  }
}

async function runApt(
  step: Extract<InstallStep, { kind: 'run' }>,
  progress: Progress,
  signal?: AbortSignal,
): Promise<void> {
  const name = step.sentence;
  const [program = '', ...args] = step.argv;
  const result = await runStep([program, '-o', 'APT::Status-Fd=3', ...args], {
    timeoutMs: STEP_TIMEOUT_MS,
    env: { DEBIAN_FRONTEND: 'noninteractive', NEEDRESTART_SUSPEND: '1', LC_ALL: 'C' },
    signal,
    onStatusLine: (line) => {
      const status = parseAptStatus(line);
      if (status) progress({ name, state: 'running', ...status });
    },
  });
  if (result.ok || step.mayFail) return;
  throw new GatewayError('INSTALL_FAILED', `${name} failed:\n${result.tail.join('\n')}`, {
    hint: `fix that, or type it yourself: ${step.argv.join(' ')}`,
  });
}

/**
 * Reads a line of apt's Status-Fd: `pmstatus:docker.io:62.5:Unpacking docker.io (amd64)`, or
 * `dlstatus:3:41.2:Retrieving file 3 of 13`. Downloads are the first half of the percentage, installing the
 * second.
 */
export function parseAptStatus(line: string): { percent: number; detail: string } | undefined {
  const match = /^(dl|pm)status:[^:]*(?::[a-z0-9]+)?:(\d+(?:\.\d+)?):(.*)$/.exec(line);
  if (!match) return undefined;
  const [, phase, figure, detail] = match;
  const half = Number(figure) / 2;
  return { percent: Math.round(phase === 'dl' ? half : 50 + half), detail: detail ?? '' };
}
