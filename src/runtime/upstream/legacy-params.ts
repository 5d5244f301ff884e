/** Modern params for a server of the legacy era: without what only the gateway and its client have to know. */
import { META } from '../../model/modern.ts';
import type { Reply } from '../../model/ports.ts';
import { joined, withoutMembers } from '../../rpc/edit.ts';
import { members, slice } from '../../rpc/envelope.ts';
import { errorObject } from '../../rpc/message.ts';

/** Legacy servers have keys of their own under the prefix (tasks), so these are named one by one. */
const ENVELOPE: ReadonlySet<string> = new Set([
  META.version,
  META.clientInfo,
  META.capabilities,
  META.logLevel,
]);
const INVALID_PARAMS = -32_602;

/**
 * The params for the server, or the refusal of a retry with a `requestState`: a legacy server gave none, so nobody can say that it
 * is whole (2026-07-28, basic/patterns/mrtr, Server Requirements).
 */
export function legacyParams(params: Buffer | undefined): Buffer | Reply | undefined {
  if (!params) return undefined;
  const all = members(params, { start: 0, end: params.length });
  if (all.some(({ name }) => name === 'requestState'))
    return { kind: 'error', json: errorObject(INVALID_PARAMS, 'requestState is not valid') };
  const kept = all.flatMap(({ name, value }) => {
    const json = slice(params, value);
    const left = name === '_meta' ? withoutMembers(json, ENVELOPE) : json;
    return name === 'inputResponses' || (left !== json && left.length === EMPTY)
      ? []
      : [{ name, json: left }];
  });
  return joined(kept);
}

const EMPTY = '{}'.length;
