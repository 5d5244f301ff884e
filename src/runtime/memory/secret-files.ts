/** Reads the files whose contents must not be shown: env files and files of secrets. */
import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

/** Reads as `SecretFiles` of the gateway's operations. Unreadable files are empty. */
export const secretFiles = {
  variables: (path: string): Readonly<Record<string, string | undefined>> => parseEnv(textOf(path)),
  text: textOf,
  exists: existsSync as (path: string) => boolean,
};

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
