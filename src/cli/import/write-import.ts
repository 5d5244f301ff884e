/** Writes what was imported: the entries into a stack file, the secrets into `.env` beside it. */
import { existsSync, lstatSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { GatewayError } from '../../errors.ts';
import { MAX_CONFIG_BYTES, MAX_ENV_BYTES } from '../../files/limits.ts';
import { processFiles } from '../../files/process-files.ts';
import type { Imported } from '../../import/convert.ts';
import { newFile, withEntries } from '../../import/insert.ts';
import { variableLine } from '../../import/render.ts';
import { COMPILED_NAME } from '../../model/stack.ts';
import { shellWord } from '../../model/text/commands.ts';
import { systemWords } from '../../model/text/system-errors.ts';
import { writeWhole } from '../../store/write-whole.ts';

/** Empty if there is no such file. */
export async function textIfThere(path: string, maxBytes = MAX_CONFIG_BYTES): Promise<string> {
  return existsSync(path) ? processFiles.text(path, maxBytes) : '';
}

/**
 * Secrets first: entries whose variables have no value would fail.
 * @throws GatewayError CONFIG_INVALID if the file has no place for entries, and nothing is written then;
 * STATE_FAILED
 */
export async function writeImport(
  file: string,
  env: string,
  { servers, variables }: Imported,
): Promise<void> {
  const text = await textIfThere(file);
  const next =
    text.trim() === ''
      ? newFile(file, servers, await compiledNameFor(file))
      : withEntries(file, text, servers);
  if (next === undefined)
    throw new GatewayError('CONFIG_INVALID', `${file} has no place for servers`, {
      hint: 'add `servers: {}` to it, or write another file',
      place: { path: file, line: 1 },
    });
  await addVariables(env, variables);
  if (servers.size > 0) replaceText(file, next, 0o644);
}

/** Adds lines to an `.env`, readable by the user alone. @throws GatewayError STATE_FAILED */
export async function addVariables(env: string, variables: ReadonlyMap<string, string>): Promise<void> {
  if (variables.size === 0) return;
  const before = await textIfThere(env, MAX_ENV_BYTES);
  const lines = [...variables].map(([name, value]) => variableLine(name, value)).join('');
  replaceText(env, `${before === '' || before.endsWith('\n') ? before : `${before}\n`}${lines}`, 0o600);
}

/** Undefined if nothing of another stack is at the default path. */
export async function compiledNameFor(file: string): Promise<string | undefined> {
  const path = join(dirname(file), COMPILED_NAME);
  if (!existsSync(path)) return undefined;
  const { compiledOfOther, ownCompiledName } = await import('../../compose-files.ts');
  return (await compiledOfOther(file, path)) === undefined ? undefined : ownCompiledName(file);
}

/**
 * A file that exists keeps its mode, and a link keeps its target. `.env` loses what others may read.
 * @throws GatewayError STATE_FAILED
 */
export function replaceText(path: string, text: string, mode: number): void {
  if (!existsSync(path) && lstatSync(path, { throwIfNoEntry: false })) throw deadLink(path);
  try {
    const target = existsSync(path) ? realpathSync(path) : path;
    const own = existsSync(target) ? statSync(target).mode & 0o777 : mode;
    writeWhole(target, text, { mode: mode === 0o600 ? own & 0o700 : own });
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

/** A link that leads nowhere is the user's, and says where the file should be. */
const deadLink = (path: string): GatewayError =>
  new GatewayError('STATE_FAILED', `cannot write ${path}: it is a link to a file that does not exist`, {
    hint: `make the file that it leads to, or remove the link: rm ${shellWord(path)}`,
  });

/** The error for a file of the user that cannot be written. */
export function unwritable(path: string, cause: unknown): GatewayError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const reason = code === 'ENOENT' ? 'its folder is missing' : systemWords(code ?? message);
  return new GatewayError('STATE_FAILED', `cannot write ${path}: ${reason}`, {
    hint: `let this user write in ${dirname(path)}, or choose another folder`,
    cause,
  });
}
