/** The start of a child process, and why it could not be started. */
import type { ChildProcess } from 'node:child_process';
import { GatewayError } from '../../errors.ts';
import { FileFault } from '../../files/fault.ts';
import { processFiles } from '../../files/process-files.ts';
import { shellWord } from '../../model/text/commands.ts';
import { systemWords } from '../../model/text/system-errors.ts';

export interface ChildProgram {
  readonly serverName: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
}

export function untilSpawned(child: ChildProcess, options: ChildProgram, onError: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error: NodeJS.ErrnoException) => {
      onError();
      void startError(error, options).then(reject);
    });
  });
}

/** A spawn in a folder on a disk that does not answer would hold the whole process. */
export async function requireFolder({ serverName, cwd }: ChildProgram): Promise<void> {
  try {
    await processFiles.stat(cwd);
  } catch (cause) {
    const why = cause instanceof FileFault ? `cannot be used: ${cause.message}` : 'does not exist';
    const message = `cannot start ${serverName}: its working directory ${cwd} ${why}`;
    throw new GatewayError('START_FAILED', message, { hint: 'create it, or change `workdir`', cause });
  }
}

async function startError(
  error: NodeJS.ErrnoException,
  { serverName, command, cwd }: ChildProgram,
): Promise<GatewayError> {
  const failed = (why: string, hint: string): GatewayError =>
    new GatewayError('START_FAILED', `cannot start ${serverName}: ${why}`, { hint, cause: error });
  if (error.code === 'ENOENT' && /[/\\]/.test(command))
    return (await isThere(command.startsWith('/') ? command : `${cwd}/${command}`))
      ? failed(`${command} names an interpreter that does not exist`, `correct the first line of ${command}`)
      : failed(`there is no ${command}`, 'correct the path in `command`');
  if (error.code === 'ENOENT')
    return failed(
      `command not found: ${command}`,
      `${installFix(command)}, or write its full path in \`command\``,
    );
  if (error.code === 'EACCES')
    return failed(`${command} is not executable`, `chmod +x ${shellWord(command)}`);
  if (error.code === 'ENOTDIR')
    return failed(`a part of ${command} is a file and no folder`, 'correct the path in `command`');
  if (error.code === 'E2BIG')
    return failed('its arguments and variables are too long', 'shorten `args` and `env`');
  const why = error.code === undefined ? error.message : systemWords(error.code);
  return failed(`${command}: ${why}`, 'check `command` and `args`');
}

/** Programs that belong to a package of another name. */
const PACKAGES: Readonly<Record<string, string>> = {
  uvx: 'install uv, which has uvx: curl -LsSf https://astral.sh/uv/install.sh | sh',
  uv: 'install uv: curl -LsSf https://astral.sh/uv/install.sh | sh',
  npx: 'install Node, which has npx: https://nodejs.org',
  npm: 'install Node, which has npm: https://nodejs.org',
  node: 'install Node: https://nodejs.org',
  bunx: 'install Bun, which has bunx: https://bun.sh',
  pnpx: 'install pnpm, which has pnpx: npm install -g pnpm',
  python: 'write python3, if that is there',
  pip: 'write python3 -m pip',
  pipx: 'install pipx: python3 -m pip install --user pipx',
  dnx: 'install .NET 10 or newer, which has dnx: https://dot.net',
};

const installFix = (command: string): string =>
  (Object.hasOwn(PACKAGES, command) ? PACKAGES[command] : undefined) ?? `install ${command}`;

async function isThere(path: string): Promise<boolean> {
  return processFiles.stat(path).then(
    () => true,
    () => false,
  );
}
