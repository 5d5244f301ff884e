/** Commands that Hive prints for people to paste into a shell. */
import { oneLine } from './visible.ts';

/** Characters without a meaning in any POSIX shell. */
const PLAIN_WORD = /^[\w@%+=:,./-]+$/;

/** One word of a shell command, quoted where the shell would read it differently. */
export function shellWord(text: string): string {
  if (PLAIN_WORD.test(text)) return text;
  if (oneLine(text) === text) return shellQuoted(text);
  // Nobody sees or types such characters, so they are written out (bash, zsh, ksh).
  const escaped = text.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
  return `$'${oneLine(escaped)}'`;
}

/** A word in single quotes, in which a POSIX shell expands nothing. */
export const shellQuoted = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`;

/** How commands are typed on this machine and in this folder. */
export interface Typing {
  /** The words that start Hive: `hive`, `npx hive`. */
  readonly command: string;
  /** The config file that commands must name with `-c`; undefined if they find it by themselves. */
  readonly file: string | undefined;
}

/** The words that start Hive in texts of the code. */
const WRITTEN = 'npx hive';

/** Subcommands that take `-c`, after the words that start Hive. */
const OF_STACK = new RegExp(
  `\\bnpx hive (?:${[
    'up|down|pull|plan|compile|validate|ps|logs|stop|start|restart|op|doctor|stdio|login|logout',
    'add|remove|registry|secret|clients|connect|disconnect|tools|call|calls|service|completion',
  ].join('|')})\\b(?! -c )`,
  'g',
);

/** A text of Hive's own with its `npx hive` commands as they can be typed. Again is the same as once. */
export function asTyped(text: string, { command, file }: Typing): string {
  if (!text.includes(WRITTEN)) return text;
  const named = file === undefined ? text : text.replace(OF_STACK, (it) => `${it} -c ${shellWord(file)}`);
  return command === WRITTEN ? named : named.replace(/\bnpx hive\b(?!-)/g, () => command);
}
