/** Rules about one server. */

import { splitCommand } from '../parse/command.ts';
import { parseVolume, publishedPorts } from '../parse/endpoints.ts';
import type { Entry } from '../parse/parse.ts';
import type { SettingsInput } from '../schema/stack.ts';
import type { KeyPath } from '../source/source.ts';
import { textsIn } from '../source/texts.ts';
import type { Tell } from './checked.ts';
import { checkRawCompose } from './raw-compose.ts';

type ContainerEntry = Entry & { kind: 'container' };
type Check = (entry: ContainerEntry, tell: Tell, defaults: Defaults) => void;
type Defaults = NonNullable<NonNullable<SettingsInput['defaults']>['container']>;

/** Keys whose value is needed when the file is read: a variable there would put its value into the compiled file. */
const LITERAL_KEYS: ReadonlySet<string> = new Set([
  ...[
    'type',
    'transport',
    'dockerfile',
    'envFile',
    'file',
    'network',
    'path',
    'prefix',
    'tools',
    'link',
    'isolation',
    'start',
    'use',
  ],
]);

/** Compose would look into the default of a reference, and Hive does not: refused, so that both always mean the same. */
function hasNested(text: string): boolean {
  const operands = [...text.matchAll(/\$\$|\$\{[A-Za-z_]\w*:?[-?+]([^}]*)\}/g)].map(([, operand]) => operand);
  return operands.some((operand) => operand?.includes('$'));
}

function checkReferences(entry: Entry, tell: Tell): void {
  for (const { path, text } of textsIn(entry.data)) {
    const isLiteral = path.some(
      (key, depth) =>
        LITERAL_KEYS.has(String(key)) && (depth === 0 || path[0] === 'secrets' || path[0] === 'oauth'),
    );
    const isNativeFolder = entry.kind === 'native' && path[0] === 'workdir';
    if ((isLiteral || isNativeFolder) && text.includes('${'))
      tell(
        path,
        `"${path.join('.')}" of server "${entry.serverName}" cannot hold a \${…} reference`,
        'write the value itself',
      );
    else if (hasNested(text))
      tell(
        path,
        `a \${…} reference of server "${entry.serverName}" holds another $`,
        'references cannot be nested: give the inner variable its own default in .env',
      );
  }
}

function checkCommands(entry: Entry, tell: Tell): void {
  if (entry.kind === 'remote' || entry.kind === 'builtin') return;
  const { input } = entry;
  checkCommand(entry, ['command'], input.command, input.args, tell);
  if (entry.kind !== 'container') return;
  checkCommand(entry, ['entrypoint'], entry.input.entrypoint, undefined, tell);
  checkCommand(entry, ['native', 'command'], entry.input.native?.command, entry.input.native?.args, tell);
  if (!entry.isPartial && input.args !== undefined && input.command === undefined)
    tell(
      ['args'],
      `server "${entry.serverName}" has args without a command`,
      'name the `command` before them, or write command: [ARG, …] for the image’s own entrypoint',
      'key',
    );
}

type Words = string | readonly unknown[] | undefined;

function checkCommand(entry: Entry, path: KeyPath, command: Words, args: Words, tell: Tell): void {
  const what = `"${path.join('.')}" of server "${entry.serverName}"`;
  if (Array.isArray(command) && args !== undefined)
    tell(
      path,
      `${what} is a list and has args as well`,
      'put all words into the list, or make command the program only',
    );
  if (typeof command === 'string' && args === undefined) {
    const split = splitCommand(command);
    if ('problem' in split) tell(path, `${what} ${split.problem}`, split.hint);
    else if (split.words.length === 0) tell(path, `${what} is empty`, 'write what to run');
  } else if (command !== undefined && (command.length === 0 || command[0] === '')) {
    tell(path, `${what} is empty`, 'write what to run');
  }
}

function checkRenames(entry: Entry, tell: Tell): void {
  const rename = entry.input.tools?.rename ?? {};
  const taken = new Map<string, string>();
  for (const [tool, shown] of Object.entries(rename)) {
    const other = taken.get(shown);
    if (other !== undefined)
      tell(
        ['tools', 'rename', tool],
        `tools "${other}" and "${tool}" of server "${entry.serverName}" are both renamed to "${shown}"`,
        'give each its own name',
      );
    taken.set(shown, tool);
  }
}

