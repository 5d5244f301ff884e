/** The commands about MCP clients. */
import { CONFIG, type CommandSpec, JSON_OUTPUT, VIEW, type Word } from '../stack/command-spec.ts';
import type { ConfigOption } from '../stack/stack-file.ts';
import type { ConnectOptions } from './connect.ts';
import type { DisconnectOptions } from './disconnect.ts';

const CLIENTS: Word = ['[client...]', 'cursor, vscode, claude-desktop, codex …: see hive clients'];
const PROJECT: Word = ['--project', 'the file in this folder, which a team shares, instead of your own'];
const SERVER: Word = ['--server <name>', 'only this server, its tools without prefix'];
const DRY_RUN: Word = ['--dry-run', 'show what would be written'];
const YES: Word = ['-y, --yes', 'write without asking'];

export const CONNECT_COMMANDS: readonly CommandSpec[] = [
  {
    name: 'clients',
    summary: 'list the MCP clients of this machine, and which are connected',
    options: [CONFIG, JSON_OUTPUT],
    run: async (options: ConfigOption & { json?: boolean }) =>
      (await import('./clients.ts')).clients(options),
  },
  {
    name: 'connect',
    summary: 'add the gateway to MCP clients; without a name, ask for each that this machine has',
    args: [CLIENTS],
    options: [
      CONFIG,
      PROJECT,
      ['--http', 'by URL (the default, if the client can)'],
      ['--stdio', 'by the command `hive stdio`, which needs no token and starts the gateway'],
      SERVER,
      VIEW,
      ['--link', 'print a link that installs it: Cursor, VS Code, LM Studio'],
      ['--write-token', 'with `auth.tokens`: add the digest of the client’s token to the config file'],
      DRY_RUN,
      YES,
    ],
    run: async (options: ConnectOptions, names: readonly string[]) =>
      (await import('./connect.ts')).connect(names, options),
  },
  {
    name: 'disconnect',
    summary: 'take the gateway out of MCP clients again, and restore what was there',
    args: [CLIENTS],
    options: [CONFIG, PROJECT, SERVER, VIEW, DRY_RUN, YES],
    run: async (options: DisconnectOptions, names: readonly string[]) =>
      (await import('./disconnect.ts')).disconnect(names, options),
  },
];
