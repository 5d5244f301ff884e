/** Reads the files whose contents must not be shown: env files and files of secrets. */
import { existsSync } from 'node:fs';
import { parseEnvFile } from '../../files/env-file.ts';
import { MAX_ENV_BYTES, MAX_SECRET_BYTES } from '../../files/limits.ts';
import { readFileText } from '../../files/read-file.ts';

/** Reads as `SecretFiles` of the gateway's operations. Unreadable files are empty. */
export const secretFiles = {
  variables: (path: string): Readonly<Record<string, string | undefined>> =>
    orNothing(() => parseEnvFile(readFileText(path, { maxBytes: MAX_ENV_BYTES })), {}),
  text: (path: string): string => orNothing(() => readFileText(path, { maxBytes: MAX_SECRET_BYTES }), ''),
  exists: existsSync as (path: string) => boolean,
};

function orNothing<T>(read: () => T, nothing: T): T {
  try {
    return read();
  } catch {
    return nothing;
  }
}
