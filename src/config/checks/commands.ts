/** Rules about commands and their arguments. */
import { splitCommand } from '../parse/command.ts';
import type { Entry } from '../parse/parse.ts';
import type { KeyPath } from '../source/source.ts';
import type { Flag } from './checked.ts';

export function checkCommands(entry: Entry, flag: Flag): void {
  const { kind, serverName } = entry;
  if (kind !== 'container' && kind !== 'native') return;
  const check = (path: KeyPath, command: Words, args: Words) =>
    checkCommand(`"${path.join('.')}" of server "${serverName}"`, command, args, (message, hint) =>
      flag(path, message, hint),
    );
  check(['command'], entry.input.command, entry.input.args);
  if (kind !== 'container') return;
  const { input } = entry;
  check(['entrypoint'], input.entrypoint, undefined);
  check(['native', 'command'], input.native?.command, input.native?.args);
  if (!entry.isPartial && input.args !== undefined && input.command === undefined)
    flag(
      ['args'],
      `server "${serverName}" has args without a command`,
      'name the `command` before them, or write command: [ARG, …] for the image’s own entrypoint',
      'key',
    );
}

/** What only a shell would do, and a program that cannot be found for that reason. */
function checkProgram(
  what: string,
  command: Words,
  args: Words,
  flag: (message: string, hint: string) => void,
): void {
  const program = String(Array.isArray(command) ? (command[0] ?? '') : (command ?? ''));
  const [, start = '', rest = ''] = /^(~|\$[A-Za-z_]\w*)(\/\S*)/.exec(program) ?? [];
  if (start !== '') {
    const name = start === '~' ? 'HOME' : start.slice(1);
    flag(`${what} begins with ${start}, which only a shell replaces`, `write \${${name}}${rest}`);
  }
  if (typeof command !== 'string' || args === undefined || !/^[\w.@+-]+\s+\S/.test(command)) return;
  const [first] = command.split(/\s/);
  if (args.length === 0)
    flag(
      `${what} is the name of a program, since there are args, and it has several words`,
      'args is empty: take it out, then the line is split into words',
    );
  else
    flag(
      `${what} is the name of a program, since there are args, and it has several words`,
      `write command: ${first}, and put the other words first into args`,
    );
}

type Words = string | readonly unknown[] | undefined;

function checkCommand(
  what: string,
  command: Words,
  args: Words,
  flag: (message: string, hint: string) => void,
): void {
  checkProgram(what, command, args, flag);
  if (Array.isArray(command) && args !== undefined)
    flag(
      `${what} is a list and has args as well`,
      'put all words into the list, or make command the program only',
    );
  if (typeof command === 'string' && args === undefined) {
    const split = splitCommand(command);
    if ('problem' in split) flag(`${what} ${split.problem}`, split.hint);
    else if (split.words.length === 0) flag(`${what} is empty`, 'write what to run');
  } else if (command !== undefined && (command.length === 0 || command[0] === '')) {
    flag(`${what} is empty`, 'write what to run');
  }
}
