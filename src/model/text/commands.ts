/** Commands that Hive prints for people to paste into a shell. */
import { oneLine } from './visible.ts';

/** Characters without a meaning in any POSIX shell. */
const PLAIN_WORD = /^[\w@%+=:,./-]+$/;

/** One word of a shell command, quoted where the shell would read it differently. */
export function shellWord(text: string): string {
  if (PLAIN_WORD.test(text)) return text;
  if (oneLine(text) === text) return `'${text.replaceAll("'", "'\\''")}'`;
  // Nobody sees or types such characters, so they are written out (bash, zsh, ksh).
  const escaped = text.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
  return `$'${oneLine(escaped)}'`;
}

const HIVE =
  /\b(npx hive (?:up|down|plan|compile|validate|ps|logs|restart|op|doctor|stdio|login|logout))\b(?! -c )/g;

/**
 * Adds `-c FILE` to the `npx hive` commands in a text of Hive's own.
 *
 * @param file undefined if the commands find their file by themselves
 */
export function withConfigFile(text: string, file: string | undefined): string {
  return file === undefined ? text : text.replace(HIVE, (command) => `${command} -c ${shellWord(file)}`);
}
