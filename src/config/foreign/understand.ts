/** Reads an entry that was written for another client: its keys and references, in the words of Hive. */

import { isRecord } from '../../model/collections/is-record.ts';
import { ABOUT_CLIENT, ALIASES, TYPES } from './aliases.ts';
import { HIVE_KEYS } from './hive-keys.ts';
import { type Keys, textsOf } from './keys.ts';
import { type Surroundings, translateReferences } from './references.ts';

export interface Understood {
  readonly data: Keys;
  /** Sentences about what was left out, or means nothing here. */
  readonly notes: readonly string[];
}

/** A number without a unit: clients mean milliseconds from here on, seconds below. */
const LEAST_MS = 1_000;

/** Keys that are unknown here too stay, so that the schema refuses them with its hints. */
export function understandEntry(entry: Keys, around: Surroundings): Understood {
  const notes: string[] = [];
  const { data, left } = withHiveKeys(entry);
  if (left.length > 0) notes.push(`left out, since only its client acts on it: ${left.join(', ')}`);
  const translated = translateReferences(data, around, (note) => notes.push(note));
  return { data: translated, notes: [...new Set(notes)] };
}

function withHiveKeys(entry: Keys): { data: Keys; left: string[] } {
  const data: Record<string, unknown> = {};
  const left: string[] = [];
  for (const [key, value] of Object.entries(entry)) {
    if (key === 'link' && isUrl(value) && !('url' in entry)) data.url = value;
    else if (HIVE_KEYS.has(key)) data[key] = value;
    else if (!adopt(data, entry, key, value)) {
      if (ABOUT_CLIENT.has(key)) left.push(key);
      else data[key] = value;
    }
  }
  const { oauth, leftOfOAuth } = oauthOf(data);
  return {
    data: { ...data, ...typeOf(data), ...transportOf(data), ...toolsOf(data), ...oauth },
    left: [...left, ...leftOfOAuth],
  };
}

/** Takes over a key that has another name in Hive. @returns false if it has none */
function adopt(data: Record<string, unknown>, entry: Keys, key: string, value: unknown): boolean {
  if (key === 'timeout') return adoptTimeout(data, entry, value);
  const own = Object.hasOwn(ALIASES, key) ? ALIASES[key] : undefined;
  if (own === undefined) return false;
  if (own === 'allow' || own === 'deny') {
    const names = textsOf(value).filter((name) => name !== '*');
    if (names.length > 0) data.tools = { ...(isRecord(data.tools) ? data.tools : {}), [own]: names };
    return true;
  }
  if (own in entry || !HIVE_KEYS.has(own)) return false;
  data[own] = value;
  return true;
}

function adoptTimeout(data: Record<string, unknown>, entry: Keys, value: unknown): boolean {
  if (typeof value !== 'number' || value <= 0 || 'timeouts' in entry) return false;
  data.timeouts = { call: value >= LEAST_MS ? `${value}ms` : `${value}s` };
  return true;
}

function typeOf({ type }: Keys): Keys {
  return typeof type === 'string' && Object.hasOwn(TYPES, type) ? { type: TYPES[type] } : {};
}

/** `transport: http` beside a URL says nothing more; some write the URL within it. */
function transportOf({ transport, image, dockerfile, build }: Keys): Keys {
  if ((image ?? dockerfile ?? build) !== undefined || transport === undefined) return {};
  const { url, headers } = isRecord(transport) ? transport : {};
  return {
    transport: undefined,
    ...(url === undefined ? {} : { url }),
    ...(headers === undefined ? {} : { headers }),
  };
}

const isUrl = (value: unknown): boolean => typeof value === 'string' && /^https?:\/\//.test(value);

/** Keys of `oauth` that Hive finds out from the server. */
const FOUND_OUT = new Set(['enabled', 'authorizationUrl', 'tokenUrl', 'redirectUri', 'registrationUrl']);

function oauthOf({ oauth }: Keys): { oauth: Keys; leftOfOAuth: string[] } {
  if (!isRecord(oauth)) return { oauth: {}, leftOfOAuth: [] };
  const left = Object.keys(oauth).filter((key) => FOUND_OUT.has(key));
  const own = Object.fromEntries(Object.entries(oauth).filter(([key]) => !FOUND_OUT.has(key)));
  return { oauth: { oauth: own }, leftOfOAuth: left.map((key) => `oauth.${key}`) };
}

/** `tools: ["*"]` offers all. */
function toolsOf({ tools }: Keys): Keys {
  if (!Array.isArray(tools)) return {};
  const allow = textsOf(tools).filter((name) => name !== '*');
  return { tools: allow.length > 0 ? { allow } : undefined };
}
