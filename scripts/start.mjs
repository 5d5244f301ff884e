/** Starts a script of this project from any state of the clone. Runs on any Node from 18 on. */
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
 * Installs the packages, builds if `needsBuild`, then runs the script: in this process if it is Node 24 or newer, else in a
 * child process on the packaged Node. Takes some milliseconds if everything is installed and built.
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
