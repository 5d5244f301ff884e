import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ensureBuild } from './build.mjs';
import { endWithLauncher, isNodeNewEnough, relaunch } from './launch.mjs';
import { ensurePackages } from './packages.mjs';
import { Failure } from './progress-line.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * Brings a clone to where it can run: packages installed, Node 24, built if `needsBuild`. Then runs the script in this
 * process, or, where that is an older Node, in one beside it. Where all of it is there already it takes some milliseconds.
 *
 * @param {string} script relative to the project's folder
 * @param {readonly string[]} args
 * @param {{ needsBuild: boolean }} options
 */
export async function start(script, args, { needsBuild }) {
  try {
    if (existsSync(join(ROOT, 'package-lock.json'))) await ensurePackages(ROOT);
    if (!isNodeNewEnough()) return await relaunch(ROOT);
    endWithLauncher();
    if (needsBuild) await ensureBuild(ROOT);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    process.stderr.write(`error: ${error.message}\n`);
    process.exitCode = 1;
    return;
  }
  nodeModule.enableCompileCache?.();
  const path = join(ROOT, script);
  process.argv = [process.execPath, path, ...args];
  await import(pathToFileURL(path).href);
}
