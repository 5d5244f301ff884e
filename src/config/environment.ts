/**
 * The values that `${VAR}` references may refer to: environment variables, and `.env` beside the config file.
 */
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import type { Values } from '../model/references.ts';

/** Path of the `.env` beside a config file; the file need not exist. */
export function environmentFile(file: string): string {
  return join(dirname(resolve(file)), '.env');
}

/**
 * Merges the given environment over the `.env` beside the config file. The result has no prototype, so
 * `${constructor}` is as unset as any other name.
 */
export async function readEnvironment(file: string, environment: Values): Promise<Values> {
  const text = await readFile(environmentFile(file), 'utf8').catch(() => '');
  return Object.assign(Object.create(null), parseEnv(text), environment);
}
