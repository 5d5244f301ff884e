import { existsSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { npmCommand } from './packages.mjs';
import { Failure, startStep } from './progress-line.mjs';
import { runTool } from './run-tool.mjs';

/** Has dist/ hold what src/ says. Where there is no src/, dist/ came with the package and is as it should be. */
export async function ensureBuild(root) {
  if (!existsSync(join(root, 'src')) || isBuildFresh(root)) return;
  const waiting = (pid) => process.stderr.write(`Waiting for process ${pid}, which builds …\n`);
  const build = async () => {
    if (!isBuildFresh(root)) await runBuild(root);
  };
  await withLock(join(root, '.hive-install.lock'), build, waiting);
}

/** The stamp has the time of the newest source at the moment the build began, and is written when it has succeeded. */
export function isBuildFresh(root) {
  const stamp = statSync(join(root, 'dist/.built'), { throwIfNoEntry: false });
  return stamp !== undefined && stamp.mtimeMs >= newestChange(root);
}

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

/** Folders count: their time changes when a file in them is removed. */
function newestChange(root) {
  let newest = 0;
  const visit = (path) => {
    const stats = statSync(path);
    newest = Math.max(newest, stats.mtimeMs);
    if (stats.isDirectory()) for (const name of readdirSync(path)) visit(join(path, name));
  };
  for (const name of ['src', 'scripts', 'package-lock.json']) visit(join(root, name));
  return newest;
}
