/**
 * The resolve pass: fills in defaults, unifies spellings, makes paths absolute and durations milliseconds.
 */
import { resolve } from 'node:path';
import { defined } from '../../model/collections/defined.ts';
import type {
  NativeServer,
  OAuthClientSettings,
  RemoteServer,
  Server,
  UnsetVariable,
} from '../../model/desired.ts';
import type { Values } from '../../model/references.ts';
import { secretIn } from '../../model/secrets/secret-name.ts';
import type { SecretTroubles } from '../../model/secrets/secrets.ts';
import { unsetOf } from '../checks/unset.ts';
import type { Entry, EntryOf } from '../parse/parse.ts';
import { durationMs } from '../parse/units.ts';
import type { RemoteInput } from '../schema/remote.ts';
import { placeOf } from '../source/locate.ts';
import { resolveBuiltin } from './builtin.ts';
import { type ContainerContext, resolveContainer } from './container.ts';
import { DEFAULT_STOP_GRACE, type KindKeys, nativeCommand, secretSource, texts, toAbsolute } from './keys.ts';
import { resolveView } from './view.ts';

/** Facts beside the entry that its server depends on. */
export interface Context extends ContainerContext {
  readonly values: Values;
  /** Secrets that cannot be read. */
  readonly troubles: SecretTroubles;
  /** Of the main config file. */
  readonly folder: string;
}

export function resolveServer(entry: Entry, context: Context): Server {
  const base = {
    serverName: entry.serverName,
    view: resolveView(entry, context.defaults),
    place: placeOf(entry.source, entry.keyPath),
    unset: unsetVariables(entry, context),
    ...(entry.isAdded && ({ origin: 'added' } as const)),
  };
  switch (entry.kind) {
    case 'container':
      return { ...base, ...resolveContainer(entry, context) };
    case 'native':
      return { ...base, ...resolveNative(entry, context) };
    case 'remote':
      return { ...base, ...resolveRemote(entry, context) };
    case 'builtin':
      return { ...base, ...resolveBuiltin(entry) };
  }
}

function resolveNative(entry: EntryOf<'native'>, { defaults }: Context): KindKeys<NativeServer> {
  const { input } = entry;
  const inherited = input.inheritEnv ?? defaults.native?.inheritEnv ?? [];
  const inheritEnv = inherited === true ? ['*'] : inherited || [];
  return {
    type: 'native',
    ...nativeCommand(input),
    envFile: toAbsolute(entry, input.envFile),
    ...(inheritEnv.length > 0 && { inheritEnv }),
    workdir: resolve(entry.source.folder, input.workdir ?? '.'),
    stopGrace: durationMs(input.stopGrace ?? DEFAULT_STOP_GRACE),
  };
}

function resolveRemote(entry: EntryOf<'remote'>, context: Context): KindKeys<RemoteServer> {
  const { url, headers, oauth, tls } = entry.input;
  // The path of a default is relative to the file that has the defaults.
  const folder = tls ? entry.source.folder : context.folder;
  const { ca } = tls ?? context.defaults.remote?.tls ?? {};
  return {
    type: 'remote',
    url,
    headers: texts(headers),
    ...(oauth && { oauth: oauthClient(entry, oauth) }),
    ...(ca !== undefined && { tls: { ca: resolve(folder, ca) } }),
  };
}

function oauthClient(entry: Entry, input: NonNullable<RemoteInput['oauth']>): OAuthClientSettings {
  const folder = entry.source.folder;
  return defined({
    ...input,
    privateKey: input.privateKey && secretSource(folder, input.privateKey),
    assertion: input.assertion && secretSource(folder, input.assertion),
    idp: input.idp && defined(input.idp),
  });
}

function unsetVariables(entry: Entry, { values, troubles }: Context): UnsetVariable[] {
  return unsetOf(entry, values).map(({ variable, keyPath }) =>
    defined({
      variable,
      place: placeOf(entry.source, keyPath, 'value'),
      trouble: troubles.get(secretIn(variable) ?? ''),
    }),
  );
}
