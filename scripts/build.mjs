/** Keeps dist/ in step with src/. Runs on any Node from 18 on. */
import { existsSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { npmCommand } from './packages.mjs';
import { Failure, startStep } from './progress-line.mjs';
import { runTool } from './run-tool.mjs';

/**
 * Builds dist/ if src/ has changed since the last build. Without src/, dist/ came with the package and needs no build.
 *
 * @param {string} root
 */
export async function ensureBuild(root) {
  if (!existsSync(join(root, 'src')) || isBuildFresh(root)) return;
  const waiting = (/** @type {string} */ pid) =>
    process.stderr.write(`Waiting for process ${pid}, which builds …\n`);
  const build = async () => {
    if (!isBuildFresh(root)) await runBuild(root);
  };
  await withLock(join(root, '.hive-install.lock'), build, waiting);
}

/**
 * Compares the sources with `dist/.built`. A successful build writes that file and gives it the time that the newest source
 * had when the build began, so an edit during the build is not missed.
 *
 * @param {string} root
 */
export function isBuildFresh(root) {
  const stamp = statSync(join(root, 'dist/.built'), { throwIfNoEntry: false });
  return stamp !== undefined && stamp.mtimeMs >= newestChange(root);
}

/** @param {string} root */
async function runBuild(root) {
  const step = startStep('Building');
  const newest = newestChange(root);
  const result = await runTool([...npmCommand(), 'run', '--silent', 'build'], root);
  if (!result.ok) {
    step.failed();
    throw new Failure(`npm run build failed:\n${result.tail.join('\n')}`);
  }
  const stamp = join(root, 'dist/.built');
  writeFileSync(stamp, '');
  utimesSync(stamp, new Date(), new Date(Math.ceil(newest)));
  step.done();
}

/**
 * Time of the newest source, in milliseconds. Folders count as well: their time changes when a file in them is removed.
 *
 * @param {string} root
 */
function newestChange(root) {
  let newest = 0;
  const visit = (/** @type {string} */ path) => {
    const stats = statSync(path);
    newest = Math.max(newest, stats.mtimeMs);
    if (stats.isDirectory()) for (const name of readdirSync(path)) visit(join(path, name));
  };
  for (const name of ['src', 'scripts', 'package-lock.json']) visit(join(root, name));
  return newest;
}
