/** Results without the identity of their server, which in the legacy era only the handshake states. */
import type { Json } from '../../../model/text/json.ts';
import { withoutMembers } from '../../../wire/edit.ts';
import { isObject, slice, splice, whole, wholeMember } from '../../../wire/envelope.ts';
import { META } from '../../../wire/modern-names.ts';

const KEY = Buffer.from(JSON.stringify(META.serverInfo));
const IDENTITY: ReadonlySet<string> = new Set([META.serverInfo]);
const META_NAME = Buffer.from('_meta');
const META_MEMBER: ReadonlySet<string> = new Set(['_meta']);
const EMPTY_LENGTH = '{}'.length;

/** The same result if its `_meta` does not name the server. */
export function withoutServerInfo(result: Json): Json {
  if (!result.includes(KEY)) return result;
  const found = wholeMember(result, whole(result), META_NAME);
  if (!found || !isObject(result, found.value)) return result;
  const meta = slice(result, found.value);
  const left = withoutMembers(meta, IDENTITY);
  if (left === meta) return result;
  if (left.length === EMPTY_LENGTH) return withoutMembers(result, META_MEMBER);
  return splice(result, [{ ...found.value, with: left }]);
}
