/** Keys that several kinds of servers have. */
import { resolve } from 'node:path';
import type { NativeCommand, SecretSource } from '../../model/desired.ts';
import { secretVariable } from '../../model/secrets/secret-name.ts';
import { splitCommand } from '../parse/command.ts';
import type { Entry } from '../parse/parse.ts';
import type { ContainerInput } from '../schema/container.ts';

/** The keys that only this kind of server has. */
export type KindKeys<T> = Omit<T, 'serverName' | 'view' | 'place' | 'origin' | 'unset'>;

export const DEFAULT_STOP_GRACE = '10s';

type CommandInput = Pick<ContainerInput, 'command' | 'args' | 'env'>;

export function nativeCommand(input: CommandInput): NativeCommand {
  const [command = '', ...args] = commandWords(input.command, input.args) ?? [];
  return { command, args, env: texts(input.env) };
}

/** All words of a command, in whichever form it was written; undefined if it was not. */
export function commandWords(
  command: ContainerInput['command'],
  args?: ContainerInput['args'],
): string[] | undefined {
  if (command === undefined) return undefined;
  if (Array.isArray(command)) return command.map(String);
  if (args !== undefined) return [command, ...args.map(String)];
  const split = splitCommand(command);
  return 'words' in split ? [...split.words] : [];
}

/** Makes a secret's file absolute, from the folder of its config file. */
export function secretSource(
  folder: string,
  source: SecretSource | { readonly secret: string },
): SecretSource {
  if ('secret' in source) return { environment: secretVariable(source.secret) };
  return 'file' in source ? { file: resolve(folder, source.file) } : source;
}

/** Files relative to the config file that names them, as absolute paths. */
export function toAbsolute(entry: Entry, files: string | readonly string[] = []): string[] {
  return [files].flat().map((file) => resolve(entry.source.folder, file));
}

/** A map with every value as text. */
export function texts(map: Readonly<Record<string, unknown>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, String(value)]));
}
