import { dirname, resolve } from 'node:path';
import type { Build } from '../../model/desired.ts';
import { type Checked, teller } from '../checks/checked.ts';
import type { Entry } from '../parse/parse.ts';
import { reasonOf } from '../parse/read.ts';
import { ContextTooLarge, digestBuild } from './digest.ts';

/** Digests what every Dockerfile reads; what cannot be read is reported, unless a check has done so before. */
export async function readBuilds(checked: Checked): Promise<Map<string, Build>> {
  const builds = new Map<string, Build>();
  for (const entry of checked.input.entries) {
    if (entry.kind !== 'container' || entry.input.dockerfile === undefined) continue;
    const build = await readBuild(checked, entry, entry.input.dockerfile);
    if (build) builds.set(entry.serverName, build);
  }
  return builds;
}

async function readBuild(
  { raw, input, report }: Checked,
  entry: Entry & { kind: 'container' },
  file: string,
): Promise<Build | undefined> {
  const dockerfile = resolve(dirname(entry.source.path), file);
  const context = dirname(dockerfile);
  const platform = entry.input.platform ?? input.settings.defaults?.container?.platform;
  const extras = { platform, build: entry.input.compose?.build };
  try {
    const { digest, watched } = await digestBuild(dockerfile, context, extras);
    for (const path of watched) raw.watched.add(path);
    return { dockerfile, context, digest };
  } catch (thrown) {
    const tooLarge = thrown instanceof ContextTooLarge;
    const missing = thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT';
    if (missing) return undefined;
    const message = `cannot read the build context of server "${entry.serverName}": ${tooLarge ? `${context} ${thrown.message}` : reasonOf(thrown)}`;
    const hint = tooLarge
      ? 'move the Dockerfile into a folder of its own, or add a .dockerignore there'
      : undefined;
    teller(entry, report)(['dockerfile'], message, hint);
    return undefined;
  }
}
