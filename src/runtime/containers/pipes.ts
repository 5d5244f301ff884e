/** Remembers which engines and images cannot be linked by pipe, and owns the folders of FIFOs. */
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../model/clock.ts';
import type { Engine } from '../../model/engine.ts';
import { createRecordFile } from '../../store/record-file.ts';
import { makeFifoFolder, removeFifos } from '../links/container/fifos.ts';
import type { PipeError } from '../links/container/pipe-error.ts';
import type { StateDir } from '../memory/state-dir.ts';

/** An engine or its settings may change, so a refusal is forgotten after this time. */
const REFUSAL_KEPT_MS = 24 * 60 * 60_000;
/** The oldest refusals are forgotten beyond this number. */
const MAX_REFUSALS = 200;

/**
 * Refusals are kept over restarts of the gateway: finding out again costs a container, or seconds of waiting.
 */
export interface Pipes {
  /** Makes the folder for one container's FIFOs. */
  newFolder(serverName: string): Promise<string>;
  /**
   * Why containers of this image, or of the engine, cannot be linked by pipe; undefined if nothing is known
   * against it.
   */
  refusal(imageId: string): string | undefined;
  /** Remembers a refusal. */
  refused(error: PipeError, imageId: string): void;
  /** Forgets a refusal by the engine, since a pipe link works. */
  worked(): void;
}

interface Refusal {
  readonly why: string;
  /** Unix milliseconds. */
  readonly at: number;
}

/** @param hasPipe true while a server is linked by pipe: then a silent container is not the engine's fault */
export function createPipes(
  { pipes: root, pipeRecord: record }: Pick<StateDir, 'pipes' | 'pipeRecord'>,
  { host, locality }: Pick<Engine, 'host' | 'locality'>,
  clock: Clock,
  hasPipe: () => boolean,
): Pipes {
  const engineKey = `engine ${host}`;
  const refusals = createRecordFile({
    path: record,
    version: 2,
    maxEntries: MAX_REFUSALS,
    isEntry: isRefusal,
  });
  const whyOf = (key: string): string | undefined => {
    const { why, at = 0 } = refusals.get(key) ?? {};
    return clock.now() - at < REFUSAL_KEPT_MS ? why : undefined;
  };
  return {
    async newFolder(serverName) {
      const folder = join(root, `${serverName}-${randomBytes(4).toString('hex')}`);
      await makeFifoFolder(folder);
      return folder;
    },
    refusal(imageId) {
      if (locality === 'remote') return 'the engine is not on this machine';
      if (locality === 'vm') return 'the engine runs in a virtual machine';
      return whyOf(engineKey) ?? whyOf(`image ${imageId}`);
    },
    refused({ scope, why }, imageId) {
      if (scope === 'container') return;
      const key = scope === 'engine' && !hasPipe() ? engineKey : `image ${imageId}`;
      refusals.set(key, { why, at: clock.now() });
    },
    worked: () => refusals.delete(engineKey),
  };
}

function isRefusal(value: unknown): value is Refusal {
  const { why, at } = Object(value) as Record<string, unknown>;
  return typeof why === 'string' && typeof at === 'number';
}

/** Removes the FIFO folders under `root` that no container uses any more. */
export async function sweepFifos(root: string, inUse: ReadonlySet<string | undefined>): Promise<void> {
  const stale = foldersIn(root).filter((folder) => !inUse.has(folder));
  await Promise.all(stale.map(removeFifos));
}

function foldersIn(root: string): string[] {
  try {
    return readdirSync(root).map((name) => join(root, name));
  } catch {
    return [];
  }
}
