/** Rules about containers. */
import { parseVolume, publishedPorts } from '../parse/endpoints.ts';
import type { EntryOf } from '../parse/parse.ts';
import { isBuiltByRawKeys } from '../schema/raw-build.ts';
import type { SettingsInput } from '../schema/stack.ts';
import type { Flag } from './checked.ts';
import { checkRawCompose } from './raw-compose.ts';

type ContainerDefaults = NonNullable<NonNullable<SettingsInput['defaults']>['container']>;

/** Rules about single keys of a container entry. */
export const CONTAINER_KEY_CHECKS: readonly ((entry: EntryOf<'container'>, flag: Flag) => void)[] = [
  checkPorts,
  checkVolumes,
  checkRawCompose,
  checkContext,
];

/** Rules between keys of a container entry. */
export const CONTAINER_CHECKS: readonly ((
  entry: EntryOf<'container'>,
  flag: Flag,
  defaults: ContainerDefaults,
) => void)[] = [checkImage, checkTransport, checkNativeSecrets, checkPortsNetwork];

function checkPorts({ serverName, input }: EntryOf<'container'>, flag: Flag): void {
  for (const [index, port] of (input.ports ?? []).entries())
    if (publishedPorts(String(port)) === undefined)
      flag(
        ['ports', index],
        `"ports[${index}]" of server "${serverName}" is not a port to publish`,
        'write "HOST:CONTAINER" or "127.0.0.1:HOST:CONTAINER"',
      );
}

/** The other contexts that Docker does not take are folders that do not exist. */
function checkContext({ serverName, input: { build, dockerfile } }: EntryOf<'container'>, flag: Flag): void {
  const context = typeof build === 'string' ? build : build?.context;
  const hint = 'name the folder of the files; Docker fetches https://, ssh:// and git:// only';
  const message = (key: string): string => `"${key}" of server "${serverName}" cannot be a file:// URL`;
  if (context?.startsWith('file:'))
    flag(typeof build === 'string' ? ['build'] : ['build', 'context'], message('build'), hint);
  if (dockerfile?.startsWith('file:')) flag(['dockerfile'], message('dockerfile'), hint);
}

function checkVolumes({ serverName, input }: EntryOf<'container'>, flag: Flag): void {
  for (const [index, volume] of (input.volumes ?? []).entries())
    if (/^[A-Za-z]:/.test(volume))
      flag(
        ['volumes', index],
        `"volumes[${index}]" of server "${serverName}": Compose reads "${volume[0]}:" as a Windows drive`,
        'give the volume a name of two letters or more',
      );
    else if (parseVolume(volume) === undefined)
      flag(
        ['volumes', index],
        `"volumes[${index}]" of server "${serverName}" is not NAME:/path or ./folder:/path`,
        volumeHint(volume),
      );
}

function volumeHint(volume: string): string {
  if (/:[^:/]*:\w[\w,]*$/.test(volume) || /:\/[^:]*:[\w,]*$/.test(volume))
    return 'the options after the path are ro or rw, z or Z, nocopy, and the modes of propagation';
  if (volume.startsWith('/') && !volume.includes(':'))
    return `give the volume a name, so that it lasts: data:${volume}`;
  return 'the path in the container must be absolute, and a folder on this machine must begin with ./ or /';
}

function checkImage({ serverName, input }: EntryOf<'container'>, flag: Flag): void {
  const { image, dockerfile, build, pull } = input;
  const isBuilt = build !== undefined || isBuiltByRawKeys(input.compose);
  if (image === undefined && dockerfile === undefined && !isBuilt)
    flag(
      [],
      `server "${serverName}" has neither image nor dockerfile`,
      'add image: NAME:TAG, or dockerfile: PATH to build one',
      'key',
    );
  if (build !== undefined && dockerfile !== undefined)
    flag(
      ['dockerfile'],
      `server "${serverName}" has both build and dockerfile`,
      'write build: { context: FOLDER, dockerfile: PATH }, where PATH begins at the context',
      'key',
    );
  if (image !== undefined && (build ?? dockerfile) !== undefined)
    flag(
      ['image'],
      `server "${serverName}" has both image and ${build === undefined ? 'dockerfile' : 'build'}`,
      'keep one: Hive names the images that it builds',
      'key',
    );
  if ((dockerfile !== undefined || isBuilt) && pull !== undefined)
    flag(
      ['pull'],
      `"pull" of server "${serverName}" is for an image, and this one is built`,
      'remove it',
      'key',
    );
}

function checkTransport(entry: EntryOf<'container'>, flag: Flag, defaults: ContainerDefaults): void {
  if (entry.input.transport === 'http') checkHttp(entry, flag, defaults);
  else checkStdio(entry, flag);
}

function checkHttp(
  { serverName, input }: EntryOf<'container'>,
  flag: Flag,
  defaults: ContainerDefaults,
): void {
  if (input.port === undefined)
    flag(
      ['transport'],
      `server "${serverName}" speaks http, but has no port`,
      'add port: 3000, the one it listens on inside the container',
    );
  if (input.link !== undefined)
    flag(['link'], `"link" of server "${serverName}" is for stdio, and it speaks http`, 'remove it', 'key');
  if ((input.network ?? defaults.network) === 'none')
    flag(['network'], `server "${serverName}" speaks http, but has no network`, 'use network: isolated');
}

function checkStdio({ serverName, input }: EntryOf<'container'>, flag: Flag): void {
  for (const key of ['port', 'path'] as const)
    if (input[key] !== undefined)
      flag(
        [key],
        `"${key}" of server "${serverName}" is for http, and it speaks stdio`,
        `add transport: http, or remove ${key}`,
        'key',
      );
}

function checkNativeSecrets({ serverName, input }: EntryOf<'container'>, flag: Flag): void {
  if (input.native !== undefined && input.secrets !== undefined)
    flag(
      ['native'],
      `server "${serverName}" has secrets, which it would not get when run natively`,
      'remove native, or pass the secret by env with ${VAR} in both',
      'key',
    );
}

function checkPortsNetwork(
  { serverName, input }: EntryOf<'container'>,
  flag: Flag,
  defaults: ContainerDefaults,
): void {
  const network = input.network ?? defaults.network;
  if ((input.ports ?? []).length > 0 && (network === 'none' || network === 'host'))
    flag(
      ['ports'],
      `server "${serverName}" publishes ports, which network: ${network} cannot do`,
      'remove ports, or use network: isolated',
      'key',
    );
}
