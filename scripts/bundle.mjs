/**
 * `npm run build`: bundles src/ and its packages into a few files in dist/. Loading hundreds of small files would take most of
 * the time of a command. Types are checked by `npm run check`, not here.
 */
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { BUNDLE } from './bundle-options.mjs';

const ROOT = BUNDLE.absWorkingDir;
const DIST = join(ROOT, BUNDLE.outdir);
const COMPILED = join(ROOT, 'node_modules/.cache/compile');
/** How long files of older builds are kept: a gateway that is still running may load more chunks of its own build. */
const KEEP_MS = 24 * 60 * 60 * 1000;

const { metafile } = await build(BUNDLE);

/** Paths of this build, relative to the project's folder. */
export const outputs = Object.keys(metafile.outputs);

removeOld(DIST, new Set(outputs.map((path) => basename(path))));
// V8's compile cache of older builds. Entries still in use are written again.
if (existsSync(COMPILED)) for (const version of readdirSync(COMPILED)) removeOld(join(COMPILED, version));

/**
 * @param {string} folder
 * @param {ReadonlySet<string>} except
 */
function removeOld(folder, except = new Set()) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const isOld = statSync(path).mtimeMs < Date.now() - KEEP_MS;
    if (!except.has(name) && isOld) rmSync(path, { recursive: true });
  }
}
