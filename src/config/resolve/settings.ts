/** Resolves the settings of a stack: its name, the gateway, `auth` and views. */
import { basename, dirname, extname, resolve } from 'node:path';
import { defined } from '../../model/collections/defined.ts';
import type { AuthSettings, LogLimits, OAuthSettings, Stack } from '../../model/stack.ts';
import { composePath } from '../parse/build-spec.ts';
import { type Entry, type Input, prefixOf } from '../parse/parse.ts';
import { durationMs } from '../parse/units.ts';
import { diskBytesOf } from '../schema/values.ts';
import { type Prefixed, resolveViews } from './named-views.ts';
import { resolveTokens } from './tokens.ts';

/** `true` and `false` are the words of earlier versions. */
const DISCOVER = { off: 'off', false: 'off', project: 'project', all: 'all', true: 'all' } as const;

/** The settings of the stack, without its servers. */
export function resolveSettings(
  file: string,
  { settings, entries }: Input,
): Omit<Stack, 'watched' | 'servers' | 'warnings'> {
  const { auth, logs, views, defaults } = settings;
  const { host = '127.0.0.1', port = 8001, discover = false, ...access } = settings.gateway ?? {};
  return {
    name: settings.name ?? derivedName(file),
    file,
    composeFile: composePath(file, { settings }),
    gateway: { host, port: Number(port), discover: DISCOVER[`${discover}`], ...defined(access) },
    ...(auth && { auth: resolveAuth(auth, dirname(file)) }),
    ...(logs && { logs: resolveLogs(logs) }),
    ...(views && { views: resolveViews(views, entries.map(prefixesOf)) }),
    ...(defaults?.tools?.readOnly && { readOnlyDiscovered: true as const }),
  };
}

const prefixesOf = (entry: Entry): Prefixed => ({ serverName: entry.serverName, prefix: prefixOf(entry) });

const resolveLogs = ({ keep = '7d', size = '1GiB' }: NonNullable<Input['settings']['logs']>): LogLimits => ({
  keepMs: durationMs(keep),
  sizeBytes: diskBytesOf(size),
});

function resolveAuth(
  { tokens = {}, oauth }: NonNullable<Input['settings']['auth']>,
  folder: string,
): AuthSettings {
  return {
    ...resolveTokens(tokens),
    ...(oauth && { oauth: resolveOAuth(oauth, folder) }),
  };
}

function resolveOAuth(
  { tls, scopes = [], roles, ...oauth }: NonNullable<NonNullable<Input['settings']['auth']>['oauth']>,
  folder: string,
): OAuthSettings {
  return defined({
    ...oauth,
    scopes,
    roles: roles && defined(roles),
    tls: tls && { ca: resolve(folder, tls.ca) },
  });
}

/** Names of files and folders that do not distinguish stacks. */
const GENERIC = new Set(['stack', 'stacks', 'default', 'hive', 'mcp', 'config', 'servers']);

/**
 * The name of the file's folder, then that of the file unless it is generic. A generic folder has that of its
 * parent before it, and so on: files that are far from each other should not get one name.
 */
export function derivedName(file: string): string {
  const words: string[] = [];
  for (let path = dirname(file); ; path = dirname(path)) {
    const word = projectName(basename(path));
    if (word !== '') words.unshift(word);
    if (path === dirname(path) || !(GENERIC.has(word) || word === '')) break;
  }
  const own = projectName(basename(file, extname(file)));
  if (!GENERIC.has(own) && own !== words.at(-1)) words.push(own);
  return projectName(words.join('-')) || 'hive';
}

/** The nearest name that Compose accepts as a project name. */
function projectName(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^[^a-z0-9]+|-+$/g, '')
    .slice(0, 63);
}
