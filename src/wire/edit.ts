/** Small changes to JSON objects in bytes; what is not changed is copied as it is. */
import { members, whole } from './envelope.ts';
import { skipSpace } from './json.ts';

const CLOSE_BRACE = 0x7d;

/** The object without the named members; the same buffer when it has none of them. */
export function withoutMembers(object: Buffer, names: ReadonlySet<string>): Buffer {
  const all = members(object, whole(object));
  const kept = all.filter(({ name }) => !names.has(name));
  if (kept.length === all.length) return object;
  return objectOf(kept.map(({ start, value }) => object.subarray(start, value.end)));
}

const OPEN = Buffer.from('{');
const COMMA = Buffer.from(',');
const CLOSE = Buffer.from('}');

/** The object of these members, each its key and its value as text. */
export function objectOf(members: readonly Buffer[]): Buffer {
  if (members.length === 0) return Buffer.concat([OPEN, CLOSE]);
  const parts = members.flatMap((member, index) => [index === 0 ? OPEN : COMMA, member]);
  return Buffer.concat([...parts, CLOSE]);
}

/** The object in pieces, with `head` (members as text, without braces) in front: a member that it has itself comes later and counts. */
export function prepended(object: Buffer, head: string): Buffer[] {
  const first = skipSpace(object, 1);
  const comma = object[first] === CLOSE_BRACE ? '' : ',';
  return [Buffer.from(`{${head}${comma}`), object.subarray(first)];
}
