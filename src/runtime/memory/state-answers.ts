/** Waits until the disk of the state folder answers: what reads it afterwards waits without a limit. */
import { dirname, join } from 'node:path';
import { GatewayError } from '../../errors.ts';
import { FileFault } from '../../files/fault.ts';
import type { FileReader } from '../../files/file-reader.ts';
import { MAX_STATE_BYTES } from '../../files/limits.ts';
import { processFiles } from '../../files/process-files.ts';

/** Files that are read at a start, before anything can be served. */
const READ_AT_START = ['values.key', 'containers.json', 'eras.json', 'made.json', 'pipes.json', 'runs.json'];

/** Any other state of the path is good. @throws GatewayError STATE_FAILED if its disk does not answer */
export async function requireAnswer(path: string, files: FileReader = processFiles): Promise<void> {
  await files.lstat(path).catch((error) => refuseBlocked(path, error));
}

/**
 * The same for a state folder: reads each file that a start reads, through the reader that has limits.
 * Reading them again at once costs no look at the disk.
 */
export async function requireAnswers(folder: string, files: FileReader = processFiles): Promise<void> {
  await requireAnswer(folder, files);
  await Promise.all(
    READ_AT_START.map((name) => join(folder, name)).map((path) =>
      files.bytes(path, MAX_STATE_BYTES).catch((error) => refuseBlocked(path, error)),
    ),
  );
}

/** Other errors are for the code that uses the file: it says what they mean. */
export function refuseBlocked(path: string, error: unknown): void {
  if (!(error instanceof FileFault) || error.code !== 'BLOCKED') return;
  throw new GatewayError('STATE_FAILED', `${path} cannot be used: ${error.message}`, {
    hint: `mend the disk of ${dirname(path)}, or set HIVE_STATE_DIR to a folder on another disk`,
    cause: error,
  });
}
