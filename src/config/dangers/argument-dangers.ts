/** Secrets among the arguments of a server, which every user of the machine can read. */
import { variablesIn } from '../../model/references.ts';
import { SECRET_NAME } from '../../secrets/secret-name.ts';
import { splitCommand } from '../parse/command.ts';
import type { KeyPath } from '../source/source.ts';
import type { Danger, Resolve } from './danger.ts';

const PUBLIC =
  'as an argument, which every user of this machine can read in the list of processes: ' +
  'pass it in env instead';

/** Keys that hold a command, or its arguments, below an entry of either kind. */
const COMMANDS: readonly KeyPath[] = [
  ['command'],
  ['args'],
  ['entrypoint'],
  ['native', 'command'],
  ['native', 'args'],
];

/** One word of a command, and where it stands. */
interface Word {
  readonly path: KeyPath;
  readonly text: string;
}

/** Names each secret once: by its variable, or by the option that it belongs to. */
export function argumentDangers(input: object, resolve: Resolve): Danger[] {
  const words = COMMANDS.flatMap((path) => wordsOf(path, valueAt(input, path)));
  const found = words.flatMap(({ path, text }, index) =>
    secretsIn(text, optionBefore(words[index - 1]), resolve).map((name) => ({ path, name })),
  );
  const first = new Map<string, KeyPath>();
  for (const { path, name } of found) if (!first.has(name)) first.set(name, path);
  return [...first].map(([name, path]) => ({ path, text: `passes ${name} ${PUBLIC}` }));
}

function valueAt(input: object, path: KeyPath): unknown {
  return path.reduce<unknown>((value, key) => (Object(value) as Record<string, unknown>)[key], input);
}

function wordsOf(path: KeyPath, value: unknown): Word[] {
  if (Array.isArray(value))
    return value.map((item, index) => ({ path: [...path, index], text: String(item) }));
  if (typeof value !== 'string') return [];
  const split = splitCommand(value);
  return 'words' in split ? split.words.map((text) => ({ path, text })) : [];
}

/** `--token`, if its value is the next word. */
function optionBefore(word: Word | undefined): string | undefined {
  return word && /^--?[\w-]+$/.test(word.text) ? word.text : undefined;
}

function secretsIn(text: string, before: string | undefined, resolve: Resolve): string[] {
  const [, own, value = ''] = /^(--?[\w-]+)=([\s\S]*)$/.exec(text) ?? [];
  const option = [own, before].find((name) => name !== undefined && isSecretOption(name));
  const isCredential = option !== undefined || hasPassword(resolve(own === undefined ? text : value));
  const variables = variablesIn(text);
  const secret = variables.filter((name) => isCredential || SECRET_NAME.test(name));
  if (variables.length > 0) return secret.map((name) => `\${${name}}`);
  const written = own === undefined ? text : value;
  return option !== undefined && isWrittenSecret(option, written) ? [`the value of ${option}`] : [];
}

/** A text tells less than a variable with a telling name: `--auth none`, `--key server.pem`. */
const isWrittenSecret = (option: string, text: string): boolean =>
  /token|secret|passw|pwd|key|credential/i.test(option) && !/^-|^(?:[.~]|\w:)?[/\\]|\.\w{2,5}$/.test(text);

/** `--token-file` names a place. */
const isSecretOption = (name: string): boolean =>
  SECRET_NAME.test(name) && !/-(?:file|path|dir|url|name|id)$/i.test(name);

/** True for the address of a database and the like. */
const hasPassword = (text: string): boolean => (URL.parse(text)?.password ?? '') !== '';
