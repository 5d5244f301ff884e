/** The command line: reads the arguments, runs the command, prints what it throws, sets the exit code. */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { COMMANDS } from './cli/commands.ts';
import { CONFIG, type CommandSpec } from './cli/stack/command-spec.ts';
import { misused, unknownCommand } from './cli/stack/other-words.ts';
import { type ConfigOption, fileAbove } from './cli/stack/stack-file.ts';
import { typedError, typedFor } from './cli/stack/typing.ts';
import { onOutputFailed, print, printError } from './cli/terminal/print.ts';
import { ConfigError, renderConfigError } from './config/source/diagnostics.ts';
import { endIfBlocked } from './end-process.ts';
import { CODES, GatewayError, renderError, toGatewayError } from './errors.ts';
import { HIVE_VERSION } from './model/text/version.ts';
import { oneLine } from './model/text/visible.ts';

// Warnings of Node help nobody who uses Hive. A gateway writes them to its log.
process.removeAllListeners('warning').on('warning', () => {});
// Loading code is most of what a short command does. A folder that cannot be written is no error.
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/compile'));

/** Time for what still runs when the command is done, such as the last output. */
const EXIT_GRACE_MS = 2_000;

/** As a shell counts a command that Ctrl-C has ended. */
const INTERRUPTED = 130;

/** What the command that was typed leaves for the end. */
interface Given {
  exitCode: number;
  options: ConfigOption;
}

const VERSION = `hive ${HIVE_VERSION}`;

function buildProgram(given: Given): Command {
  const program = new Command('hive')
    .description('One config file in, one MCP endpoint out.')
    .version(VERSION, '-V, --version', 'print the version (or -v, version)')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .exitOverride()
    .showHelpAfterError(helpHint('--help'))
    .configureOutput({
      writeOut: (text) => print(text.trimEnd()),
      writeErr: (text) => printError(text.trimEnd()),
      outputError: (text, write) =>
        write(text.replace(/^error: /, 'error USAGE: ').replace(/^\(Did/m, '  (did')),
    });
  for (const spec of COMMANDS) addCommand(program, spec, given);
  return program;
}

const helpHint = (words: string): string =>
  `  fix: list the commands and options: ${typedFor(undefined)(`npx hive ${words}`)}`;

function addCommand(program: Command, spec: CommandSpec, given: Given): void {
  const { name, summary, args = [], options = [] } = spec;
  const command = program.command(name).description(summary);
  command.showHelpAfterError(helpHint(`${name} --help`));
  for (const [syntax, explained] of args) command.argument(syntax, explained);
  for (const [syntax, explained] of options) command.option(syntax, explained);
  // Commander passes each argument, then the options, then the command itself.
  command.action(async (...passed: unknown[]) => {
    const words = passed.slice(0, args.length);
    given.options = withFileAbove(spec, passed[args.length] as ConfigOption, words);
    const code = await spec.run(given.options as never, ...(words as never[]));
    given.exitCode = code ?? 0;
  });
}

/** A shell may stand in a folder that is gone. @throws GatewayError CONFIG_NOT_FOUND */
function requireFolder(): void {
  try {
    process.cwd();
  } catch (cause) {
    const hint = 'go to another folder: cd';
    throw new GatewayError('CONFIG_NOT_FOUND', 'the current folder has been deleted', { hint, cause });
  }
}

/**
 * Names the config file of a folder above, as if it had been typed: then every command means that file, and
 * its hints name it.
 */
function withFileAbove(
  { options = [], argumentIsConfig }: CommandSpec,
  given: ConfigOption,
  words: readonly unknown[],
): ConfigOption {
  const isNamed = given.config !== undefined || (argumentIsConfig && words[0] !== undefined);
  if (isNamed || !options.includes(CONFIG)) return given;
  const config = fileAbove();
  if (config === undefined) return given;
  printError(`note: using ${config}`);
  return { ...given, config };
}

async function main(argv: readonly string[]): Promise<number> {
  const given: Given = { exitCode: 0, options: {} };
  try {
    requireFolder();
    await buildProgram(given).parseAsync(readable(argv));
    return given.exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : CODES.USAGE;
    if (isBrokenOff(thrown)) return INTERRUPTED;
    const error = typedError(onOneLine(toGatewayError(thrown), argv), typedFor(given.options.config));
    printError(error instanceof ConfigError ? renderConfigError(error, process.cwd()) : renderError(error));
    return CODES[error.code];
  }
}

/** The words of the user may have line ends, which would look like lines of the message. */
function onOneLine(error: GatewayError, argv: readonly string[]): GatewayError {
  const odd = argv.filter((word) => /[\r\n]/.test(word));
  if (odd.length === 0 || error instanceof ConfigError) return error;
  const clean = (text: string): string =>
    odd.reduce((rest, word) => rest.replaceAll(word, oneLine(word)), text);
  const { code, message, hint, place, cause } = error;
  return new GatewayError(code, clean(message), { hint: hint && clean(hint), place, cause });
}

/** True for what prompts throw when a person answers with Ctrl-C: nothing was done. */
const isBrokenOff = (thrown: unknown): boolean =>
  thrown instanceof Error && thrown.name === 'ExitPromptError';

const isNoOption = (word: string): boolean => !word.startsWith('-');

/** Words for the version that other programs know, as an option. @throws GatewayError USAGE */
function readable([node = '', script = '', word, ...rest]: readonly string[]): string[] {
  if (word === undefined) return [node, script];
  if (word === '-v' || word === 'version') return [node, script, '--version'];
  const known = COMMANDS.map(({ name }) => name);
  const named = word === 'help' ? rest.find(isNoOption) : word;
  if (named !== undefined && !named.startsWith('-') && named !== 'help' && !known.includes(named))
    throw unknownCommand(named, known, word === 'help', rest.slice(rest.indexOf(named) + 1).find(isNoOption));
  const spec = COMMANDS.find(({ name }) => name === word);
  const error = spec && misused(word, rest, spec.options?.map(([syntax]) => syntax) ?? []);
  if (error) throw error;
  return [node, script, word, ...rest];
}

// A gateway keeps serving when the reader of its output leaves, any other command ends.
onOutputFailed((cause) => {
  if (process.argv[2] === 'up') return;
  if (!cause) process.exit(0);
  printError(`error STATE_FAILED: the output cannot be written: ${cause.message}`);
  process.exit(CODES.STATE_FAILED);
});
const exitCode = await main(process.argv);
process.exitCode = exitCode;
// An operation on a disk that does not answer would keep the process.
setTimeout(() => endIfBlocked(exitCode), EXIT_GRACE_MS).unref();