function checkIdle(entry: Entry, tell: Tell): void {
  if (entry.kind === 'builtin') return;
  const { timeouts, start } = entry.input;
  if (!entry.isPartial && timeouts?.idle !== undefined && start !== 'lazy')
    tell(
      ['timeouts', 'idle'],
      `"timeouts.idle" of server "${entry.serverName}" is for start: lazy, and it is eager`,
      'add start: lazy, or remove it',
      'key',
    );
}

/** Rules about any one server. */
export const SERVER_CHECKS: readonly ((entry: Entry, tell: Tell) => void)[] = [
  checkReferences,
  checkCommands,
  checkRenames,
  checkIdle,
];

/** Rules about one key of a container entry. */
export const CONTAINER_KEY_CHECKS: readonly Check[] = [
  function ports({ serverName, input }, tell) {
    for (const [index, port] of (input.ports ?? []).entries())
      if (publishedPorts(String(port)) === undefined)
        tell(
          ['ports', index],
          `"ports[${index}]" of server "${serverName}" is not a port to publish`,
          'write "HOST:CONTAINER" or "127.0.0.1:HOST:CONTAINER"',
        );
  },
  function volumes({ serverName, input }, tell) {
    for (const [index, volume] of (input.volumes ?? []).entries())
      if (parseVolume(volume) === undefined)
        tell(
          ['volumes', index],
          `"volumes[${index}]" of server "${serverName}" is not NAME:/path or ./folder:/path`,
          volumeHint(volume),
        );
  },
  checkRawCompose,
];

/** Rules between keys of a container entry. */
export const CONTAINER_CHECKS: readonly Check[] = [
  function imageOrDockerfile({ serverName, input }, tell) {
    if (input.image === undefined && input.dockerfile === undefined)
      tell(
        [],
        `server "${serverName}" has neither image nor dockerfile`,
        'add image: NAME:TAG, or dockerfile: PATH to build one',
        'key',
      );
    if (input.image !== undefined && input.dockerfile !== undefined)
      tell(
        ['image'],
        `server "${serverName}" has both image and dockerfile`,
        'keep one: what is built gets its name from Hive',
        'key',
      );
    if (input.dockerfile !== undefined && input.pull !== undefined)
      tell(
        ['pull'],
        `"pull" of server "${serverName}" is for an image, and this one is built`,
        'remove it',
        'key',
      );
  },
  function httpNeedsPort({ serverName, input }, tell, defaults) {
    const isHttp = input.transport === 'http';
    if (isHttp && input.port === undefined)
      tell(
        ['transport'],
        `server "${serverName}" speaks http, but has no port`,
        'add port: 3000, the one it listens on inside the container',
      );
    for (const key of ['port', 'path'] as const)
      if (!isHttp && input[key] !== undefined)
        tell(
          [key],
          `"${key}" of server "${serverName}" is for http, and it speaks stdio`,
          `add transport: http, or remove ${key}`,
          'key',
        );
    if (isHttp && input.link !== undefined)
      tell(['link'], `"link" of server "${serverName}" is for stdio, and it speaks http`, 'remove it', 'key');
    if (isHttp && (input.network ?? defaults.network) === 'none')
      tell(['network'], `server "${serverName}" speaks http, but has no network`, 'use network: isolated');
  },
  function nativeSecrets({ serverName, input }, tell) {
    if (input.native !== undefined && input.secrets !== undefined)
      tell(
        ['native'],
        `server "${serverName}" has secrets, which it would not get when run natively`,
        'remove native, or pass the secret by env with ${VAR} in both',
        'key',
      );
  },
  function portsNeedNetwork({ serverName, input }, tell, defaults) {
    const network = input.network ?? defaults.network;
    if ((input.ports ?? []).length > 0 && (network === 'none' || network === 'host'))
      tell(
        ['ports'],
        `server "${serverName}" publishes ports, which network: ${network} cannot do`,
        'remove ports, or use network: isolated',
        'key',
      );
  },
];

function volumeHint(volume: string): string {
  if (volume.startsWith('/') && !volume.includes(':'))
    return `give the volume a name, so that it lasts: data:${volume}`;
  return 'the path in the container must be absolute, and a folder on this machine must begin with ./ or /';
}
