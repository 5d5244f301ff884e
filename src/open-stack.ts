/** Opens a stack for a gateway: claims its name, and makes what reads its file and makes its containers. */
import { readAdded } from './added/added-file.ts';
import { AddedStore } from './added/added-store.ts';
import { CurrentStack } from './current-stack.ts';
import type { Desired } from './desired.ts';
import type { EngineAddress } from './engines/docker/docker-engine.ts';
import type { Clock } from './model/clock.ts';
import type { Engine } from './model/engine.ts';
import type { Stack } from './model/stack.ts';
import type { Notices } from './notices.ts';
import { createOverride, type Override } from './runtime/containers/override.ts';
import { createOwner, type Owner } from './runtime/memory/owner.ts';
import type { StateDir } from './runtime/memory/state-dir.ts';
import { createStackClaim, refuseTaken, type StackClaim } from './stack-taken.ts';
import { StoppedServers } from './stopped-servers.ts';

export interface OpenFrom {
  /** Absolute path of the config file. */
  readonly file: string;
  readonly state: StateDir;
  /** The first reading of the file. */
  readonly desired: Desired;
  readonly engine: EngineAddress | undefined;
  readonly clock: Clock;
  /** False: edits are not followed. */
  readonly watches?: boolean | undefined;
  /** Keeps what `hive down` needs if the config is broken or gone by then. */
  readonly remember: (stack: Stack) => void;
}

export interface OpenStack {
  readonly stack: CurrentStack;
  /** The servers that were added at run time. */
  readonly addedStore: AddedStore;
  readonly engine: Engine | undefined;
  readonly owner: Owner;
  readonly override: Override;
  readonly holder: StackClaim['holder'];
  readonly stopped: StoppedServers;
  /** True for a server that a person has stopped. */
  readonly isStopped: (serverName: string) => boolean;
}

/**
 * Opens the stack that the file describes.
 *
 * @param acquired receives what must be closed
 * @throws GatewayError STACK_TAKEN if another file has its name; CONFIG_INVALID
 */
export async function openStack(
  from: OpenFrom,
  acquired: AsyncDisposableStack,
  notices: Notices,
): Promise<OpenStack> {
  const { file, state, desired, clock, watches } = from;
  const engine = from.engine && (await openEngine(from.engine, clock));
  const composeFile = (): string => stack.desired.stack.composeFile;
  const owner = createOwner({ stackName: desired.stack.name, file, composeFile, state });
  const override = createOverride(owner, engine?.logging);
  // Only now that this gateway has the stack does nobody else write the file.
  const addedStore = new AddedStore(readAdded(state.path));
  const added = () => addedStore.text;
  const stack: CurrentStack = new CurrentStack({
    ...{ file, state, desired, clock, watches, override, notices },
    added,
  });
  if (addedStore.text.text !== desired.added.text) stack.expectEdit();
  acquired.adopt(stack, (it) => it.close());
  const claim = createStackClaim(engine, file, () => stack.desired.stack);
  acquired.adopt(claim, (it) => it.close());
  await refuseTaken(engine, owner, claim, stack.desired);
  await stack.writeFiles();
  from.remember(stack.desired.stack);
  const stopped = new StoppedServers(state.stopped);
  stopped.follow(desired.compiled.units);
  return {
    stack,
    addedStore,
    engine,
    owner,
    override,
    holder: claim.holder,
    stopped,
    isStopped: stopped.has,
  };
}

/** Loads the engine's client only where there is an engine. */
async function openEngine(address: EngineAddress, clock: Clock): Promise<Engine> {
  const { createDockerEngine } = await import('./engines/docker/docker-engine.ts');
  return createDockerEngine(address, clock);
}
