/**
 * Detects a stale handshake: the server was replaced by another version of itself, or has forgotten the
 * session, and refuses what was agreed on at the start of the connection.
 */
import { GatewayError } from '../../errors.ts';
import type { Reply } from '../../model/calls.ts';
import type { Clock } from '../../model/clock.ts';
import type { Era } from '../../model/era.ts';
import type { Json } from '../../model/text/json.ts';
import { MODERN_ONLY, RPC } from '../../wire/codes.ts';
import { MODERN_VERSION } from '../../wire/modern-names.ts';
import { REFUSED } from '../links/http/errors.ts';
import { readDiscovered, supportedOf } from './modern/discover.ts';
import type { SentCall } from './requests/calls.ts';
import { failure } from './requests/failures.ts';
import { type RpcError, readError } from './requests/rpc-error.ts';

/** After a suspicion that proved wrong, further ones are ignored for this long. */
const QUIET_MS = 10_000;

export interface StaleHandshakeOptions {
  readonly serverName: string;
  readonly era: Era;
  readonly clock: Clock;
  /** Sends the probe: `ping` or `server/discover`, by era. */
  readonly probe: () => SentCall;
  /** Called once, when the handshake has proved stale. */
  readonly onStale: (error: GatewayError) => void;
}

export class StaleHandshake {
  readonly #options: StaleHandshakeOptions;
  /** `stale` resolves with the error if the probe proves the handshake stale. */
  #probing: { readonly id: number; readonly stale: Promise<GatewayError | undefined> } | undefined;
  #concluded: Promise<GatewayError> | undefined;
  #quietUntil = 0;

  constructor(options: StaleHandshakeOptions) {
    this.#options = options;
  }

  /**
   * Undefined for an error that is no sign of a stale handshake, as nearly all. Else resolves, once the
   * server was probed, with the error that the call gets in place of the server's; undefined if the handshake
   * still holds.
   * @param id of the call
   * @param isRefusal as links state it
   */
  check(id: number, error: Json, isRefusal: boolean): Promise<GatewayError | undefined> | undefined {
    // The answer to the probe must not wait for the probe.
    if (id === this.#probing?.id) return undefined;
    const read = readError(error);
    if (!isSuspicious(this.#options.era, read)) return undefined;
    if (this.#concluded) return this.#concluded;
    return isRefusal && isSessionOver(read) ? this.#conclude() : this.#probe();
  }

  /** Probes the server because of a sign that is not an error reply. */
  suspectStale(): void {
    if (!this.#concluded) void this.#probe();
  }

  #probe(): Promise<GatewayError | undefined> | undefined {
    if (this.#probing) return this.#probing.stale;
    if (this.#options.clock.now() < this.#quietUntil) return undefined;
    const { id, reply } = this.#options.probe();
    this.#probing = { id, stale: this.#judge(reply) };
    return this.#probing.stale;
  }

  async #judge(reply: Promise<Reply>): Promise<GatewayError | undefined> {
    if (provesStale(this.#options.era, await reply)) return this.#conclude();
    this.#probing = undefined;
    this.#quietUntil = this.#options.clock.now() + QUIET_MS;
    return this.#concluded;
  }

  #conclude(): Promise<GatewayError> {
    if (this.#concluded) return this.#concluded;
    const error = staleError(this.#options.serverName, this.#options.era);
    this.#concluded = Promise.resolve(error);
    this.#options.onStale(error);
    return this.#concluded;
  }
}

/** An HTTP status that refuses the request, reported by the link. */
const isRefused = ({ code, data }: RpcError): boolean =>
  code === RPC.SERVER_GONE && REFUSED.has(data?.status);

/** Only a session that was named can be unknown, so no probe is needed. */
const isSessionOver = ({ data }: RpcError): boolean => data?.session === 'over';

/** Invalid request, unknown method, and the codes that older SDKs use for a missing session. */
function isOfLegacy({ code }: RpcError): boolean {
  return (
    code === RPC.INVALID_REQUEST ||
    code === RPC.METHOD_NOT_FOUND ||
    (typeof code === 'number' && code >= LEGACY_SDK_CODES.least && code <= LEGACY_SDK_CODES.most)
  );
}

const LEGACY_SDK_CODES = { least: -32_019, most: RPC.SERVER_ERROR };

function isSuspicious(era: Era, error: RpcError): boolean {
  if (era === 'legacy') return isRefused(error) || MODERN_ONLY.has(error.code);
  return isRefused(error) || isOfLegacy(error) || error.code === RPC.UNSUPPORTED_VERSION;
}

/** True if only a server that has been replaced can answer the probe like this. */
function provesStale(era: Era, { kind, json }: Reply): boolean {
  if (era === 'legacy') return kind === 'error' && isSuspicious(era, readError(json));
  if (kind === 'result') return !readDiscovered(json)?.supported.includes(MODERN_VERSION);
  const error = readError(json);
  const isRejected = error.code === RPC.INVALID_PARAMS || isSuspicious(era, error);
  return isRejected && !supportedOf(error).includes(MODERN_VERSION);
}

/**
 * Codes that mean that nothing was run: the request, the method, the version, headers or capabilities were
 * rejected.
 */
const NOTHING_RUN: ReadonlySet<unknown> = new Set([
  RPC.INVALID_REQUEST,
  RPC.METHOD_NOT_FOUND,
  ...MODERN_ONLY,
]);

/** The reply to a call in place of `answered`, an error from a server whose handshake is stale. */
export function staleReply(error: GatewayError, answered: Json, isRefusal: boolean): Reply {
  const isUndone = isRefusal || NOTHING_RUN.has(readError(answered).code);
  const { json } = failure(RPC.SERVER_GONE, error);
  return { kind: 'error', json, isUndone };
}

function staleError(serverName: string, era: Era): GatewayError {
  const what = era === 'modern' ? `protocol version ${MODERN_VERSION}` : 'the session that it issued';
  return new GatewayError('SERVER_EXITED', `${serverName} no longer accepts ${what}: Hive reconnects to it`, {
    hint: 'call again: the new connection answers',
  });
}
