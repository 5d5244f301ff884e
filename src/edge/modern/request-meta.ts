/** Reads what a modern request declares about its client in `_meta` (2026-07-28, basic/index, _meta). */

import { MCP_LEVELS } from '../../model/watch/log-search.ts';
import { isNull, isObject, member, members, type Span, slice, stringAt } from '../../wire/envelope.ts';
import { META } from '../../wire/modern-names.ts';
import { type AskableCapabilities, capabilitiesProblem, readAskable } from '../shared/askable.ts';
import type { Params } from '../shared/era.ts';
import { severityOf } from '../shared/log-levels.ts';

export interface RequestMeta {
  readonly version: string;
  /** Capabilities of the client that servers may use during this request. */
  readonly askable: AskableCapabilities;
  /** The client has declared extensions: its servers may answer with results of other types. */
  readonly hasExtensions: boolean;
  /** Index into MCP_LEVELS of the least severe log messages that the client wants; undefined for none. */
  readonly logLevel: number | undefined;
  /** JSON text. */
  readonly progressToken: Buffer | undefined;
  readonly clientInfo: Span | undefined;
}

/** The metadata, or in words what is missing or wrong. */
export function readMeta(text: Buffer, params: Params): RequestMeta | string {
  const meta = params.get('_meta');
  if (!meta || !isObject(text, meta)) return 'params._meta is missing: every request carries it';
  const fields = new Map(members(text, meta).map(({ name, value }) => [name, value]));
  const version = stringAt(text, fields.get(META.version));
  if (version === undefined) return `_meta["${META.version}"] is missing or no string`;
  const capabilities = fields.get(META.capabilities);
  if (!capabilities || !isObject(text, capabilities))
    return `_meta["${META.capabilities}"] is missing or no object`;
  const problem = capabilitiesProblem(capabilities);
  if (problem) return problem;
  const logLevel = readLogLevel(text, fields.get(META.logLevel));
  if (logLevel === -1) return `_meta["${META.logLevel}"] must be one of ${MCP_LEVELS.join(', ')}`;
  const token = fields.get('progressToken');
  return {
    version,
    askable: readAskable(text, capabilities),
    hasExtensions: hasExtensions(text, capabilities),
    logLevel,
    progressToken: token && slice(text, token),
    clientInfo: fields.get(META.clientInfo),
  };
}

function hasExtensions(text: Buffer, capabilities: Span): boolean {
  if (capabilities.end - capabilities.start <= '{"extensions":{}}'.length) return false;
  const span = member(text, capabilities, 'extensions');
  return span !== undefined && isObject(text, span);
}

function readLogLevel(text: Buffer, span: Span | undefined): number | undefined {
  return !span || isNull(text, span) ? undefined : severityOf(stringAt(text, span));
}
