/** Modern params for a server of the legacy era: without what only the gateway and its client have to know. */

import type { Reply } from '../../model/calls.ts';
import { RPC } from '../../wire/codes.ts';
import { objectOf, withoutMembers } from '../../wire/edit.ts';
import { type Member, members, slice, whole } from '../../wire/envelope.ts';
import { errorObject } from '../../wire/message.ts';
import { META } from '../../wire/modern-names.ts';

/** Legacy servers have keys of their own under the prefix (tasks), so these are named one by one. */
const ENVELOPE: ReadonlySet<string> = new Set([
  META.version,
  META.clientInfo,
  META.capabilities,
  META.logLevel,
]);

/**
 * The params for the server, or the refusal of a retry with a `requestState`: a legacy server gave none, so nobody can say that it
 * is whole (2026-07-28, basic/patterns/mrtr, Server Requirements).
 */
export function legacyParams(params: Buffer | undefined): Buffer | Reply | undefined {
  if (!params) return undefined;
  const all = members(params, whole(params));
  if (all.some(({ name }) => name === 'requestState'))
    return { kind: 'error', json: errorObject(RPC.INVALID_PARAMS, 'requestState is not valid') };
  return objectOf(
    all
      .map((member) => (member.name === '_meta' ? withoutEnvelope(params, member) : asItIs(params, member)))
      .filter((member) => member !== undefined),
  );
}

const asItIs = (params: Buffer, { name, start, value }: Member): Buffer | undefined =>
  name === 'inputResponses' ? undefined : params.subarray(start, value.end);

/** Nothing when nothing else was in it. */
function withoutEnvelope(params: Buffer, { start, value }: Member): Buffer | undefined {
  const meta = slice(params, value);
  const left = withoutMembers(meta, ENVELOPE);
  if (left === meta) return params.subarray(start, value.end);
  return left.length === EMPTY ? undefined : Buffer.concat([params.subarray(start, value.start), left]);
}

const EMPTY = '{}'.length;
