/** The start of a child process, and why it could not be started. */
import type { ChildProcess } from 'node:child_process';
import { GatewayError } from '../../errors.ts';
import { FileFault } from '../../files/fault.ts';
import { processFiles } from '../../files/process-files.ts';
import { shellWord } from '../../model/text/commands.ts';

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
      reject(startError(error, options));
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

function startError(error: NodeJS.ErrnoException, { serverName, command }: ChildProgram): GatewayError {
  const failed = (why: string, hint: string): GatewayError =>
    new GatewayError('START_FAILED', `cannot start ${serverName}: ${why}`, { hint, cause: error });
  if (error.code === 'ENOENT') {
    return failed(
      `command not found: ${command}`,
      `install ${command}, or write its full path in \`command\``,
    );
  }
  if (error.code === 'EACCES')
    return failed(`${command} is not executable`, `chmod +x ${shellWord(command)}`);
  return failed(`${command}: ${error.message}`, 'check `command` and `args`');
}
