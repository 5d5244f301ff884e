/** Finds out how a container ended. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ContainerFacts, Engine } from '../../../model/engine.ts';
import type { ExitFacts } from '../link.ts';

/** How long a container may take to stop once its streams have ended. */
const UNTIL_STOPPED_MS = 5_000;

/** Exit code of a process that was killed: 128 + SIGKILL. */
export const KILLED_EXIT_CODE = 137;
const OOM_WAIT_MS = 300;
const OOM_POLL_MS = 50;

type Inspecting = Pick<Engine, 'inspect'>;

/**
 * How a container ended whose streams have ended. Never rejects.
 * @param broken what broke the connection, if anything did
 */
export async function exitFactsOf(
  engine: Pick<Engine, 'inspect' | 'untilStopped'>,
  containerId: string,
  broken?: Error,
): Promise<ExitFacts> {
  try {
    await engine.untilStopped(containerId, AbortSignal.timeout(UNTIL_STOPPED_MS)).catch(() => {});
    const facts = await engine.inspect(containerId);
    if (!facts) return { message: 'the container was removed' };
    if (facts.isRunning)
      return { message: broken?.message ?? 'the engine ended the connection, the container still runs' };
    return {
      exitCode: facts.exitCode,
      oomKilled: await wasOomKilled(engine, containerId, facts),
      ...(facts.error ? { message: facts.error } : {}),
    };
  } catch (error) {
    return { message: (error as Error).message };
  }
}

async function wasOomKilled(
  engine: Inspecting,
  containerId: string,
  { exitCode, isOomKilled }: ContainerFacts,
): Promise<boolean> {
  return isOomKilled || (exitCode === KILLED_EXIT_CODE && (await isOomKilledSoon(engine, containerId)));
}

/**
 * True if the engine knows of a kill for memory in this container. It learns of such a kill separately from
 * the exit, and may record it a moment later, so this polls for a while.
 */
export async function isOomKilledSoon(engine: Inspecting, containerId: string): Promise<boolean> {
  const until = Date.now() + OOM_WAIT_MS;
  for (;;) {
    const facts = await engine.inspect(containerId);
    if (!facts || facts.isOomKilled || Date.now() > until) return facts?.isOomKilled ?? false;
    await delay(OOM_POLL_MS);
  }
}

/** True also if the engine does not answer: a container is over only when the engine says so. */
export async function isStillRunning(engine: Inspecting, containerId: string): Promise<boolean> {
  try {
    return (await engine.inspect(containerId))?.isRunning ?? false;
  } catch {
    return true;
  }
}
