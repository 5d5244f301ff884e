import { join } from 'node:path';
import { lean } from './lean.mjs';

/** How src/ becomes dist/: for the build, and for the test of what a start loads. */
export const BUNDLE = {
  absWorkingDir: join(import.meta.dirname, '..'),
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
};
