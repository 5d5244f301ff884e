/** The words with which the command `hive` was called, so that hints show commands that can be typed. */
import { posix, win32 } from 'node:path';

/** Name of the npm package, whose command is `hive`. */
const PACKAGE = 'hive-mcp';

/**
 * `hive` if that is on the PATH, `npx …` for the command of a project's packages or of npx's own, else the path with
 * which it was called, after `node` for a script, as clients such as Claude Desktop start it.
 *
 * @param {string} script as it was called: links are not followed
 * @param {string} path the variable PATH
 * @param {string} platform `process.platform`
 * @param {boolean} isCheckout npx links the command of a checkout into its own cache
 */
export function calledAs(script, path, platform, isCheckout = false) {
  const { basename, delimiter, dirname } = platform === 'win32' ? win32 : posix;
  if (/[\\/]_npx[\\/]/.test(script)) return isCheckout ? 'npx hive' : `npx ${PACKAGE}`;
  if (/[\\/]node_modules[\\/]\.bin[\\/]/.test(script)) return 'npx hive';
  // Windows has no links: npm's hive.cmd runs the script in the package.
  if (platform === 'win32' && /[\\/]node_modules[\\/]hive-mcp[\\/]bin[\\/]hive\.mjs$/.test(script))
    return 'hive';
  if (basename(script) !== 'hive') return `node ${quoted(script)}`;
  return path.split(delimiter).includes(dirname(script)) ? 'hive' : quoted(script);
}

/** @param {string} text */
function quoted(text) {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
