/** The command line: reads the arguments, runs the command, prints what it throws, sets the exit code. */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { COMMANDS, type CommandSpec } from './cli/commands.ts';
import { ConfigError, renderConfigError } from './config/source/diagnostics.ts';
import { endIfBlocked } from './end-process.ts';
import { CODES, renderError, toGatewayError } from './errors.ts';
import { HIVE_VERSION } from './model/version.ts';

// Loading code is most of what a short command does. A folder that cannot be written is no error.
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/compile'));

/** Time for what still runs when the command is done, such as the last output. */
const EXIT_GRACE_MS = 2_000;

function buildProgram(setExit: (code: number) => void): Command {
  const program = new Command('hive')
    .description('One config file in, one MCP endpoint out.')
    .version(`hive ${HIVE_VERSION}`, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand(false)
    .exitOverride()
    .showHelpAfterError('  fix: list the commands and options: npx hive --help')
    .configureOutput({
      outputError: (text, write) =>
        write(text.replace(/^error: /, 'error USAGE: ').replace(/^\(Did/m, '  (did')),
    });
  for (const spec of COMMANDS) addCommand(program, spec, setExit);
  return program;
}

function addCommand(program: Command, spec: CommandSpec, setExit: (code: number) => void): void {
  const { name, summary, args = [], options = [] } = spec;
  const command = program.command(name).description(summary);
  for (const [syntax, explained] of args) command.argument(syntax, explained);
  for (const [syntax, explained] of options) command.option(syntax, explained);
  // Commander passes each argument, then the options, then the command itself.
  command.action(async (...given: unknown[]) => {
    const code = await spec.run(given[args.length] as never, ...(given.slice(0, args.length) as never[]));
    setExit(code ?? 0);
  });
}

async function main(argv: readonly string[]): Promise<number> {
  let exitCode = 0;
  try {
    await buildProgram((code) => {
      exitCode = code;
    }).parseAsync(argv);
    return exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : CODES.USAGE;
    const error = toGatewayError(thrown);
    const text =
      thrown instanceof ConfigError ? renderConfigError(thrown, process.cwd()) : renderError(error);
    process.stderr.write(`${text}\n`);
    return CODES[error.code];
  }
}

/**
 * The reader of our output may leave: a pipe into `head`, a terminal that is closed. A gateway keeps serving,
 * any other command ends.
 */
function surviveReaders(keepsRunning: boolean): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', () => {
      if (!keepsRunning) process.exit(0);
    });
}

surviveReaders(process.argv[2] === 'up');
const exitCode = await main(process.argv);
process.exitCode = exitCode;
// An operation on a disk that does not answer would keep the process.
setTimeout(() => endIfBlocked(exitCode), EXIT_GRACE_MS).unref();
