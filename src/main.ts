import { Command, CommanderError } from 'commander';
import { ConfigError, renderProblems } from './config/diagnostics.ts';
import { CODES, renderError, toGatewayError } from './errors.ts';

/** Each verb is a file of its own, loaded only when it is typed: `hive ps` must not pay for what `hive up` needs. */
function buildProgram(setExit: (code: number) => void): Command {
  const program = new Command('hive')
    .description('One config file in, one MCP endpoint out.')
    .exitOverride()
    .showHelpAfterError('(hive --help shows the commands)')
    .configureOutput({ writeErr: (text) => process.stderr.write(text) });
  const config = [
    '-c, --config <file>',
    'config file, YAML or JSON (default: hive.yaml, hive.yml, hive.json or stacks/default.yaml)',
  ] as const;
  const json = ['--json', 'print JSON'] as const;

  program
    .command('up')
    .description('bring the stack up and serve it')
    .option(...config)
    .option('-d, --detach', 'serve in the background')
    .option('-y, --yes', 'install and start a container engine without asking, if there is none')
    .option('--no-containers', 'use no container engine: serve what can run natively')
    .action(async (options) => setExit(await (await import('./cli/up.ts')).up(options)));
  program
    .command('down')
    .description('stop the gateway, remove the containers and networks of the stack')
    .option(...config)
    .option('-v, --volumes', 'remove the named volumes too: the data of the servers')
    .action(async (options) => (await import('./cli/down.ts')).down(options));
  program
    .command('plan')
    .description('print what a reload would do and why; change nothing')
    .option(...config)
    .option(...json)
    .action(async (options) => (await import('./cli/plan.ts')).plan(options));
  program
    .command('compile')
    .description('write the Compose file')
    .option(...config)
    .option('--check', 'write nothing; fail when the file on disk is not what would be written')
    .option('--stdout', 'print instead of writing')
    .action(async (options) => (await import('./cli/compile.ts')).compileFile(options));
  program
    .command('validate')
    .description('check the config file: every problem, with its line and its fix')
    .option(...config)
    .option(...json)
    .action(async (options) => (await import('./cli/validate.ts')).validate(options));
  program
    .command('ps')
    .description('show the servers and how they are')
    .option(...config)
    .option(...json)
    .action(async (options) => (await import('./cli/ps.ts')).ps(options));
  program
    .command('logs')
    .description('show what servers wrote: stderr, and noise on stdout')
    .argument('[server]')
    .option(...config)
    .option('-f, --follow', 'go on as they write')
    .option(...json)
    .action(async (server, options) => (await import('./cli/logs.ts')).logs(server, options));
  program
    .command('restart')
    .description('restart one server')
    .argument('<server>')
    .option(...config)
    .action(async (server, options) => (await import('./cli/restart.ts')).restart(server, options));
  program
    .command('doctor')
    .description('check machine, engine, config and gateway, and say what to do')
    .option(...config)
    .option(...json)
    .action(async (options) => setExit(await (await import('./cli/doctor.ts')).doctor(options)));
  program
    .command('schema')
    .description('print the JSON Schema of the config file')
    .option('--write <file>', 'write it to a file')
    .action(async (options) => (await import('./cli/schema.ts')).schema(options));
  return program;
}

async function main(argv: readonly string[]): Promise<number> {
  let exitCode = 0;
  try {
    await buildProgram((code) => {
      exitCode = code;
    }).parseAsync(argv as string[]);
    return exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : CODES.USAGE;
    const error = toGatewayError(thrown);
    process.stderr.write(
      `${thrown instanceof ConfigError ? renderProblems(thrown.problems) : renderError(error)}\n`,
    );
    return CODES[error.code];
  }
}

process.exitCode = await main(process.argv);
