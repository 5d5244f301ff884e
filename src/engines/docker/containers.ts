/** Lists, inspects, starts, stops and removes containers through the Engine API. */
import type Docker from 'dockerode';
import type { ContainerFacts, ContainerSummary } from '../../model/engine.ts';
import { containerFacts, containerSummary } from './facts.ts';
import { completed, onceEnded } from './podman.ts';
import { answered, answeredWithin, shortId } from './refusals.ts';

/**
 * Limits of requests that wait for more than an answer; all others have that of `limitRequests`. Engines have
 * been seen to hang for ever on one container that was paused at the wrong moment. A stop has its grace
 * period in addition.
 */
const LIST_MS = 10_000;
const STOP_MS = 15_000;
const START_MS = 60_000;
const REMOVE_MS = 60_000;

/** The engine's own default between SIGTERM and SIGKILL. */
const DEFAULT_GRACE_SECONDS = 10;

export async function listContainers(docker: Docker, label: string): Promise<readonly ContainerSummary[]> {
  const filters = { label: [label] };
  const infos = await answeredWithin({ what: 'list its containers', limitMs: LIST_MS }, (abortSignal) =>
    docker.listContainers({ all: true, filters, abortSignal }),
  );
  const whole = await Promise.all((infos ?? []).map((info) => completed(docker, info)));
  return whole.map(containerSummary);
}

export async function inspectContainer(
  docker: Docker,
  containerId: string,
): Promise<ContainerFacts | undefined> {
  const info = await answered(docker.getContainer(containerId).inspect(), 404);
  return info && containerFacts(info);
}

/** Starts a container; for one that runs already the engine answers 304. */
export async function startContainer(docker: Docker, containerId: string): Promise<void> {
  const limited = { what: `start container ${shortId(containerId)}`, limitMs: START_MS, containerId };
  await answeredWithin(
    limited,
    (abortSignal) => docker.getContainer(containerId).start({ abortSignal }),
    304,
  );
}

/** @throws GatewayError ENGINE_UNREACHABLE if the engine hangs on the container */
export async function stopContainer(docker: Docker, containerId: string): Promise<void> {
  const container = docker.getContainer(containerId);
  const graceMs = await graceOf(container);
  if (graceMs === undefined) return;
  const limited = { what: `stop container ${shortId(containerId)}`, limitMs: graceMs + STOP_MS, containerId };
  await answeredWithin(limited, (abortSignal) => onceEnded(() => container.stop({ abortSignal })), 304, 404);
}

/** @throws GatewayError ENGINE_UNREACHABLE if the engine hangs on the container */
export async function restartContainer(docker: Docker, containerId: string): Promise<void> {
  const container = docker.getContainer(containerId);
  const graceMs = await graceOf(container);
  if (graceMs === undefined) return;
  const limitMs = graceMs + STOP_MS + START_MS;
  const limited = { what: `restart container ${shortId(containerId)}`, limitMs, containerId };
  await answeredWithin(limited, (abortSignal) => onceEnded(() => container.restart({ abortSignal })), 404);
}

/** A removal that is under way already is answered with 409. */
export async function removeContainer(docker: Docker, containerId: string): Promise<void> {
  await stopContainer(docker, containerId);
  const limited = { what: `remove container ${shortId(containerId)}`, limitMs: REMOVE_MS, containerId };
  const remove = (abortSignal: AbortSignal): Promise<unknown> =>
    onceEnded(() => docker.getContainer(containerId).remove({ v: true, force: true, abortSignal }));
  await answeredWithin(limited, remove, 404, 409);
}

/** @returns false if `signal` aborted first */
export async function untilStopped(
  docker: Docker,
  containerId: string,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await answered(docker.getContainer(containerId).wait({ abortSignal: signal }), 404);
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}

/** Milliseconds between SIGTERM and SIGKILL; undefined if the container is gone. */
async function graceOf(container: Docker.Container): Promise<number | undefined> {
  const info = await answered(container.inspect(), 404);
  if (!info) return undefined;
  const { StopTimeout = DEFAULT_GRACE_SECONDS } = info.Config as { StopTimeout?: number };
  return StopTimeout * 1000;
}
