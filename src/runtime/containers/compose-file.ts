/** Writes the compiled Compose file, and recognises it. */
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { GatewayError } from '../../errors.ts';
import type { FileReader } from '../../files/file-reader.ts';
import { MAX_COMPOSE_BYTES } from '../../files/limits.ts';
import { makeFolder } from '../../files/make-folder.ts';
import { writeWhole } from '../../store/write-whole.ts';

/**
 * Writes the compiled Compose file if its text has changed. A file that Hive did not write is never replaced.
 *
 * @param before the text that is there
 * @param isOurs true for the text of a file that Hive wrote
 * @throws GatewayError CONFIG_INVALID if something else has that path, or the path cannot be written
 */
export function writeComposeFile(
  path: string,
  yaml: string,
  before: string | undefined,
  isOurs: (text: string) => boolean,
): void {
  if (before === yaml) return;
  if (before !== undefined && !isOurs(before)) {
    throw new GatewayError('CONFIG_INVALID', `${path} exists and was not written by Hive`, {
      hint: 'set `composeFile` in the config to another path, or move that file away',
    });
  }
  try {
    makeFolder(dirname(path));
    writeWhole(path, yaml, { mode: 0o644 });
  } catch (cause) {
    throw new GatewayError(
      'CONFIG_INVALID',
      `the compiled file ${path} cannot be written: ${(cause as Error).message}`,
      {
        hint: 'set `composeFile` in the config to a path that you may write to, or make room there',
        cause,
      },
    );
  }
}

/** Undefined if there is none. @throws GatewayError CONFIG_INVALID if it cannot be read */
export async function readComposeFile(path: string, files: FileReader): Promise<string | undefined> {
  try {
    return await files.text(path, MAX_COMPOSE_BYTES);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unreadable(path, cause as Error);
  }
}

/** Removes a file whose text is Hive's. Never rejects: the file is of no use, and does no harm. */
export async function removeComposeFile(
  path: string,
  isOurs: (text: string) => boolean,
  files: FileReader,
): Promise<void> {
  try {
    if (isOurs(await files.text(path, MAX_COMPOSE_BYTES))) rmSync(path);
  } catch {
    // It is gone, or its disk is.
  }
}

const unreadable = (path: string, cause: Error): GatewayError =>
  new GatewayError('CONFIG_INVALID', `the compiled file ${path} cannot be read: ${cause.message}`, {
    hint: 'set `composeFile` in the config to the path of a file that Hive may write',
    cause,
  });
