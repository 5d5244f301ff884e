/** Brings newer images for `hive pull`, `up --pull` and `up --build`, and prints what becomes of them. */
import type { Desired } from '../../desired.ts';
import type { Refresh } from '../../refresh-images.ts';
import type { StateDir } from '../../runtime/memory/state-dir.ts';
import type { FoundEngine } from '../../setup/find-engine.ts';
import { print } from '../terminal/print.ts';
import { makeBases } from './bases.ts';
import { createProgress } from './engine-choice.ts';

export interface BringFrom {
  readonly desired: Desired;
  readonly engine: FoundEngine;
  readonly state: Pick<StateDir, 'compose'>;
  /** Tools that make base images may be installed. */
  readonly yes: boolean;
}

/** @returns how many could not be brought @throws GatewayError SERVER_UNKNOWN */
export async function bringImages({ engine, yes, ...from }: BringFrom, refresh: Refresh): Promise<number> {
  // Most starts bring none.
  const { refreshImages } = await import('../../refresh-images.ts');
  const progress = createProgress();
  const ensureBases = (references: readonly string[]): Promise<void> =>
    makeBases(references, engine, yes, progress);
  return refreshImages({ ...from, engine, ensureBases, progress, say: print }, refresh);
}
