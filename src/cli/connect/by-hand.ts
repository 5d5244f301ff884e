/** Clients whose file Hive does not write: what to paste, what to run, what to click. */
import type { Client } from '../../clients/data/client.ts';
import { type Endpoint, type Entry, entryFor } from '../../clients/dialects.ts';
import { withEntry } from '../../clients/edit/edit.ts';
import { linkFor } from '../../clients/links.ts';
import { shellWord } from '../../model/text/commands.ts';
import { findProgram } from '../../setup/find-tools.ts';
import { print, printError } from '../terminal/print.ts';

/** True if the client has a command of its own for its file, which it writes while it runs. */
export function hasProgram({ program }: Client): boolean {
  return program !== undefined && findProgram(program, process.env) !== undefined;
}

/** The command that adds the entry. */
export function addCommand(name: string, endpoint: Endpoint): string {
  const words = ['claude', 'mcp', 'add', '--scope', 'user'];
  if (endpoint.kind === 'stdio')
    return [...words, name, '--', endpoint.command, ...endpoint.args].map(shellWord).join(' ');
  const { token } = endpoint;
  const header = token && 'value' in token ? ['--header', `Authorization: Bearer ${token.value}`] : [];
  return [...words, '--transport', 'http', name, endpoint.url, ...header].map(shellWord).join(' ');
}

export const removeCommand = (name: string): string => `claude mcp remove --scope user ${shellWord(name)}`;

/** Prints the command that changes the client's file; all but the command goes to stderr. */
export function printCommand(does: string, command: string, undo: string): void {
  printError(`not done yet; run this, which ${does}:`);
  print(command);
  printError(`  undo: ${undo}`);
}

/** Prints the text to paste. */
export function printPaste(client: Client, endpoint: Endpoint, name: string): void {
  printError(`${client.title}: ${client.byHand}\npaste this, then ${client.reload}:`);
  print(withEntry('', client, name, entryFor(client, endpoint, name)).trimEnd());
}

/** Prints the link that installs the entry; a note if the client has none. */
export function printLink(client: Client, name: string, entry: Entry): void {
  if (client.link === undefined) printError(`note: ${client.title} has no link that installs a server`);
  else print(linkFor(client.link, name, entry));
}
