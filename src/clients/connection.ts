/** Finds the entries of a client that lead to this gateway already, and says what has to change. */
import type { Endpoint, Entry } from './dialects.ts';

/** What an entry reaches: the whole gateway, one server, or a view. */
export interface Part {
  readonly serverName: string | undefined;
  readonly viewName: string | undefined;
}

/** The gateway, in every way in which an entry may reach it. */
export interface Reached {
  /** URL of the gateway, or of one of its servers. */
  readonly url: string;
  /** Absolute path of the config file, as `hive stdio -c` has it. */
  readonly file: string;
  /** Server behind the URL; undefined for all of them. */
  readonly serverName: string | undefined;
  /** View that the URL names; absent for none. */
  readonly viewName?: string | undefined;
}

/** Names of the key with the URL among the clients. */
const URL_KEYS = ['url', 'httpUrl', 'serverUrl', 'uri'];

/** True for an entry that reaches the same tools. */
export function leadsTo(entry: Entry, reached: Reached): boolean {
  const urls = URL_KEYS.map((key) => entry[key]).filter((value) => typeof value === 'string');
  return urls.some((url) => isSameUrl(url, reached.url)) || startsStdio(entry, reached);
}

/** True for an entry that reaches this gateway, or any of its servers. */
export function leadsBack(entry: Entry, { url, file }: Pick<Reached, 'url' | 'file'>): boolean {
  const base = comparable(url);
  const urls = URL_KEYS.map((key) => entry[key]).filter((value) => typeof value === 'string');
  if (
    urls
      .map(comparable)
      .some((own) => own === base || own?.startsWith(`${base}/`) || own?.startsWith(`${base}?view=`))
  )
    return true;
  const words = wordsOf(entry);
  return words.includes('stdio') && words.includes(file);
}

/** What of this gateway the entry reaches; undefined for nothing. */
export function reachedBy(entry: Entry, gateway: Pick<Reached, 'url' | 'file'>): Part | undefined {
  if (!leadsBack(entry, gateway)) return undefined;
  const words = wordsOf(entry);
  if (words.includes('stdio') && words.includes(gateway.file)) return partOfStdio(words, gateway.file);
  const base = comparable(gateway.url) ?? '';
  const own = URL_KEYS.map((key) => entry[key])
    .map((value) => (typeof value === 'string' ? comparable(value) : undefined))
    .find((it) => it?.startsWith(base));
  const [path = '', query = ''] = own?.slice(base.length).split('?') ?? [];
  const name = path.slice(1);
  return {
    serverName: name === '' ? undefined : decoded(name),
    viewName: new URLSearchParams(query).get('view') ?? undefined,
  };
}

/** Anything may stand in a client's file. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

const wordsOf = ({ command, cmd, args }: Entry): string[] =>
  [command, cmd, args].flat().filter((word) => typeof word === 'string');

function isSameUrl(one: string, other: string): boolean {
  const [a, b] = [one, other].map(comparable);
  return a !== undefined && a === b;
}

/** One spelling for the names of this machine, and for slashes at the end. */
function comparable(text: string): string | undefined {
  const url = URL.parse(text);
  if (url === null) return undefined;
  const host = /^(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\])$/.test(url.hostname) ? 'local' : url.hostname;
  return `${host}:${url.port}${url.pathname.replace(/\/+$/, '')}${url.search}`;
}

/** `… stdio [SERVER] [--view VIEW] -c FILE`, in the words of any client. */
function startsStdio(entry: Entry, { file, serverName, viewName }: Reached): boolean {
  const words = wordsOf(entry);
  const at = words.indexOf('stdio');
  if (at < 0 || !words.includes(file)) return false;
  const own = partOfStdio(words, file);
  return own.viewName === viewName && own.serverName === serverName;
}

function partOfStdio(words: readonly string[], file: string): Part {
  const at = words.indexOf('stdio');
  const view = words.indexOf('--view');
  const options = ['-c', '--config', file, '--view'];
  const rest = words.filter((_, index) => index > at && (view < 0 || index !== view + 1));
  return {
    viewName: view < 0 ? undefined : words[view + 1],
    serverName: rest.find((word) => !options.includes(word)),
  };
}

export type Change =
  | { readonly kind: 'none'; readonly name: string }
  | { readonly kind: 'add' | 'replace'; readonly name: string };

interface Wish {
  readonly reached: Reached;
  readonly endpoint: Endpoint['kind'];
  /** True if the user named the kind of link. */
  readonly isKindNamed: boolean;
  /** True if the gateway asks for a token over HTTP. */
  readonly needsToken: boolean;
  /** Keys without which the client ignores an entry. */
  readonly neededKeys: readonly string[];
  /** Names for a new entry; the first one that is free is used. */
  readonly names: readonly string[];
  /** Names that earlier runs of Hive have given in this file. */
  readonly own: ReadonlySet<string>;
}

/** What a file needs. An entry of the user's own that leads here is adopted: there is no second one. */
export function changeFor(entries: ReadonlyMap<string, Entry>, wish: Wish): Change {
  const found = [...entries].find(([, entry]) => leadsTo(entry, wish.reached));
  if (found !== undefined) {
    const [name, entry] = found;
    return { kind: isEnough(entry, wish) ? 'none' : 'replace', name };
  }
  const moved = wish.names.find((name) => wish.own.has(name) && entries.has(name));
  if (moved !== undefined) return { kind: 'replace', name: moved };
  for (let number = 1; ; number++) {
    const name = wish.names[number - 1] ?? `${wish.names[0]}-${number}`;
    if (!entries.has(name)) return { kind: 'add', name };
  }
}

/** Keys that say how the gateway is reached. */
const LINK_KEYS: ReadonlySet<string> = new Set([
  ...URL_KEYS,
  'args',
  'bearer_token_env_var',
  'cmd',
  'command',
  'headers',
  'http_headers',
  'requestOptions',
  'transport',
  'type',
]);

/** The new entry with what the user has set in the old one besides: permissions, limits, whether it is on. */
export function withKept(entry: Entry, old: Entry | undefined): Entry {
  const kept = Object.entries(old ?? {}).filter(([key]) => !LINK_KEYS.has(key));
  return { ...entry, ...Object.fromEntries(kept) };
}

function isEnough(entry: Entry, { endpoint, isKindNamed, needsToken, neededKeys }: Wish): boolean {
  if (neededKeys.some((key) => !(key in entry))) return false;
  const kind = URL_KEYS.some((key) => key in entry) ? 'http' : 'stdio';
  if (isKindNamed && kind !== endpoint) return false;
  return kind === 'stdio' || !needsToken || /bearer|authorization/i.test(JSON.stringify(entry));
}
