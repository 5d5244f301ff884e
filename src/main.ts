/** The command line: reads the arguments, runs the command, prints what it throws, sets the exit code. */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { COMMANDS, type CommandSpec } from './cli/commands.ts';
import { type ConfigOption, fileInHints } from './cli/stack/stack-file.ts';
import { onReaderGone, print, printError } from './cli/terminal/print.ts';
import { ConfigError, renderConfigError } from './config/source/diagnostics.ts';
import { endIfBlocked } from './end-process.ts';
import { CODES, GatewayError, renderError, toGatewayError } from './errors.ts';
import { withConfigFile } from './model/text/commands.ts';
import { HIVE_VERSION } from './model/text/version.ts';

// Warnings of Node help nobody who uses Hive. A gateway writes them to its log.
process.removeAllListeners('warning').on('warning', () => {});
// Loading code is most of what a short command does. A folder that cannot be written is no error.
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/compile'));

/** Time for what still runs when the command is done, such as the last output. */
const EXIT_GRACE_MS = 2_000;

/** What the command that was typed leaves for the end. */
interface Typed {
  exitCode: number;
  options: ConfigOption;
}

function buildProgram(typed: Typed): Command {
  const program = new Command('hive')
    .description('One config file in, one MCP endpoint out.')
    .version(`hive ${HIVE_VERSION}`, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand(false)
    .exitOverride()
    .showHelpAfterError('  fix: list the commands and options: npx hive --help')
    .configureOutput({
      writeOut: (text) => print(text.trimEnd()),
      writeErr: (text) => printError(text.trimEnd()),
      outputError: (text, write) =>
        write(text.replace(/^error: /, 'error USAGE: ').replace(/^\(Did/m, '  (did')),
    });
  for (const spec of COMMANDS) addCommand(program, spec, typed);
  return program;
}

function addCommand(program: Command, spec: CommandSpec, typed: Typed): void {
  const { name, summary, args = [], options = [] } = spec;
  const command = program.command(name).description(summary);
  for (const [syntax, explained] of args) command.argument(syntax, explained);
  for (const [syntax, explained] of options) command.option(syntax, explained);
  // Commander passes each argument, then the options, then the command itself.
  command.action(async (...given: unknown[]) => {
    typed.options = given[args.length] as ConfigOption;
    const code = await spec.run(typed.options as never, ...(given.slice(0, args.length) as never[]));
    typed.exitCode = code ?? 0;
  });
}

async function main(argv: readonly string[]): Promise<number> {
  const typed: Typed = { exitCode: 0, options: {} };
  try {
    await buildProgram(typed).parseAsync(argv);
    return typed.exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : CODES.USAGE;
    const error = toGatewayError(thrown);
    printError(
      thrown instanceof ConfigError
        ? renderConfigError(thrown, process.cwd())
        : renderError(forFile(error, typed.options.config)),
    );
    return CODES[error.code];
  }
}

/** The error with a fix that can be typed in this folder. */
function forFile(error: GatewayError, config: string | undefined): GatewayError {
  const hint = error.hint && withConfigFile(error.hint, fileInHints(config));
  return new GatewayError(error.code, error.message, { hint, place: error.place });
}

// A gateway keeps serving when the reader of its output leaves, any other command ends.
onReaderGone(() => {
  if (process.argv[2] !== 'up') process.exit(0);
});
const exitCode = await main(process.argv);
process.exitCode = exitCode;
// An operation on a disk that does not answer would keep the process.
setTimeout(() => endIfBlocked(exitCode), EXIT_GRACE_MS).unref();
