/** The HTTP headers that each message of a stdio client needs: those of its protocol era. */
import { type Envelope, member, slice, stringAt } from '../../wire/envelope.ts';
import { NOTIFICATION } from '../../wire/methods.ts';
import { META, MODERN_VERSION } from '../../wire/modern-names.ts';

/** Undefined for a message of the legacy era, which needs those of its session instead. */
export type ModernHeaders = Readonly<Record<string, string>> | undefined;

/** Ids of modern requests that are remembered. Older ones have been answered long since. */
const MAX_IDS = 1_000;

/**
 * The returned function must see every message of the client, in order: a cancellation has the era of the
 * request that it cancels.
 */
export function createMessageHeaders(): (message: Buffer, envelope: Envelope) => ModernHeaders {
  const modernIds = new Set<string>();
  return (message, { id, method, params }) => {
    const name = stringAt(message, method);
    if (name === undefined) return undefined;
    const cancelled = name === NOTIFICATION.CANCELLED ? member(message, params, 'requestId') : undefined;
    if (cancelled && modernIds.has(slice(message, cancelled).toString()))
      return headersOf(MODERN_VERSION, name);
    const version = stringAt(message, member(message, params, '_meta', META.version));
    if (version === undefined) return undefined;
    if (id) remember(modernIds, slice(message, id).toString());
    return headersOf(version, name);
  };
}

const headersOf = (version: string, method: string): ModernHeaders => ({
  'mcp-protocol-version': version,
  'mcp-method': method,
});

function remember(ids: Set<string>, id: string): void {
  const [oldest] = ids;
  if (oldest !== undefined && ids.size >= MAX_IDS) ids.delete(oldest);
  ids.add(id);
}
