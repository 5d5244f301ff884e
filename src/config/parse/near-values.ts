/** Values that were probably meant, in the grammars of the keys. */
import { similar } from '../source/similar.ts';

/** The value to write; undefined if the one that is there shows nothing. Callers check it. */
type Near = (value: unknown) => string | number | boolean | undefined;

const UNITS: readonly (readonly [expression: RegExp, unit: string, factor: number])[] = [
  [/^(ms|msecs?|millis|milliseconds?)$/i, 'ms', 1],
  [/^(|s|secs?|seconds?)$/i, 's', 1],
  [/^(m|mins?|minutes?)$/i, 'm', 1],
  [/^(h|hrs?|hours?)$/i, 'h', 1],
  [/^(d|days?)$/i, 'h', 24],
  [/^(w|weeks?)$/i, 'h', 168],
];

/** `5 min` is 5m, `1d` is 24h, a bare number is seconds. */
const duration: Near = (value) => {
  const [, amount = '', word = ''] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(String(value)) ?? [];
  const found = UNITS.find(([expression]) => expression.test(word));
  if (Number(amount) === 0 || found === undefined) return undefined;
  return `${Number(amount) * found[2]}${found[1]}`;
};

/** `512 MB` and `512MiB` are 512m, `1TB` is 1024g; a small bare number was meant in megabytes. */
const size: Near = (value) => {
  const [, amount = '', letter = ''] =
    /^\s*(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b|bytes?)?\s*$/i.exec(String(value)) ?? [];
  const number = Number(amount);
  if (amount === '' || number === 0) return undefined;
  const unit = letter.toLowerCase();
  if (unit === 't') return `${number * 1024}g`;
  if (unit === 'k' && number < 6144) return undefined;
  return `${number}${unit || (number < 6 * 1024 * 1024 ? 'm' : 'b')}`;
};

const restart: Near = (value) => {
  const text = String(value).toLowerCase().replaceAll('_', '-');
  if (/^(false|never|none|off)$/.test(text)) return 'no';
  if (/^(true|yes|on)$/.test(text)) return 'always';
  if (/fail|error/.test(text)) return 'on-failure';
  return similar(text, ['no', 'always', 'unless-stopped', 'on-failure']);
};

const transport: Near = (value) =>
  /^(sse|streamable|http)/i.test(String(value)) ? 'http' : /^std/i.test(String(value)) ? 'stdio' : undefined;

/** `:8080` and `8080/tcp` are 8080. */
const port: Near = (value) => {
  const [, digits] = /^[^\d-]*(\d{1,5})(?:\/(?:tcp|udp))?$/.exec(String(value)) ?? [];
  return digits === undefined ? undefined : Number(digits);
};

const number: Near = (value) => (/^\s*\d+(\.\d+)?\s*$/.test(String(value)) ? Number(value) : undefined);

const flag: Near = (value) => {
  const text = String(value).trim();
  if (/^(true|yes|on|y|1|enabled?)$/i.test(text)) return true;
  return /^(false|no|off|n|0|disabled?)$/i.test(text) ? false : undefined;
};

/** `My Tools` is my-tools. */
const stackName: Near = (value) => {
  const text = String(value)
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^[^a-z0-9]+|-+$/g, '');
  return text === '' || text.length > 63 ? undefined : text;
};

const prefix: Near = (value) => {
  const text = String(value)
    .replace(/[^A-Za-z0-9_-]+/g, '_')
    .replace(/^_+|_+$/g, '');
  return text === '' || text.length > 32 ? undefined : text;
};

const path: Near = (value) => (/^[\w.~/-]+$/.test(String(value)) ? `/${value}` : undefined);

const hostName: Near = (value) =>
  /^(?:\w+:\/\/)?([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(?::\d+)?(?:\/|$)/.exec(String(value))?.[1];

const origin: Near = (value) => {
  const host = /^(https?:\/\/)?([\w.-]+(?::\d+)?)\/?/.exec(String(value));
  return host?.[2] === undefined ? undefined : `${host[1] ?? 'https://'}${host[2]}`;
};

/** `parent.key` where a key means different things. */
const NEAR: Readonly<Record<string, Near>> = {
  ...keyed(duration, ['timeouts.start', 'call', 'callMax', 'drain', 'idle', 'health', 'stopGrace']),
  ...keyed(duration, ['interval', 'timeout', 'startPeriod', 'startInterval']),
  ...keyed(flag, ['enabled', 'disabled', 'readOnly', 'disable']),
  ...keyed(port, ['port', 'redirectPort']),
  ...keyed(number, ['pids', 'maxInFlight', 'retries']),
  ...keyed(path, ['path', 'tmpfs']),
  name: stackName,
  prefix,
  allowedHosts: hostName,
  allowedOrigins: origin,
  cpus: number,
  memory: size,
  restart,
  transport,
};

function keyed(near: Near, keys: readonly string[]): Record<string, Near> {
  return Object.fromEntries(keys.map((key) => [key, near]));
}

/** @param names of the key: `parent.key`, then `key` */
export function nearValue(names: readonly string[], value: unknown): ReturnType<Near> {
  if (typeof value === 'object' || String(value).includes('${')) return undefined;
  if (names.some((it) => /^rename\.[^.]+$/.test(it))) return prefix(value);
  const name = names.find((it) => Object.hasOwn(NEAR, it));
  return name === undefined ? undefined : NEAR[name]?.(value);
}
