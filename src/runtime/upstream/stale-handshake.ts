/** A server that was replaced by another version of itself, and refuses what was agreed on with the one before. */
import { GatewayError } from '../../errors.ts';
import type { Reply } from '../../model/calls.ts';
import type { Clock } from '../../model/clock.ts';
import type { Era } from '../../model/era.ts';
import { MODERN_ONLY, RPC } from '../../wire/codes.ts';
import { MODERN_VERSION } from '../../wire/modern-names.ts';
import { REFUSED } from '../links/http/errors.ts';
import { readDiscovered, supportedOf } from './modern/discover.ts';
import type { SentCall } from './requests/calls.ts';
import { failure } from './requests/failures.ts';
import { type RpcError, readError } from './requests/rpc-error.ts';

/** How long a suspicion that proved wrong is not followed again. */
const QUIET_MS = 10_000;

export interface OutdatedOptions {
  readonly serverName: string;
  readonly era: Era;
  readonly clock: Clock;
  /** Asks for a sign of life in the words of that era. */
  readonly ask: () => SentCall;
  /** Once: what was agreed on is over. */
  readonly onOutdated: (error: GatewayError) => void;
}

/** Follows errors that a server of another era, or one that has forgotten the session, would give. */
export interface Outdated {
  /**
   * Undefined for an error that says nothing of it, as nearly all. Else what its call is told in its place, if anything, once the server
   * was asked. `id` is that of the call; `isRefusal` as links tell it.
   */
  follow(id: number, error: Buffer, isRefusal: boolean): Promise<GatewayError | undefined> | undefined;
  /** Something else than an error has shown it. */
  suspect(): void;
}

export function createOutdated({ serverName, era, clock, ask, onOutdated }: OutdatedOptions): Outdated {
  let asking: { readonly id: number; readonly verdict: Promise<GatewayError | undefined> } | undefined;
  let over: Promise<GatewayError> | undefined;
  let quietUntil = 0;

  function conclude(): Promise<GatewayError> {
    if (over) return over;
    const error = outdatedError(serverName, era);
    over = Promise.resolve(error);
    onOutdated(error);
    return over;
  }

  async function judge(reply: Promise<Reply>): Promise<GatewayError | undefined> {
    if (isProof(era, await reply)) return conclude();
    asking = undefined;
    quietUntil = clock.now() + QUIET_MS;
    return over;
  }

  function question(): Promise<GatewayError | undefined> | undefined {
    if (asking) return asking.verdict;
    if (clock.now() < quietUntil) return undefined;
    const call = ask();
    asking = { id: call.id, verdict: judge(call.reply) };
    return asking.verdict;
  }

  return {
    follow(id, error, isRefusal) {
      // The answer to the question itself is what everything else waits for.
      if (id === asking?.id) return undefined;
      const read = readError(error);
      if (!isSuspicious(era, read)) return undefined;
      return over ?? (isRefusal && isSessionOver(read) ? conclude() : question());
    },
    suspect: () => void (over ?? question()),
  };
}

/** What our links say of answers that are no messages. */
const isRefused = ({ code, data }: RpcError): boolean =>
  code === RPC.SERVER_GONE && REFUSED.has(data?.status);

/** Only one that was named can be unknown: nothing has to be asked. */
const isSessionOver = ({ data }: RpcError): boolean => data?.session === 'over';

/** Invalid request, no such method, and the codes that the older SDKs use for a session that is missing. */
function isOfLegacy({ code }: RpcError): boolean {
  return code === RPC.INVALID_REQUEST || code === RPC.METHOD_NOT_FOUND || isBetween(code, -32_019, -32_000);
}

const isBetween = (code: unknown, least: number, most: number): boolean =>
  typeof code === 'number' && code >= least && code <= most;

function isSuspicious(era: Era, error: RpcError): boolean {
  if (era === 'legacy') return isRefused(error) || MODERN_ONLY.has(error.code);
  return isRefused(error) || isOfLegacy(error) || error.code === RPC.UNSUPPORTED_VERSION;
}

/** Whether the answer to `server/discover`, or to `ping`, can only be that of a server which is another by now. */
function isProof(era: Era, { kind, json }: Reply): boolean {
  if (era === 'legacy') return kind === 'error' && isSuspicious(era, readError(json));
  if (kind === 'result') return !readDiscovered(json)?.supported.includes(MODERN_VERSION);
  const error = readError(json);
  const isInvalid = error.code === RPC.INVALID_PARAMS;
  return (isInvalid || isSuspicious(era, error)) && !supportedOf(error).includes(MODERN_VERSION);
}

/** By their meaning nothing was run: no request, no such method, and what is wrong with the version, the headers or the capabilities. */
const UNDONE: ReadonlySet<unknown> = new Set([RPC.INVALID_REQUEST, RPC.METHOD_NOT_FOUND, ...MODERN_ONLY]);

/** What a call is told in place of `said`, the error of a server that is another by now. */
export function outdatedReply(error: GatewayError, said: Buffer, isRefusal: boolean): Reply {
  const isUndone = isRefusal || UNDONE.has(readError(said).code);
  const { json } = failure(RPC.SERVER_GONE, error);
  return { kind: 'error', json, isUndone };
}

function outdatedError(serverName: string, era: Era): GatewayError {
  const what = era === 'modern' ? `protocol version ${MODERN_VERSION}` : 'the session that it was given';
  return new GatewayError(
    'SERVER_EXITED',
    `${serverName} does not take ${what} any more: it is connected anew, and asked which version it speaks`,
    { hint: 'call again: the new connection answers' },
  );
}
