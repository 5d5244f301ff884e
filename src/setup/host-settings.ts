/** Collects this machine's certificate authorities, registries and proxies for the images that Hive makes. */
import { X509Certificate } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import tls from 'node:tls';
import { homeFolder } from '../files/home.ts';
import { systemFile } from '../files/system-file.ts';
import { query } from './command.ts';
import type { Environment } from './find-tools.ts';

/** Settings with which builds inside an image reach the package registries that this machine reaches. */
export interface HostSettings {
  readonly files: readonly SettingsFile[];
  readonly env: Readonly<Record<string, string>>;
}

export interface SettingsFile {
  /** Absolute, inside the image. */
  readonly path: string;
  readonly content: string;
}

const CA_BUNDLE = '/etc/ssl/certs/ca-certificates.crt';

/** Reads the settings of this machine. Lines that hold a password are left out. */
export async function readHostSettings(): Promise<HostSettings> {
  const [authorities, npm, pip, apt] = await Promise.all([
    localAuthorities(),
    query(['npm', 'config', 'list', '--json']),
    readPipSettings(),
    query(['apt-config', 'dump', 'Acquire']),
  ]);
  const files = authorities.map((content, index) => ({
    path: `/usr/local/share/ca-certificates/host-${index + 1}.crt`,
    content,
  }));
  const rest = [
    { path: '/usr/local/etc/npmrc', content: npmrcOf(npm.stdout) },
    { path: '/etc/pip.conf', content: pip },
    { path: '/etc/apt/apt.conf.d/80host-proxy', content: aptProxiesOf(apt.stdout) },
  ];
  return {
    files: [...files, ...rest.filter((file) => file.content !== '')],
    env: authorities.length === 0 ? {} : CERTIFICATE_ENV,
  };
}

/** Node, Python's requests, and programs built on rustls or certifi trust only the bundle that these name. */
const CERTIFICATE_ENV = {
  SSL_CERT_FILE: CA_BUNDLE,
  NODE_EXTRA_CA_CERTS: CA_BUNDLE,
  REQUESTS_CA_BUNDLE: CA_BUNDLE,
  PIP_CERT: CA_BUNDLE,
};

/** Authorities that only this machine trusts, as PEM: a company's, or an intercepting proxy's. */
async function localAuthorities(): Promise<string[]> {
  const known = new Set([...tls.rootCertificates, ...(await distributionAuthorities())].map(fingerprint));
  const local = new Map<string, string>();
  for (const pem of [...tls.getCACertificates('system'), ...tls.getCACertificates('extra')]) {
    const print = fingerprint(pem);
    if (!known.has(print) && new X509Certificate(pem).ca) local.set(print, pem.trimEnd());
  }
  return [...local.values()].map((pem) => `${pem}\n`);
}

function fingerprint(pem: string): string {
  return new X509Certificate(pem).fingerprint256;
}

/** Authorities of the distribution's ca-certificates package, which the image has too. */
async function distributionAuthorities(): Promise<string[]> {
  const folder = '/usr/share/ca-certificates/mozilla';
  const names = await readdir(folder).catch(() => []);
  const texts = await Promise.all(names.map((name) => systemFile(join(folder, name))));
  return texts.filter((text) => text !== '');
}

const NPM_KEYS = /^(registry|proxy|https-proxy|noproxy|strict-ssl|@[^:]+:registry)$/;

/**
 * Lines for an npmrc, from the output of `npm config list --json`: registries and proxies that differ from
 * the defaults.
 */
export function npmrcOf(json: string): string {
  let settings: Record<string, unknown>;
  try {
    settings = JSON.parse(json) as Record<string, unknown>;
  } catch {
    return '';
  }
  const lines = Object.entries(settings)
    .map(([key, value]) => [key, Array.isArray(value) ? value.join(',') : value] as const)
    .filter(
      ([key, value]) =>
        NPM_KEYS.test(key) && value !== null && value !== '' && !NPM_DEFAULTS.has(`${key}=${value}`),
    )
    .map(([key, value]) => `${key}=${value}`);
  return asFile(lines);
}

const NPM_DEFAULTS = new Set(['registry=https://registry.npmjs.org/', 'strict-ssl=true']);
const PIP_KEYS = ['index-url', 'extra-index-url', 'trusted-host', 'proxy'];

async function readPipSettings(): Promise<string> {
  const home = homeFolder();
  const paths = ['/etc/pip.conf', join(home, '.pip/pip.conf'), join(home, '.config/pip/pip.conf')];
  const texts = await Promise.all(paths.map((path) => systemFile(path)));
  return pipConfOf(texts, process.env);
}

/**
 * Merges several pip.conf texts (later ones win) and pip's environment variables (which win over all) into
 * one.
 */
export function pipConfOf(texts: readonly string[], env: Environment): string {
  const values = new Map<string, string>();
  for (const line of texts.flatMap((text) => text.split('\n'))) {
    const [, key = '', value = ''] = /^\s*([a-z-]+)\s*[=:]\s*(.*?)\s*$/.exec(line) ?? [];
    if (PIP_KEYS.includes(key)) values.set(key, value);
  }
  for (const key of PIP_KEYS) {
    const value = env[`PIP_${key.toUpperCase().replaceAll('-', '_')}`];
    if (value) values.set(key, value);
  }
  const lines = asFile([...values].map(([key, value]) => `${key} = ${value}`));
  return lines === '' ? '' : `[global]\n${lines}`;
}

/** Proxy lines of `apt-config dump`. */
export function aptProxiesOf(dump: string): string {
  return asFile(dump.split('\n').filter((line) => /^Acquire::https?::Proxy(::\S+)? "[^"]+";$/.test(line)));
}

/** Leaves out lines with a user or password in a URL. */
function asFile(lines: readonly string[]): string {
  const kept = lines.filter((line) => !/\/\/[^/\s]*@/.test(line));
  return kept.length === 0 ? '' : `${kept.join('\n')}\n`;
}
