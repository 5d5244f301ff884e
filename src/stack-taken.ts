/** One file has a stack name: claims it on this machine, and refuses a name that another file uses. */
import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { volumesOf } from './compile/compile.ts';
import type { Desired } from './desired.ts';
import { GatewayError } from './errors.ts';
import type { Engine } from './model/engine.ts';
import type { OtherFile } from './model/observed.ts';
import type { Stack } from './model/stack.ts';
import { stackTaken } from './reconcile/make-steps.ts';
import { takenBy } from './reconcile/match.ts';
import { createFromImage } from './runtime/containers/image-labels.ts';
import { observeContainers } from './runtime/containers/observed-containers.ts';
import { refuseForeignVolumes } from './runtime/containers/volumes.ts';
import type { Owner } from './runtime/memory/owner.ts';
import { holdLock } from './setup/lock.ts';

/** The claim of a gateway to its stack's name. */
export interface StackClaim {
  /**
   * The other file whose gateway has the name. Undefined if this gateway has it, or needs none: stacks
   * without containers share nothing.
   */
  holder(): Promise<OtherFile | undefined>;
  close(): void;
}

/** @param stack as it is now. The caller must close the result */
export function createStackClaim(
  engine: Pick<Engine, 'host'> | undefined,
  file: string,
  stack: () => Pick<Stack, 'name' | 'servers'>,
): StackClaim {
  let release: (() => void) | undefined;
  let isClosed = false;
  return {
    async holder() {
      const { name, servers } = stack();
      if (release || !engine || !servers.some(({ type }) => type === 'container')) return undefined;
      const lock = await holdLock(lockName(engine.host, name), JSON.stringify({ file, pid: process.pid }));
      if ('ownerNote' in lock) return otherFile(lock.ownerNote);
      if (isClosed) lock.release();
      else release = lock.release;
      return undefined;
    },
    close() {
      isClosed = true;
      release?.();
    },
  };
}

/** Stacks of one name on different engines share nothing. One engine may be named by several paths. */
function lockName(host: string, stackName: string): string {
  const engine = host.startsWith('unix://') ? realPath(host.slice('unix://'.length)) : host;
  return `stack-${createHash('sha256')
    .update(JSON.stringify([engine, stackName]))
    .digest('hex')
    .slice(0, 32)}`;
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function otherFile(note: string): OtherFile {
  try {
    const { file, pid } = JSON.parse(note);
    if (typeof file === 'string' && typeof pid === 'number') return { path: file, canBeDowned: true, pid };
  } catch {
    // Not a gateway, or one that hangs.
  }
  return { path: 'a process that does not say which file it serves', canBeDowned: false };
}

/**
 * Two files with one stack name would use the same containers, networks and volumes. An engine that does not
 * answer refuses nothing: the first plan asks again.
 *
 * @throws GatewayError STACK_TAKEN
 */
export async function refuseTaken(
  engine: Pick<Engine, 'containers' | 'image' | 'networks' | 'volumes'> | undefined,
  owner: Owner,
  claim: Pick<StackClaim, 'holder'>,
  { stack, wanted }: Pick<Desired, 'stack' | 'wanted'>,
): Promise<void> {
  if (!engine || !stack.servers.some(({ type }) => type === 'container')) return;
  const holder = await claim.holder();
  const proof = { fromImage: createFromImage(engine), owner };
  const seen = await observeContainers(engine, proof).catch(() => ({ containers: [] }));
  const taken = takenBy(wanted, { ...seen, holder });
  if (taken) {
    const { code, cause, hint } = stackTaken(wanted, taken);
    throw new GatewayError(code, cause, { hint });
  }
  await refuseForeignVolumes(engine, stack.name, volumesOf(stack), owner.file).catch((error) => {
    if (error instanceof GatewayError && error.code === 'STACK_TAKEN') throw error;
  });
}
