import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { ConfigError, renderConfigError } from './config/source/diagnostics.ts';
import { CODES, renderError, toGatewayError } from './errors.ts';
import { HIVE_VERSION } from './model/version.ts';

/** Loading code is most of what a short command does. Where it cannot be written, it is done without. */
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/compile'));

/** Each verb is a file of its own, loaded only when it is typed: `hive ps` must not pay for what `hive up` needs. */
function buildProgram(setExit: (code: number) => void): Command {
  const program = new Command('hive')
    .description('One config file in, one MCP endpoint out.')
    .version(`hive ${HIVE_VERSION}`, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand(false)
    .exitOverride()
    .showHelpAfterError('  fix: see what there is: npx hive --help')
    .configureOutput({
      outputError: (text, write) =>
        write(text.replace(/^error: /, 'error USAGE: ').replace(/^\(Did/m, '  (did')),
    });
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
    .action(async (options) => setExit(await (await import('./cli/validate.ts')).validate(options)));
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
    .action(async (server, options) =>
      setExit(await (await import('./cli/restart.ts')).restart(server, options)),
    );
  program
    .command('op')
    .description(
      'run one of Hive’s own operations, as agents do by `use: gateway`; without a name, list them',
    )
    .argument('[name]')
    .argument('[arguments...]', 'KEY=VALUE')
    .option(...config)
    .option(...json)
    .action(async (name, args, options) => (await import('./cli/op.ts')).op(name, args, options));
  program
    .command('doctor')
    .description('check machine, engine, config and gateway, and say what to do')
    .option(...config)
    .option(...json)
    .action(async (options) => setExit(await (await import('./cli/doctor.ts')).doctor(options)));
  program
    .command('stdio')
    .description(
      'speak MCP on stdin and stdout, for clients that know no HTTP; starts the gateway if none runs',
    )
    .argument('[server]', 'just this server, unprefixed')
    .option(...config)
    .action(async (server, options) =>
      setExit(await (await import('./cli/stdio.ts')).stdio({ ...options, server })),
    );
  program
    .command('token')
    .description('make a bearer token: print it, and the digest that goes into the config file')
    .argument('<name>', 'whose it is: a client or a person')
    .option(...json)
    .action(async (name, options) => (await import('./cli/token.ts')).token(name, options));
  program
    .command('login')
    .description('log in at a remote server that wants OAuth')
    .argument('<server>')
    .option(...config)
    .action(async (server, options) => (await import('./cli/login.ts')).login(server, options));
  program
    .command('logout')
    .description('forget the login at a remote server')
    .argument('<server>')
    .option(...config)
    .action(async (server, options) => (await import('./cli/login.ts')).logout(server, options));
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
      `${thrown instanceof ConfigError ? renderConfigError(thrown, process.cwd()) : renderError(error)}\n`,
    );
    return CODES[error.code];
  }
}

/** Who reads us may leave: a pipe into `head`, a terminal that is closed. A gateway goes on serving, anything else is done. */
function surviveReaders(keepsRunning: boolean): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', () => {
      if (!keepsRunning) process.exit(0);
    });
}

surviveReaders(process.argv[2] === 'up');
process.exitCode = await main(process.argv);
