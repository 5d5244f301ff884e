/** Every command of `hive`. The file that runs it is loaded when the command is typed. */
import { ADDED_COMMANDS } from './added/specs.ts';
import { CALL_COMMANDS } from './call/specs.ts';
import { CATALOGUE_COMMANDS } from './catalogue/specs.ts';
import { CONNECT_COMMANDS } from './connect/specs.ts';
import type { DownOptions } from './down.ts';
import type { ImportOptions } from './import.ts';
import type { InitOptions } from './init/init.ts';
import type { LogsOptions } from './logs.ts';
import type { ServiceOptions } from './machine/service.ts';
import type { UninstallOptions } from './machine/uninstall.ts';
import { SECRET_COMMANDS } from './secret/specs.ts';
import { SERVER_COMMANDS } from './servers/specs.ts';
import { CONFIG, type CommandSpec, JSON_OUTPUT, SERVERS, VIEW, type Word } from './stack/command-spec.ts';
import type { ConfigOption } from './stack/stack-file.ts';
import type { StdioOptions } from './stdio.ts';
import type { UpOptions } from './up.ts';
import { WATCH_COMMANDS } from './watch/specs.ts';

/** Without it, the command names the servers that there are. */
const SERVER: Word = ['[server]'];

type Json = ConfigOption & { readonly json?: boolean };

