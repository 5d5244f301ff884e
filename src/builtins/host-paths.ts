/** Paths of this machine as built-in servers check them: without links, against what no client may see. */
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { homeFolder } from '../files/home.ts';
import type { HostPathRules } from '../policy/host-paths.ts';

export interface OwnPlaces {
  /** Absolute folder of the stack's state. */
  readonly stateFolder: string;
  /** Absolute path of the config file. */
  readonly file: string;
}

/** @param allowed absolute folders of the built-in's entry */
export function hostPathRules({ stateFolder, file }: OwnPlaces, allowed: readonly string[]): HostPathRules {
  const real = (path: string): string => withoutLinks(path) ?? path;
  const hidden = [stateFolder, join(homeFolder(), '.ssh')];
  return { allowed: allowed.map(real), hidden: hidden.map(real), guarded: [real(file)] };
}

/** Undefined for a path that leads nowhere. */
export function withoutLinks(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
