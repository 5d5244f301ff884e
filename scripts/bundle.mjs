/**
 * `npm run build`: src/ and what it needs into a few files in dist/. Loading hundreds of small files is most of what a command
 * would do. Types are checked by `npm run check`, not here.
 */
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { BUNDLE } from './bundle-options.mjs';

const ROOT = BUNDLE.absWorkingDir;
const DIST = join(ROOT, BUNDLE.outdir);
const COMPILED = join(ROOT, 'node_modules/.cache/compile');
/** A gateway that is still running may want to load more of the build that it is from. */
const KEEP_MS = 24 * 60 * 60 * 1000;

const { metafile } = await build(BUNDLE);

removeOld(DIST, new Set(Object.keys(metafile.outputs).map((path) => basename(path))));
// What V8 made of older builds; what is still in use is made again.
if (existsSync(COMPILED)) for (const version of readdirSync(COMPILED)) removeOld(join(COMPILED, version));

function removeOld(folder, except = new Set()) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const isOld = statSync(path).mtimeMs < Date.now() - KEEP_MS;
    if (!except.has(name) && isOld) rmSync(path, { recursive: true });
  }
}
