import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import type { Values } from '../model/references.ts';

/** The `.env` beside a config file, which may or may not exist. */
export function environmentFile(file: string): string {
  return join(dirname(resolve(file)), '.env');
}

/**
 * What `${VAR}` references may refer to: the given environment over the `.env` beside the config file. Without prototype, so
 * that `${constructor}` is as unset as any other name.
 */
export async function readEnvironment(file: string, environment: Values): Promise<Values> {
  const text = await readFile(environmentFile(file), 'utf8').catch(() => '');
  return Object.assign(Object.create(null), parseEnv(text), environment);
}
