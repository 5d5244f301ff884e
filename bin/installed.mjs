/** Runs the built program of the installed package on the user's Node. */
import * as nodeModule from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Oldest Node on which the build runs; `engines` of the package says the same. */
export const OLDEST = [20, 16];

export async function run() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (!isNewEnough(major, minor)) {
    process.stderr.write(
      `error: Hive needs Node ${OLDEST.join('.')} or newer; this is Node ${process.versions.node}\n` +
        '  fix: install a newer Node (https://nodejs.org/en/download) and run the command again\n',
    );
    process.exitCode = 1;
    return;
  }
  // The package's folder often belongs to root. The program asks for the cache once more, to no effect.
  nodeModule.enableCompileCache?.(
    join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'hive/compile'),
  );
  if (major < 24) await import('./old-node.mjs');
  await import(new URL('../dist/main.js', import.meta.url).href);
}

/**
 * @param {number} major
 * @param {number} minor
 */
export function isNewEnough(major, minor) {
  const [oldest = 0, oldestMinor = 0] = OLDEST;
  return major > oldest || (major === oldest && minor >= oldestMinor);
}
