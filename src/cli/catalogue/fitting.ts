/** Which way to run an entry fits this machine. */
import type { Entry, Way } from '../../catalogue/entry/entry.ts';
import { findEngine } from '../../setup/find-engine.ts';
import { findProgram } from '../../setup/find-tools.ts';

export interface Fit {
  readonly way: Way;
  /** What this machine lacks for it, in words. */
  readonly lacks?: string;
}

export async function fitsOf({ ways }: Pick<Entry, 'ways'>, env: NodeJS.ProcessEnv): Promise<Fit[]> {
  const isEngineNeeded = ways.some(({ kind }) => kind === 'image');
  const hasEngine = isEngineNeeded && (await findEngine()).kind === 'ready';
  return ways.map((way) => {
    const lacks = lackOf(way, hasEngine, env);
    return lacks === undefined ? { way } : { way, lacks };
  });
}

function lackOf({ kind }: Way, hasEngine: boolean, env: NodeJS.ProcessEnv): string | undefined {
  if (kind === 'image') return hasEngine ? undefined : 'a container engine: npx hive doctor';
  if (kind === 'remote') return undefined;
  const program = kind === 'npm' ? 'npx' : 'uvx';
  if (findProgram(program, env) !== undefined) return undefined;
  return kind === 'npm' ? 'npx, which comes with Node' : 'uvx: pip install uv, or docs.astral.sh/uv';
}
