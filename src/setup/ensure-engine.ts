import type { Progress } from '../model/progress.ts';
import { bootstrapPackages } from './apt-packages.ts';
import { type Engine, findEngine } from './find-engine.ts';
import { findProgram } from './find-tools.ts';
import { gapsError } from './gap-errors.ts';
import { readHost } from './host.ts';
import { runInstall } from './install-engine.ts';
import { planInstall } from './install-plan.ts';
import type { InstallStep } from './install-step.ts';
import { withLock } from './lock.ts';
import { registryAnswers } from './registry.ts';

export interface SetupPorts {
  readonly progress: Progress;
  /** Shows these changes to whoever owns the machine; nothing is touched unless it resolves to true. */
  readonly mayChange: (steps: readonly InstallStep[]) => Promise<boolean>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The engine to use. What is missing is installed and started, if Hive knows how, is root, and `mayChange` agrees;
 * otherwise a GatewayError says what is missing and what to type.
 */
export async function ensureEngine(ports: SetupPorts): Promise<Engine> {
  const first = await findEngine();
  if (first.kind === 'ready') return first.engine;
  const waiting = (pid: string) =>
    ports.progress({
      name: 'Set up the engine',
      state: 'running',
      detail: `process ${pid} is at it already`,
    });
  return withLock('setup', () => installMissing(ports), waiting, ports.signal);
}

/** Looks again first: whoever had the lock before may have done it all. */
async function installMissing(ports: SetupPorts): Promise<Engine> {
  const before = await findEngine();
  if (before.kind === 'ready') return before.engine;
  const [host, isOnline] = await Promise.all([readHost(), registryAnswers()]);
  const canPullOrMake = isOnline || findProgram('mmdebstrap', process.env) !== undefined;
  const plan = planInstall(before.gaps, host, canPullOrMake ? [] : bootstrapPackages(host));
  if (plan.kind === 'manual' || !host.root || !(await ports.mayChange(plan.steps))) {
    throw gapsError(before.gaps, host);
  }
  await runInstall(plan.steps, ports.progress, ports.signal);
  const after = await findEngine();
  if (after.kind === 'ready') return after.engine;
  throw gapsError(after.gaps, host);
}
