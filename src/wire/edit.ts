/** Changes members of JSON objects in bytes. Everything else is copied unchanged. */
import type { Json } from '../model/text/json.ts';
import { members, whole } from './envelope.ts';
import { skipSpace } from './json.ts';

const CLOSE_BRACE = 0x7d;

/** The object without the named members; the same buffer if it has none of them. */
export function withoutMembers(object: Json, names: ReadonlySet<string>): Json {
  const all = members(object, whole(object));
  const kept = all.filter(({ name }) => !names.has(name));
  if (kept.length === all.length) return object;
  return objectOf(kept.map(({ start, value }) => object.subarray(start, value.end)));
}

const OPEN = Buffer.from('{');
const COMMA = Buffer.from(',');
const CLOSE = Buffer.from('}');

/** @param members JSON text of key and value each */
export function objectOf(members: readonly Buffer[]): Json {
  if (members.length === 0) return Buffer.concat([OPEN, CLOSE]) as Json;
  const parts = members.flatMap((member, index) => [index === 0 ? OPEN : COMMA, member]);
  return Buffer.concat([...parts, CLOSE]) as Json;
}

/**
 * The object in pieces, with more members in front. If a name occurs twice, the object's own member comes
 * later and counts.
 * @param head JSON text of the members, without braces
 */
export function prepended(object: Buffer, head: string): Buffer[] {
  const first = skipSpace(object, 1);
  const comma = object[first] === CLOSE_BRACE ? '' : ',';
  return [Buffer.from(`{${head}${comma}`), object.subarray(first)];
}
