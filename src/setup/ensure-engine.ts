/** Finds an engine, or installs and starts one. */
import type { Progress } from '../model/progress.ts';
import { bootstrapPackages } from './apt-packages.ts';
import { type FoundEngine, findEngine } from './find-engine.ts';
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
  /** Shows these changes to the owner of the machine. Nothing is changed unless it resolves to true. */
  readonly mayChange: (steps: readonly InstallStep[]) => Promise<boolean>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The engine to use. Missing parts are installed and started if Hive knows how, is root, and `mayChange`
 * agrees.
 * @throws GatewayError ENGINE_MISSING, ENGINE_UNREACHABLE, COMPOSE_MISSING or BUILDX_MISSING with the
 * commands to type; INSTALL_FAILED
 */
export async function ensureEngine(ports: SetupPorts): Promise<FoundEngine> {
  const first = await findEngine();
  if (first.kind === 'ready') return first.engine;
  const onWait = (pid: string) =>
    ports.progress({
      name: 'Set up the engine',
      state: 'running',
      detail: `process ${pid} is doing this already`,
    });
  return withLock('setup', () => installMissing(ports), onWait, ports.signal);
}

/** Begins with another search, since the previous holder of the lock may have installed everything. */
async function installMissing(ports: SetupPorts): Promise<FoundEngine> {
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
