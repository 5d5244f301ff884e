/** Which proxy of the environment a request goes through, and the words for it in errors. */

import { BlockList, isIP } from 'node:net';
import { GatewayError } from '../../errors.ts';
import { type Values, valueIn } from '../../model/references.ts';
import { isLoopback } from '../../model/text/loopback.ts';

export interface WebProxy {
  /** May hold a password. */
  readonly url: string;
  /** Without the password. */
  readonly shown: string;
  /** The variable that names it. */
  readonly variable: string;
}

/** Variables on which the way to a remote server depends, in the order in which they are looked up. */
const OF_SCHEME: Readonly<Record<string, readonly string[]>> = {
  'http:': ['http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY'],
  'https:': ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'],
};
const EXCEPTIONS = ['no_proxy', 'NO_PROXY'];

/** All variables that change how remote servers are reached. */
export const NETWORK_VARIABLES: readonly string[] = [
  ...new Set([...Object.values(OF_SCHEME).flat(), ...EXCEPTIONS, 'NODE_EXTRA_CA_CERTS']),
];

/** Variables whose proxy has a password, or another credential. */
export const proxiesWithCredentials = (values: Values): string[] =>
  Object.values(OF_SCHEME)
    .flat()
    .filter((name) => valueIn(name, values)?.includes('@'));

/**
 * The proxy for an address; undefined if it is reached directly, as programs of this machine always are.
 * @throws GatewayError VALUE_INVALID
 */
export function proxyFor(address: string, values: Values): WebProxy | undefined {
  const url = new URL(address);
  const variable = firstSet(OF_SCHEME[url.protocol] ?? [], values);
  if (variable === undefined || isLoopback(url.hostname) || isExcepted(url, values)) return undefined;
  return readProxy(variable, valueIn(variable, values) ?? '');
}

/** The first variable that has a value. An empty one means none. */
const firstSet = (names: readonly string[], values: Values): string | undefined =>
  names.find((name) => valueIn(name, values)?.trim());

function readProxy(variable: string, value: string): WebProxy {
  // The proxy resolves names in any case.
  const text = value.trim().replace(/^socks5h:/i, 'socks5:');
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  if (!url || url.hostname === '' || !(isSocks(url.href) || /^https?:$/.test(url.protocol)))
    throw invalidProxy(variable, url);
  return { url: url.href, shown: `${url.protocol}//${url.host}`, variable };
}

/** True for the URL of a proxy of SOCKS 5. */
export const isSocks = (url: string): boolean => /^socks5?:/i.test(url);

function invalidProxy(variable: string, url: URL | null): GatewayError {
  const kind = /^socks4a?:$/.test(url?.protocol ?? '') ? 'SOCKS 4' : undefined;
  const what = kind ? `a proxy of ${kind}, which Hive does not speak` : 'not the address of a proxy';
  const scheme = kind
    ? 'socks5://HOST:1080 (most such proxies speak it too)'
    : 'http://proxy.example.com:3128';
  return new GatewayError('VALUE_INVALID', `${variable} is ${what}`, {
    hint: `write ${variable}=${scheme}, or list the host in NO_PROXY`,
  });
}

/**
 * True for a host that NO_PROXY names: `*`, names (their subdomains too), `.name`, `*.name`, addresses,
 * networks (`10.0.0.0/8`), each with a port or without, separated by commas or blanks.
 */
function isExcepted(url: URL, values: Values): boolean {
  const variable = firstSet(EXCEPTIONS, values);
  const list = variable === undefined ? '' : (valueIn(variable, values) ?? '');
  const host = bare(url.hostname);
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => entry !== '' && matches(entry, host, port));
}

/** Without the brackets of IPv6, and the dot that ends a full name. */
const bare = (name: string): string =>
  name
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/(.)\.$/, '$1');

function matches(entry: string, host: string, port: string): boolean {
  if (entry.includes('/')) return isInNetwork(entry, host);
  const [, bracketed, plain = '', ofPort = ''] = /^(?:\[(.*)\]|([^:]*))(?::(\d+))?$/.exec(entry) ?? [];
  // An IPv6 address without brackets has no port.
  const name = bracketed ?? (plain || (entry.includes(':') && ofPort === '' ? entry : ''));
  if (ofPort !== '' && ofPort !== port) return false;
  if (name === '*') return true;
  const suffix = bare(name).replace(/^\*?\./, '');
  return suffix !== '' && (host === suffix || (isIP(host) === 0 && host.endsWith(`.${suffix}`)));
}

function isInNetwork(entry: string, host: string): boolean {
  const [address = '', length = ''] = entry.split('/');
  const family = isIP(bare(address));
  if (family === 0 || isIP(host) !== family || !/^\d+$/.test(length)) return false;
  const type = family === 6 ? 'ipv6' : 'ipv4';
  if (Number(length) > (family === 6 ? 128 : 32)) return false;
  const network = new BlockList();
  network.addSubnet(bare(address), Number(length), type);
  return network.check(host, type);
}

/** How an address was reached, for an error about it. Never shows the password of a proxy. */
export interface Way {
  /** Follows the address in a sentence; empty for a direct connection. */
  readonly through: string;
  /** What to check, if a proxy may be the reason. */
  readonly hint: string | undefined;
}

export function wayTo(address: string, values: Values): Way {
  const { hostname, protocol } = new URL(address);
  const proxy = proxyFor(address, values);
  if (proxy)
    return {
      through: ` through the proxy ${proxy.shown} (${proxy.variable})`,
      hint: `check ${proxy.variable} and its proxy, or list ${hostname} in NO_PROXY if it needs none`,
    };
  if (isLoopback(hostname)) return { through: '', hint: undefined };
  return { through: '', hint: directHint(hostname, protocol, values) };
}

/** Undefined if no proxy is set at all. */
function directHint(hostname: string, protocol: string, values: Values): string | undefined {
  const own = firstSet(OF_SCHEME[protocol] ?? [], values);
  if (own !== undefined)
    return `NO_PROXY keeps ${hostname} from the proxy of ${own}: take it out there if it needs the proxy`;
  const other = firstSet(Object.values(OF_SCHEME).flat(), values);
  const variable = protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  return other === undefined
    ? undefined
    : `${other} is set, and ${variable} is not: set it if ${hostname} is behind the proxy`;
}
