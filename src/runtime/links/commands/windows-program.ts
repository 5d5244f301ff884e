/** Commands of Windows that are scripts, such as `npx.cmd`: only `cmd.exe` can run them. */
import { existsSync } from 'node:fs';

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  /** True if Node must pass the arguments on as they are. */
  readonly isVerbatim: boolean;
}

type Environment = Readonly<Record<string, string>>;

/** Names are tried with these endings, in this order, as `cmd.exe` does. */
const USUAL_ENDINGS = '.COM;.EXE;.BAT;.CMD';

/**
 * The program that runs a command on this system. Elsewhere than on Windows, it is the command.
 *
 * @param platform only tests set it, and `isFile`
 */
export function asProgram(
  command: string,
  args: readonly string[],
  env: Environment,
  platform: NodeJS.Platform = process.platform,
  isFile: (path: string) => boolean = existsSync,
): Program {
  const same = { command, args, isVerbatim: false };
  if (platform !== 'win32') return same;
  const path = found(command, env, isFile);
  if (path === undefined || !/\.(bat|cmd)$/i.test(path)) return { ...same, command: path ?? command };
  const line = [escapedOnce(path), ...args.map((arg) => escapedOnce(escapedOnce(quoted(arg))))].join(' ');
  return {
    command: variable(env, 'COMSPEC') ?? 'cmd.exe',
    args: ['/d', '/s', '/c', `"${line}"`],
    isVerbatim: true,
  };
}

/** Names of variables have no case there. */
function variable(env: Environment, name: string): string | undefined {
  return Object.entries(env).find(([key]) => key.toUpperCase() === name)?.[1];
}

/** A command without an ending may be a script of another shell, which lies beside the one for `cmd.exe`. */
function found(command: string, env: Environment, isFile: (path: string) => boolean): string | undefined {
  const endings = (variable(env, 'PATHEXT') ?? USUAL_ENDINGS).split(';');
  const isWhole = endings.some((ending) => command.toUpperCase().endsWith(ending.toUpperCase()));
  const names = isWhole ? [command] : endings.map((ending) => `${command}${ending.toLowerCase()}`);
  const folders = /[\\/:]/.test(command) ? [''] : (variable(env, 'PATH') ?? '').split(';').filter(Boolean);
  return folders
    .flatMap((folder) => names.map((name) => (folder ? `${folder.replace(/\\$/, '')}\\${name}` : name)))
    .find(isFile);
}

/** As programs of Windows read their command line: backslashes count before a quote only. */
const quoted = (word: string): string => `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`;

/**
 * `cmd.exe` acts on these characters, in quotes too. A script reads its arguments once more, so they are
 * escaped twice.
 */
const escapedOnce = (text: string): string => text.replace(/[()[\]%!^"`<>&|;, *?]/g, '^$&');
