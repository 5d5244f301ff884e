/** Writes the compiled Compose file, and recognises it. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { GatewayError } from '../../errors.ts';
import { MAX_COMPOSE_BYTES } from '../../files/limits.ts';
import { readFileText } from '../../files/read-file.ts';
import { writeWhole } from '../../store/write-whole.ts';

/**
 * Writes the compiled Compose file if its text has changed. A file that Hive did not write is never replaced.
 *
 * @param isOurs true for the text of a file that Hive wrote
 * @throws GatewayError CONFIG_INVALID if something else has that path, or the path cannot be written
 */
export function writeComposeFile(path: string, yaml: string, isOurs: (text: string) => boolean): void {
  const before = readIfThere(path);
  if (before === yaml) return;
  if (before !== undefined && !isOurs(before)) {
    throw new GatewayError('CONFIG_INVALID', `${path} exists and was not written by Hive`, {
      hint: 'set `composeFile` in the config to another path, or move that file away',
    });
  }
  try {
    mkdirSync(dirname(path), { recursive: true });
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

/** True if the file exists and Hive wrote it. @throws GatewayError CONFIG_INVALID if it cannot be read */
export function hasOurs(path: string, isOurs: (text: string) => boolean): boolean {
  const text = readIfThere(path);
  return text !== undefined && isOurs(text);
}

const unreadable = (path: string, cause: Error): GatewayError =>
  new GatewayError('CONFIG_INVALID', `the compiled file ${path} cannot be read: ${cause.message}`, {
    hint: 'set `composeFile` in the config to the path of a file that Hive may write',
    cause,
  });

function readIfThere(path: string): string | undefined {
  try {
    return readFileText(path, { maxBytes: MAX_COMPOSE_BYTES });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unreadable(path, cause as Error);
  }
}
