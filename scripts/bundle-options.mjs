/** Options of esbuild by which src/ becomes dist/: for the build, and for the test of what a start loads. */
import { join } from 'node:path';
import { lean } from './lean.mjs';

/** @satisfies {import('esbuild').BuildOptions} */
export const BUNDLE = {
  absWorkingDir: join(import.meta.dirname, '..'),
  entryPoints: ['src/main.ts'],
  outdir: 'dist',
  bundle: true,
  // Each command is a chunk of its own, loaded only when it is typed.
  splitting: true,
  format: /** @type {const} */ ('esm'),
  platform: /** @type {const} */ ('node'),
  // The installed package runs on the user's Node; bin/old-node.mjs adds the functions that Node 20 lacks.
  target: 'node20.16',
  sourcemap: /** @type {const} */ ('linked'),
  sourcesContent: false,
  minifyWhitespace: true,
  metafile: /** @type {const} */ (true),
  logLevel: /** @type {const} */ ('warning'),
  plugins: [lean],
  // Bundled CommonJS packages load modules of Node with `require`, which ES modules lack.
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
};
