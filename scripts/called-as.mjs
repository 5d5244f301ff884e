/** The words with which the command `hive` was called, so that hints show commands that can be typed. */
import { basename } from 'node:path';

/**
 * `hive` if it is on the PATH, `npx hive` for the command of a project's packages, else Node with the path of
 * the script, as clients such as Claude Desktop start it.
 *
 * @param {string} script as it was called: links are not followed
 */
export function calledAs(script) {
  if (/[\\/]node_modules[\\/]\.bin[\\/]/.test(script)) return 'npx hive';
  if (basename(script) === 'hive') return 'hive';
  return /^[\w@%+=:,./-]+$/.test(script) ? `node ${script}` : `node '${script.replaceAll("'", "'\\''")}'`;
}
