/**
 * `npm run build`: src/ and what it needs into a few files in dist/. Loading hundreds of small files is most of what a command
 * would do. Types are checked by `npm run check`, not here.
 */
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { lean } from './lean.mjs';

const ROOT = join(import.meta.dirname, '..');

const DIST = join(ROOT, 'dist');
const COMPILED = join(ROOT, 'node_modules/.cache/compile');
/** A gateway that is still running may want to load more of the build that it is from. */
const KEEP_MS = 24 * 60 * 60 * 1000;

const { metafile } = await build({
  absWorkingDir: ROOT,
  entryPoints: ['src/main.ts'],
  outdir: 'dist',
  bundle: true,
  // Each verb is loaded only when it is typed.
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  sourcemap: 'linked',
  sourcesContent: false,
  metafile: true,
  logLevel: 'warning',
  plugins: [lean],
  // Bundled packages that are CommonJS ask for node's modules with it.
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
});

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
