/** Modern params for a server of the legacy era: without what only the gateway and its client have to know. */
import type { Reply } from '../../model/ports.ts';
import { withoutMembers } from '../../rpc/edit.ts';
import { member, type Span, slice, splice } from '../../rpc/envelope.ts';
import { errorObject } from '../../rpc/message.ts';

const PREFIX = 'io.modelcontextprotocol/';
/** Legacy servers have keys of their own under the prefix (tasks), so these are named one by one. */
const ENVELOPE: ReadonlySet<string> = new Set(
  ['protocolVersion', 'clientInfo', 'clientCapabilities', 'logLevel'].map((name) => PREFIX + name),
);
const RETRY: ReadonlySet<string> = new Set(['inputResponses', 'requestState']);
const INVALID_PARAMS = -32_602;

const whole = (text: Buffer): Span => ({ start: 0, end: text.length });

/**
 * The params for the server, or the refusal of a retry with a `requestState`: a legacy server gave none, so nobody can say that it
 * is whole (2026-07-28, basic/patterns/mrtr, Server Requirements).
 */
export function legacyParams(params: Buffer | undefined): Buffer | Reply | undefined {
  if (!params) return undefined;
  if (member(params, whole(params), 'requestState'))
    return { kind: 'error', json: errorObject(INVALID_PARAMS, 'requestState is not valid') };
  const meta = member(params, whole(params), '_meta');
  const bare = meta && withoutMembers(slice(params, meta), ENVELOPE);
  const stripped = bare && meta ? splice(params, [{ ...meta, with: bare }]) : params;
  return withoutMembers(stripped, isEmpty(bare) ? new Set([...RETRY, '_meta']) : RETRY);
}

const isEmpty = (object: Buffer | undefined): boolean => object?.toString() === '{}';
