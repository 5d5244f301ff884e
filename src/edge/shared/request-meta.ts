import { isNull, isObject, member, members, type Span, slice, stringAt, whole } from '../../wire/envelope.ts';
import { META } from '../../wire/modern-names.ts';
import type { Params } from './era.ts';
import { LOG_LEVELS, type LogLevel } from './log-levels.ts';

export interface RequestMeta {
  readonly version: string;
  /** What servers may ask of this client for this request. */
  readonly asks: AskableCapabilities;
  /** Index into LOG_LEVELS; undefined when it wants no log messages. */
  readonly logLevel: number | undefined;
  /** JSON text of its progress token. */
  readonly progressToken: Buffer | undefined;
}

/** JSON text of each capability that the client declared, by name. */
export type AskableCapabilities = ReadonlyMap<Askable, Buffer>;
export type Askable = (typeof ASKABLE)[number];
const ASKABLE = ['elicitation', 'sampling', 'roots'] as const;
const NOTHING: AskableCapabilities = new Map();

/** What the request says, or in words what is missing or wrong. */
export function readMeta(text: Buffer, params: Params): RequestMeta | string {
  const meta = params.get('_meta');
  if (!meta || !isObject(text, meta)) return 'params._meta is missing: every request carries it';
  const fields = new Map(members(text, meta).map(({ name, value }) => [name, value]));
  const version = stringAt(text, fields.get(META.version));
  if (version === undefined) return `_meta["${META.version}"] is missing or no string`;
  const capabilities = fields.get(META.capabilities);
  if (!capabilities || !isObject(text, capabilities))
    return `_meta["${META.capabilities}"] is missing or no object`;
  const logLevel = readLogLevel(text, fields.get(META.logLevel));
  if (logLevel === -1) return `_meta["${META.logLevel}"] must be one of ${LOG_LEVELS.join(', ')}`;
  const token = fields.get('progressToken');
  return {
    version,
    asks: readAskable(text, capabilities),
    logLevel,
    progressToken: token && slice(text, token),
  };
}

function readLogLevel(text: Buffer, span: Span | undefined): number | undefined {
  if (!span || isNull(text, span)) return undefined;
  return LOG_LEVELS.indexOf(stringAt(text, span) as LogLevel);
}

/** Those of a client that declared them once, in its `initialize`: JSON text, absent for none. */
export function askableIn(capabilities: string | undefined): AskableCapabilities {
  if (capabilities === undefined) return NOTHING;
  const text = Buffer.from(capabilities);
  return readAskable(text, whole(text));
}

function readAskable(text: Buffer, capabilities: Span): AskableCapabilities {
  if (capabilities.end - capabilities.start < '{"roots":{}}'.length) return NOTHING;
  const found = ASKABLE.flatMap((name) => {
    const span = member(text, capabilities, name);
    return span && isObject(text, span) ? [[name, slice(text, span)] as const] : [];
  });
  return found.length > 0 ? new Map(found) : NOTHING;
}

/** For a legacy server's `initialize`; undefined for a client that can be asked nothing, and may share connections. */
export function capabilitiesText(asks: AskableCapabilities): string | undefined {
  if (asks.size === 0) return undefined;
  return `{${[...asks].map(([name, json]) => `"${name}":${json}`).join(',')}}`;
}
