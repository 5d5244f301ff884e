/** Writes the compiled Compose file, and recognises it. */
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { GatewayError } from '../../errors.ts';
import { writeWhole } from '../../store/write-whole.ts';

/**
 * Writes the compiled Compose file if its text has changed. A file that Hive did not write is never replaced.
 *
 * @param isOurs true for the text of a file that Hive wrote
 * @throws GatewayError CONFIG_INVALID if another file has that path, or the path cannot be written
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
    writeWhole(path, yaml, 0o644);
  } catch (cause) {
    throw new GatewayError('CONFIG_INVALID', `the compiled file ${path} cannot be written`, {
      hint: 'set `composeFile` in the config to a path in a folder that you may write to',
      cause,
    });
  }
}

/** True if the file exists and Hive wrote it. */
export function hasOurs(path: string, isOurs: (text: string) => boolean): boolean {
  const text = readIfThere(path);
  return text !== undefined && isOurs(text);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
