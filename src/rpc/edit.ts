/** Small changes to JSON objects in bytes; what is not changed is copied as it is. */
import { members } from './envelope.ts';
import { skipSpace } from './json.ts';

const CLOSE_BRACE = 0x7d;

/** The object without the named members; the same buffer when it has none of them. */
export function withoutMembers(object: Buffer, names: ReadonlySet<string>): Buffer {
  const all = members(object, { start: 0, end: object.length });
  const kept = all.filter(({ name }) => !names.has(name));
  if (kept.length === all.length) return object;
  return joined(kept.map(({ name, value }) => ({ name, json: object.subarray(value.start, value.end) })));
}

/** The object of these members. */
export function joined(members: readonly { readonly name: string; readonly json: Buffer }[]): Buffer {
  const parts = members.flatMap(({ name, json }, index) => [
    Buffer.from(`${index === 0 ? '' : ','}${JSON.stringify(name)}:`),
    json,
  ]);
  return Buffer.concat([Buffer.from('{'), ...parts, Buffer.from('}')]);
}

/** The object in pieces, with `head` (members as text, without braces) in front: a member that it has itself comes later and counts. */
export function prepended(object: Buffer, head: string): Buffer[] {
  const first = skipSpace(object, 1);
  const comma = object[first] === CLOSE_BRACE ? '' : ',';
  return [Buffer.from(`{${head}${comma}`), object.subarray(first)];
}
