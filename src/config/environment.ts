/**
 * The values that `${VAR}` references may refer to: environment variables, and `.env` beside the config file.
 */
import { dirname, join, resolve } from 'node:path';
import { EnvFileError, parseEnvFile } from '../files/env-file.ts';
import type { FileReader } from '../files/file-reader.ts';
import { MAX_ENV_BYTES } from '../files/limits.ts';
import { processFiles } from '../files/process-files.ts';
import type { Values } from '../model/references.ts';
import { ConfigError } from './source/diagnostics.ts';
import { isFolder, isMissing, reasonOf } from './source/read-failure.ts';

/** Path of the `.env` beside a config file; the file need not exist. */
export function environmentFile(file: string): string {
  return join(dirname(resolve(file)), '.env');
}

/**
 * Merges the given environment over the `.env` beside the config file. The result has no prototype, so
 * `${constructor}` is as unset as any other name.
 * @throws ConfigError CONFIG_INVALID if `.env` cannot be read, or if Compose would refuse it
 */
export async function readEnvironment(
  file: string,
  environment: Values,
  files: FileReader = processFiles,
): Promise<Values> {
  const path = environmentFile(file);
  try {
    const text = await textIfThere(path, files);
    const fromFile = parseEnvFile(text, (name) => environment[name]);
    return Object.assign(Object.create(null), fromFile, environment);
  } catch (thrown) {
    throw environmentError(path, resolve(file), thrown);
  }
}

/** Empty if there is no such file. A folder is passed over, as by Compose: some tools call theirs `.env`. */
async function textIfThere(path: string, files: FileReader): Promise<string> {
  return files.text(path, MAX_ENV_BYTES).catch((thrown) => {
    if (isMissing(thrown) || isFolder(thrown)) return '';
    throw thrown;
  });
}

function environmentError(path: string, file: string, thrown: unknown): ConfigError {
  const isSyntax = thrown instanceof EnvFileError;
  const message = isSyntax ? `.env: ${thrown.message}` : `cannot read .env: ${reasonOf(thrown)}`;
  const hint = isSyntax
    ? "quote the value: NAME='value' is taken as it stands"
    : 'it must be a readable text file; remove it if it is not needed';
  const place = { path, line: isSyntax ? thrown.line : 1 };
  const problem = { message, hint, place, keyPath: '', column: 1, snippet: '', underlineFrom: 0, length: 1 };
  return new ConfigError('CONFIG_INVALID', message, {
    problems: [problem],
    watched: [file, path],
    cause: thrown,
  });
}