export const COMMANDS: readonly CommandSpec[] = [
  {
    name: 'init',
    summary: 'make a hive.yaml from what your clients, Compose file and package runners offer',
    options: [
      ['--force', 'make another one where there is one, and keep a copy of that'],
      ['--dry-run', 'print what would be written'],
      ['-y, --yes', 'take over all servers that are found, without asking'],
    ],
    run: async (options: InitOptions) => (await import('./init/init.ts')).init(options),
  },
  {
    name: 'up',
    summary: 'bring the stack up and serve it',
    options: [
      CONFIG,
      ['-d, --detach', 'serve in the background'],
      ['-y, --yes', 'if there is no container engine, install and start one without asking'],
      ['--no-containers', 'use no container engine: serve only what can run natively'],
      ['--no-watch', 'read the files once: edits wait for `hive restart` or the next `hive up`'],
      ['--pull', 'pull the images first, those below Dockerfiles too'],
      ['--build', 'build the images of Dockerfiles first, whether or not they have changed'],
    ],
    run: async (options: UpOptions) => (await import('./up.ts')).up(options),
  },
  {
    name: 'down',
    summary: 'stop the gateway, remove the containers and networks of the stack',
    options: [
      CONFIG,
      ['-v, --volumes', 'remove the named volumes too, with the data of the servers'],
      ['--rmi <which>', 'remove images too: `local` for those that Hive built'],
    ],
    run: async (options: DownOptions) => (await import('./down.ts')).down(options),
  },
  {
    name: 'pull',
    summary: 'pull the images again, those below Dockerfiles too; a running gateway uses what is new',
    args: [[SERVERS, 'only the images of these servers']],
    options: [CONFIG],
    run: async (options: ConfigOption, servers: readonly string[]) =>
      (await import('./pull.ts')).pull(servers, options),
  },
  {
    name: 'plan',
    summary: 'print what a reload would do and why; change nothing',
    args: [['[file]', 'another version of the config file: what saving it would do']],
    options: [CONFIG, JSON_OUTPUT],
    run: async (options: Json, file?: string) => (await import('./plan.ts')).plan(file, options),
  },
  {
    name: 'compile',
    summary: 'write the Compose file',
    options: [
      CONFIG,
      ['--check', 'write nothing; fail if the file on disk is out of date'],
      ['--stdout', 'print the file instead of writing it'],
    ],
    run: async (options: ConfigOption & { check?: boolean; stdout?: boolean }) =>
      (await import('./compile.ts')).compileFile(options),
  },
  {
    name: 'validate',
    summary: 'check the config file: print every problem with its line and its fix',
    args: [['[file]', 'the config file, as with -c']],
    argumentIsConfig: true,
    options: [CONFIG, JSON_OUTPUT],
    run: async (options: Json, file?: string) => (await import('./validate.ts')).validate(file, options),
  },
  {
    name: 'import',
    summary: 'take over the servers of other clients’ files',
    args: [['[file...]', 'files of VS Code, Cursor, Claude, Zed, Codex, Goose, Compose and others']],
    options: [
      ['--from <client>', 'the files of this client: vscode, cursor, claude-desktop …'],
      ['--scan', 'the files of all clients in this project and on this machine'],
      ['--write <file>', 'add the entries to this stack file, and secrets to .env beside it'],
      ['--dry-run', 'with --write: print what would be written'],
    ],
    run: async (options: ImportOptions, files: readonly string[]) =>
      (await import('./import.ts')).importFiles(files, options),
  },
  ...CATALOGUE_COMMANDS,
  ...ADDED_COMMANDS,
  ...CONNECT_COMMANDS,
  {
    name: 'ls',
    summary: 'list the stacks of this user that are up, with their files',
    options: [JSON_OUTPUT],
    run: async (options: { json?: boolean }) => (await import('./machine/ls.ts')).ls(options),
  },
  {
    name: 'ps',
    summary: 'show the servers and their states',
    options: [CONFIG, JSON_OUTPUT],
    run: async (options: Json) => (await import('./ps.ts')).ps(options),
  },
  {
    name: 'logs',
    summary: 'show what servers wrote to stderr, and to stdout between messages',
    args: [[SERVERS, 'these servers; other words are a query: timeout "level>=warning" since:2h']],
    options: [
      CONFIG,
      ['-f, --follow', 'keep printing what they write'],
      ['-n, --tail <lines>', 'begin with the last lines; all for every line'],
      ['--grep <regex>', 'lines that match, without lookaround and references'],
      ['--level <level>', 'lines of this level or a more severe one: warning'],
      ['--since <time>', 'lines since then: 10m, 2h, or a date such as 2026-11-28T10:00'],
      ['--until <time>', 'lines until then'],
      JSON_OUTPUT,
    ],
    run: async (options: LogsOptions, words: readonly string[]) =>
      (await import('./logs.ts')).logs(words, options),
  },
  ...CALL_COMMANDS,
  ...WATCH_COMMANDS,
  ...SERVER_COMMANDS,
  {
    name: 'op',
    summary: 'run one of Hive’s own operations, as agents do by `use: gateway`; without a name, list them',
    args: [['[name]'], ['[arguments...]', 'KEY=VALUE']],
    options: [CONFIG, JSON_OUTPUT],
    run: async (options: Json, name: string | undefined, words: readonly string[]) =>
      (await import('./op.ts')).op(name, words, options),
  },
  {
    name: 'doctor',
    summary: 'check the machine, the engine, the config and the gateway, and print fixes',
    options: [CONFIG, JSON_OUTPUT],
    run: async (options: Json) => (await import('./doctor.ts')).doctor(options),
  },
  {
    name: 'stdio',
    summary: 'speak MCP on stdin and stdout, for clients without HTTP; start the gateway if none runs',
    args: [['[server]', 'only this server, its tools without prefix']],
    options: [CONFIG, VIEW],
    run: async (options: StdioOptions, server?: string) =>
      (await import('./stdio.ts')).stdio(server, options),
  },
  {
    name: 'token',
    summary: 'make a bearer token: print it, and its digest for the config file',
    args: [['<name>', 'who will use it: a client or a person']],
    options: [JSON_OUTPUT],
    run: async (options: { json?: boolean }, name: string) =>
      (await import('./token.ts')).token(name, options),
  },
  {
    name: 'login',
    summary: 'log in to a remote server that requires OAuth',
    args: [SERVER],
    options: [CONFIG],
    run: async (options: ConfigOption, server?: string) =>
      (await import('./login.ts')).login(server, options),
  },
  {
    name: 'logout',
    summary: 'delete the login to a remote server',
    args: [SERVER],
    options: [CONFIG],
    run: async (options: ConfigOption, server?: string) =>
      (await import('./logout.ts')).logout(server, options),
  },
  ...SECRET_COMMANDS,
  {
    name: 'completion',
    summary: 'print what a shell needs to complete commands, options and servers: bash, zsh or fish',
    args: [['<shell>', 'bash, zsh or fish; `servers` prints the names that they offer']],
    // Scripts of shells run it: it says nothing of a file above.
    options: [['-c, --config <file>', 'config file of the servers']],
    run: async (options: ConfigOption, shell: string) =>
      (await import('./shell/completion.ts')).completion(shell, COMMANDS, options),
  },
  {
    name: 'service',
    summary: 'serve a stack by systemd of this user: install, uninstall or status',
    args: [['<verb>', 'install, uninstall or status']],
    options: [CONFIG, ['--dry-run', 'print the unit and write nothing']],
    run: async (options: ServiceOptions, verb: string) =>
      (await import('./machine/service.ts')).service(verb, options),
  },
  {
    name: 'uninstall',
    summary: 'remove what Hive has made for this user; the list of it comes first',
    options: [
      ['--dry-run', 'print the list and remove nothing'],
      ['-y, --yes', 'ask nothing'],
      ['-v, --volumes', 'remove the named volumes too, with the data of the servers'],
      ['--rmi <which>', 'remove images too: `local` for those that Hive built'],
    ],
    run: async (options: UninstallOptions) => (await import('./machine/uninstall.ts')).uninstall(options),
  },
  {
    name: 'schema',
    summary: 'print the JSON Schema of the config file',
    options: [['--write <file>', 'write it to this file instead']],
    run: async (options: { write?: string }) => (await import('./schema.ts')).schema(options),
  },
];
