import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type Docker from 'dockerode';
import type { Clock } from '../../model/clock.ts';
import { makeFolder, removeFifos } from '../links/container/fifos.ts';
import type { PipeError } from '../links/container/pipe.ts';
import type { StateDir } from '../memory/state-dir.ts';
import { writeWhole } from '../memory/write-whole.ts';

/** An engine or its settings may change: after that long it is tried again; milliseconds. */
const KEPT = 24 * 60 * 60_000;
/** The oldest are forgotten beyond that. */
const MAX_REFUSALS = 200;

/** Where pipe links cannot be had is remembered over restarts: finding it out costs a container, or seconds of waiting. */
export interface Pipes {
  /** Makes the folder for one container's FIFOs. */
  newFolder(serverName: string): Promise<string>;
  /** Why the engine, or containers of the image, cannot be linked by pipe as far as is known. */
  refusal(imageId: string): string | undefined;
  refused(error: PipeError, imageId: string): void;
  /** One was linked: whatever was thought of the engine was wrong. */
  worked(): void;
}

interface Refusal {
  readonly key: string;
  readonly why: string;
  /** Unix milliseconds. */
  readonly at: number;
}

/** @param hasPipe whether one is linked now: silence is not the engine's fault then */
export function createPipes(
  { pipes: root, pipeRecord: record }: Pick<StateDir, 'pipes' | 'pipeRecord'>,
  docker: Docker,
  clock: Clock,
  hasPipe: () => boolean,
): Pipes {
  const { socketPath } = docker.modem as { socketPath?: string };
  const engineKey = `engine ${socketPath}`;
  let refusals = readRefusals(record).filter(({ at }) => clock.now() - at < KEPT);
  const write = (): void => {
    try {
      writeWhole(record, `${JSON.stringify({ version: 1, refusals })}\n`);
    } catch {
      // A full disk: then it is found out again by the next gateway.
    }
  };
  const whyOf = (key: string): string | undefined => refusals.find((it) => it.key === key)?.why;
  return {
    async newFolder(serverName) {
      const folder = join(root, `${serverName}-${randomBytes(4).toString('hex')}`);
      await makeFolder(folder);
      return folder;
    },
    refusal(imageId) {
      if (socketPath === undefined) return 'the engine is not on this machine';
      if (process.platform !== 'linux') return 'the engine runs in a virtual machine';
      return whyOf(engineKey) ?? whyOf(`image ${imageId}`);
    },
    refused({ of, why }, imageId) {
      if (of === 'container') return;
      const key = of === 'engine' && !hasPipe() ? engineKey : `image ${imageId}`;
      const others = refusals.filter((it) => it.key !== key);
      refusals = [...others, { key, why, at: clock.now() }].slice(-MAX_REFUSALS);
      write();
    },
    worked() {
      if (whyOf(engineKey) === undefined) return;
      refusals = refusals.filter(({ key }) => key !== engineKey);
      write();
    },
  };
}

function readRefusals(record: string): readonly Refusal[] {
  try {
    const { version, refusals } = JSON.parse(readFileSync(record, 'utf8')) as {
      version?: unknown;
      refusals?: unknown;
    };
    return version === 1 && Array.isArray(refusals) ? refusals.filter(isRefusal) : [];
  } catch {
    return [];
  }
}

function isRefusal(value: unknown): value is Refusal {
  const { key, why, at } = (value ?? {}) as Record<string, unknown>;
  return typeof key === 'string' && typeof why === 'string' && typeof at === 'number';
}

/** Removes the folders under `root` that no container uses any more. */
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
