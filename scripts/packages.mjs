import { existsSync, lstatSync, readFileSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { Failure, startStep } from './progress-line.mjs';
import { runTool } from './run-tool.mjs';

const MAX_ERRORS = 8;

/** Has node_modules hold what package-lock.json says: nothing happens, in a few milliseconds, where it does already. */
export async function ensurePackages(root) {
  if (!arePackagesFresh(root)) {
    const waiting = (pid) =>
      process.stderr.write(`Waiting for process ${pid}, which installs the packages …\n`);
    const install = async () => {
      if (!arePackagesFresh(root)) await installPackages(root);
    };
    await withLock(join(root, '.hive-install.lock'), install, waiting);
  }
  linkOwnCommand(root);
}

/**
 * Compares the lock file with npm's own record of what it installed, which it writes last: an install that broke off has
 * none. Times would lie after a checkout.
 */
export function arePackagesFresh(root) {
  const wanted = readPackages(join(root, 'package-lock.json'));
  const installed = readPackages(join(root, 'node_modules/.package-lock.json'));
  if (!wanted || !installed) return false;
  for (const [path, { version, optional }] of Object.entries(wanted)) {
    if (path === '') continue;
    const found = installed[path];
    if (found ? found.version !== version : !optional) return false;
  }
  return Object.keys(installed).every((path) => path in wanted);
}

function readPackages(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

async function installPackages(root) {
  const total = Object.keys(readPackages(join(root, 'package-lock.json')) ?? {}).length;
  const step = startStep('Installing packages');
  const errors = [];
  let fetched = 0;
  const read = (line) => {
    if (/^npm http (?:fetch|cache) .*\.tgz/.test(line)) {
      fetched += 1;
      step.percent(Math.min(99, Math.round((fetched / total) * 100)));
    }
    // npm says first what happened, and then at length how it is used.
    if (/^npm (?:error|ERR!) ./.test(line) && errors.length < MAX_ERRORS) errors.push(line);
    return /^npm (?:http|warn) /.test(line);
  };
  const npm = npmCommand();
  const result = await runTool([...npm, 'ci', '--no-audit', '--no-fund', '--loglevel=http'], root, read);
  if (!result.ok) {
    step.failed();
    const lines = errors.length > 0 ? errors : result.tail;
    throw new Failure(`npm ci failed:\n${lines.join('\n')}`, 'mend that and run the command again');
  }
  step.done();
}

/** The npm that started us, else the one on PATH. */
export function npmCommand() {
  const { npm_execpath: path } = process.env;
  return path?.endsWith('.js') ? [process.execPath, path] : ['npm'];
}

/** npm links the commands of dependencies only; `npx hive` shall work in the clone itself. */
function linkOwnCommand(root) {
  const link = join(root, 'node_modules/.bin/hive');
  const target = '../../bin/hive.mjs';
  if (existsSync(link) && lstatSync(link).isSymbolicLink() && readlinkSync(link) === target) return;
  rmSync(link, { force: true });
  try {
    symlinkSync(target, link);
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
}
