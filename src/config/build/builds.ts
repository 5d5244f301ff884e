/** Digests of the images that entries build. */
import type { FileReader } from '../../files/file-reader.ts';
import type { Build } from '../../model/desired.ts';
import { type Checked, flagIn } from '../checks/checked.ts';
import { type BuildSpec, buildSpec, composeFolder, composePath } from '../parse/build-spec.ts';
import type { EntryOf } from '../parse/parse.ts';
import { isMissing, reasonOf } from '../source/read-failure.ts';
import { ContextTooLarge, digestBuild, digestRemote } from './digest.ts';

interface Builds {
  /** By server name. */
  readonly builds: ReadonlyMap<string, Build>;
  /** Files whose change makes a new image, and folders in which a new file would. */
  readonly watched: readonly string[];
}

/**
 * Reads what every Dockerfile reads. Failures are reported; missing files are not, as a check has reported
 * them.
 */
export async function readBuilds(checked: Checked, files: FileReader): Promise<Builds> {
  const builds = new Map<string, Build>();
  const watched: string[] = [];
  const folder = composeFolder(checked.raw.main.path, checked.input);
  for (const entry of checked.input.entries) {
    const spec = entry.kind === 'container' ? buildSpec(entry, folder) : undefined;
    if (entry.kind !== 'container' || spec === undefined) continue;
    const read = await readBuild(files, checked, entry, spec);
    if (!read) continue;
    builds.set(entry.serverName, read.build);
    watched.push(...read.watched);
  }
  return { builds, watched };
}

interface ReadBuild {
  readonly build: Build;
  readonly watched: readonly string[];
}

async function readBuild(
  files: FileReader,
  { input, raw, report }: Checked,
  entry: EntryOf<'container'>,
  { keyPath, ...spec }: BuildSpec,
): Promise<ReadBuild | undefined> {
  const { dockerfile, context, isRemote, args, target } = spec;
  const platform = entry.input.platform ?? input.settings.defaults?.container?.platform;
  const extras = { platform, build: entry.input.compose?.build, args, target };
  if (isRemote)
    return { build: { ...spec, digest: digestRemote({ context, dockerfile, ...extras }) }, watched: [] };
  try {
    const { digest, parts, watched } = await digestBuild(files, dockerfile, context, extras, {
      written: composePath(raw.main.path, input),
    });
    return { build: { ...spec, digest, parts }, watched };
  } catch (thrown) {
    if (isMissing(thrown)) return undefined;
    const what = `cannot read the build context of server "${entry.serverName}"`;
    const flag = flagIn(entry, report);
    if (thrown instanceof ContextTooLarge) {
      const hint = 'move the Dockerfile into a folder of its own, or add a .dockerignore there';
      flag(keyPath, `${what}: ${context} ${thrown.message}`, hint);
    } else flag(keyPath, `${what}: ${reasonOf(thrown)}`, `make ${context} readable, or name another folder`);
    return undefined;
  }
}
