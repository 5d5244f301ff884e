/** Requests of modern clients to servers of the legacy era: their params without the modern envelope. */
import type { Reply } from '../../model/calls.ts';
import type { Json } from '../../model/text/json.ts';
import { RPC } from '../../wire/codes.ts';
import { objectOf, withoutMembers } from '../../wire/edit.ts';
import { type Member, members, slice, whole } from '../../wire/envelope.ts';
import { errorObject } from '../../wire/message.ts';
import { META } from '../../wire/modern-names.ts';

/** Named one by one, since legacy servers have keys of their own under the same prefix (tasks). */
const ENVELOPE: ReadonlySet<string> = new Set([
  META.version,
  META.clientInfo,
  META.capabilities,
  META.logLevel,
]);

/**
 * The params for the server, or the refusal of a retry with a `requestState`. Legacy servers issue none, so
 * its integrity cannot be verified (2026-07-28, basic/patterns/mrtr, Server Requirements).
 */
export function stripEnvelope(params: Json | undefined): Json | Reply | undefined {
  if (!params) return undefined;
  const all = members(params, whole(params));
  if (all.some(({ name }) => name === 'requestState'))
    return { kind: 'error', json: errorObject(RPC.INVALID_PARAMS, 'requestState is not valid') };
  return objectOf(
    all
      .map((member) =>
        member.name === '_meta' ? withoutEnvelope(params, member) : unchanged(params, member),
      )
      .filter((member) => member !== undefined),
  );
}

const unchanged = (params: Json, { name, start, value }: Member): Buffer | undefined =>
  name === 'inputResponses' ? undefined : params.subarray(start, value.end);

/** The `_meta` member without the envelope; undefined if nothing else is in it. */
function withoutEnvelope(params: Json, { start, value }: Member): Buffer | undefined {
  const meta = slice(params, value);
  const left = withoutMembers(meta, ENVELOPE);
  if (left === meta) return params.subarray(start, value.end);
  return left.length === EMPTY_LENGTH
    ? undefined
    : Buffer.concat([params.subarray(start, value.start), left]);
}

const EMPTY_LENGTH = '{}'.length;
