/** Keeps node_modules/ in step with package-lock.json. Runs on any Node from 18 on. */
import { existsSync, lstatSync, readFileSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { Failure, startStep } from './progress-line.mjs';
import { runTool } from './run-tool.mjs';

const MAX_ERRORS = 8;

/**
 * Installs the packages that package-lock.json names. Takes a few milliseconds if they are installed.
 *
 * @param {string} root
 * @throws {Failure} if npm fails
 */
export async function ensurePackages(root) {
  if (!arePackagesFresh(root)) {
    const waiting = (/** @type {string} */ pid) =>
      process.stderr.write(`Waiting for process ${pid}, which installs the packages …\n`);
    const install = async () => {
      if (!arePackagesFresh(root)) await installPackages(root);
    };
    await withLock(join(root, '.hive-install.lock'), install, waiting);
  }
  linkOwnCommand(root);
}

/**
 * Compares the lock file with npm's record of what it installed. npm writes that record last, so an interrupted install has
 * none. Modification times would not do: a checkout changes them.
 *
 * @param {string} root
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

/**
 * @param {string} path
 * @returns {Record<string, { version?: string, optional?: boolean }> | undefined}
 */
function readPackages(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** @param {string} root */
async function installPackages(root) {
  const total = Object.keys(readPackages(join(root, 'package-lock.json')) ?? {}).length;
  const step = startStep('Installing packages');
  /** @type {string[]} */
  const errors = [];
  let fetched = 0;
  const read = (/** @type {string} */ line) => {
    if (/^npm http (?:fetch|cache) .*\.tgz/.test(line)) {
      fetched += 1;
      step.percent(Math.min(99, Math.round((fetched / total) * 100)));
    }
    // npm prints the cause first, then long instructions.
    if (/^npm (?:error|ERR!) ./.test(line) && errors.length < MAX_ERRORS) errors.push(line);
    return /^npm (?:http|warn) /.test(line);
  };
  const npm = npmCommand();
  const result = await runTool([...npm, 'ci', '--no-audit', '--no-fund', '--loglevel=http'], root, read);
  if (!result.ok) {
    step.failed();
    const lines = errors.length > 0 ? errors : result.tail;
    throw new Failure(`npm ci failed:\n${lines.join('\n')}`, 'fix the cause and run the command again');
  }
  step.done();
}

/** Command of the npm that started this process, else of the npm on PATH. */
export function npmCommand() {
  const { npm_execpath: path } = process.env;
  return path?.endsWith('.js') ? [process.execPath, path] : ['npm'];
}

/**
 * Makes `npx hive` work in the clone: npm links only the commands of dependencies.
 *
 * @param {string} root
 */
function linkOwnCommand(root) {
  const link = join(root, 'node_modules/.bin/hive');
  const target = '../../bin/hive.mjs';
  if (existsSync(link) && lstatSync(link).isSymbolicLink() && readlinkSync(link) === target) return;
  rmSync(link, { force: true });
  try {
    symlinkSync(target, link);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
  }
}
