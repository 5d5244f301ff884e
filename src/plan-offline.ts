/** The plan of a stack that no gateway serves. */
import { systemClock } from './clock.ts';
import { type Desired, loadDesired } from './desired.ts';
import { createDockerEngine } from './engines/docker/docker-engine.ts';
import type { Observed } from './model/observed.ts';
import { renderPlan } from './model/plan.ts';
import { reconcile } from './reconcile/reconcile.ts';
import { createFromImage } from './runtime/containers/image-labels.ts';
import { KnownImages } from './runtime/containers/known-images.ts';
import { observeContainers } from './runtime/containers/observed-containers.ts';
import { createKnownLists } from './runtime/memory/known-lists.ts';
import { createOwner, type Owner } from './runtime/memory/owner.ts';
import type { StateDir } from './runtime/memory/state-dir.ts';
import { createRedact } from './secrets/redact.ts';
import { findEngine } from './setup/find-engine.ts';
import { StoppedServers } from './stopped-servers.ts';

/**
 * The plan that `hive up` would execute, as text without secrets.
 * @throws ConfigError; GatewayError ENGINE_UNREACHABLE
 */
export async function planOffline(file: string, state: StateDir): Promise<string> {
  const desired = await loadDesired({ file, state, clock: systemClock });
  const { stack, wanted, secrets } = desired;
  const { name: stackName, composeFile } = stack;
  const owner = createOwner({ stackName, file, composeFile: () => composeFile, state });
  const seen = await observe(owner, desired);
  const known = createKnownLists(state.lists);
  const idle = wanted.compiled.units.filter((unit) => unit.server.view.start === 'lazy' && known.of(unit));
  const stopped = new StoppedServers(state.stopped).among(wanted.compiled.units);
  const names = new Set(idle.map(({ server }) => server.serverName));
  return createRedact(secrets)(renderPlan(reconcile({ ...wanted, stopped }, { ...seen, idle: names }).plan));
}

async function observe(owner: Owner, { compiled, values }: Desired): Promise<Omit<Observed, 'idle'>> {
  const found = await findEngine();
  if (found.kind === 'ready') {
    const engine = createDockerEngine(found.engine, systemClock);
    const [listing, images] = await Promise.all([
      observeContainers(engine, { fromImage: createFromImage(engine), owner }),
      new KnownImages(engine, () => values).read(compiled.units),
    ]);
    return { engine: { state: 'ready' }, ...listing, instances: [], images };
  }
  const trouble = {
    code: 'ENGINE_MISSING',
    reason: 'there is no usable container engine',
    hint: 'npx hive doctor says how to get one',
  } as const;
  return { engine: { state: 'absent', ...trouble }, containers: [], mislabelled: [], instances: [] };
}
