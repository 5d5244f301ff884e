/**
 * The `_meta` envelope of the modern era, in which each request describes its client (2026-07-28,
 * basic/index, _meta).
 */
import type { Json } from '../../../model/text/json.ts';
import { HIVE_VERSION } from '../../../model/text/version.ts';
import { withoutMembers } from '../../../wire/edit.ts';
import { isObject, member, slice, splice, whole } from '../../../wire/envelope.ts';
import { META, MODERN_VERSION } from '../../../wire/modern-names.ts';

export const LOG_LEVEL = Buffer.from(`"${META.logLevel}"`);
const META_MEMBER = Buffer.from('"_meta"');
const ESCAPED = Buffer.from('\\u');

/** Client capabilities that mean the same in both eras. `tasks` does not. */
const SHARED = ['elicitation', 'sampling', 'roots', 'experimental'];

/**
 * The members that describe the caller, as JSON text without the braces around them. `capabilities` is JSON
 * text as a legacy client declared it.
 */
export function envelopeOf(capabilities = '{}', logLevel?: string, extensions?: object): Buffer {
  const declared = JSON.parse(capabilities) as Record<string, unknown>;
  const shared = Object.fromEntries(
    SHARED.flatMap((name) => (declared[name] == null ? [] : [[name, declared[name]]])),
  );
  const text = JSON.stringify({
    [META.version]: MODERN_VERSION,
    [META.capabilities]: { ...shared, ...(extensions && { extensions }) },
    [META.clientInfo]: { name: 'hive', version: HIVE_VERSION },
    ...(logLevel === undefined ? {} : { [META.logLevel]: logLevel }),
  });
  return Buffer.from(text.slice(1, -1));
}

/**
 * `params` with the envelope in its `_meta`. Members that are there already (progressToken, traceparent)
 * stay.
 */
export function withEnvelope(params: Json | undefined, envelope: Buffer): Json {
  if (!params) return Buffer.concat([Buffer.from('{"_meta":{'), envelope, Buffer.from('}}')]) as Json;
  // Most params have no `_meta`: one native search is much cheaper than walking over the arguments.
  const mayHave = params.includes(META_MEMBER) || params.includes(ESCAPED);
  const meta = mayHave ? member(params, whole(params), '_meta') : undefined;
  if (meta && isObject(params, meta)) return appended(params, meta, envelope);
  const added = Buffer.concat([Buffer.from('"_meta":{'), envelope, Buffer.from('}')]);
  return appended(params, whole(params), added);
}

/** The object at the span with more members at its end, where they override earlier ones of the same name. */
export function appended(text: Json, { start, end }: { start: number; end: number }, more: Buffer): Json {
  const isEmpty = !/\S/.test(text.toString('latin1', start + 1, Math.min(end - 1, start + 64)));
  const comma = isEmpty ? [] : [Buffer.from(',')];
  return splice(text, [{ start: end - 1, end: end - 1, with: Buffer.concat([...comma, more]) }]);
}

/** JSON text of the subscription id in a notification's `params`. */
export function subscriptionOf(params: Json): string | undefined {
  const span = member(params, whole(params), '_meta', META.subscription);
  return span && slice(params, span).toString();
}

/** `params` of a notification without the gateway's subscription id, which means nothing to clients. */
export function withoutSubscription(params: Json): Json {
  const span = member(params, whole(params), '_meta');
  if (!span || !isObject(params, span)) return params;
  const kept = withoutMembers(slice(params, span), SUBSCRIPTION);
  return kept.equals(EMPTY) ? withoutMembers(params, ALL_META) : splice(params, [{ ...span, with: kept }]);
}

const SUBSCRIPTION: ReadonlySet<string> = new Set([META.subscription]);
const ALL_META: ReadonlySet<string> = new Set(['_meta']);
const EMPTY = Buffer.from('{}');
