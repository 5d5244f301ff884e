/**
 * Detects a stale handshake: the server was replaced by another version of itself, or has forgotten the
 * session, and refuses what was agreed on at the start of the connection.
 */

import { GatewayError } from '../../errors.ts';
import type { Reply } from '../../model/calls.ts';
import type { Clock } from '../../model/clock.ts';
import type { Era } from '../../model/era.ts';
import { cutEnd } from '../../model/text/cut.ts';
import type { Json } from '../../model/text/json.ts';
import { oneLine } from '../../model/text/visible.ts';
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
  /** Sends a request for a list. Undefined if the server has none. */
  readonly probeList: () => SentCall | undefined;
  /** Called once, when the handshake has proved stale. */
  readonly onStale: (error: GatewayError) => void;
}

export class StaleHandshake {
  readonly #options: StaleHandshakeOptions;
  /** Resolves with the error if the probe proves the handshake stale. */
  #probing: Promise<GatewayError | undefined> | undefined;
  /** Ids of the probe's requests. */
  readonly #probes = new Set<number>();
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
    if (this.#probes.has(id)) return undefined;
    const { era } = this.#options;
    const read = readError(error);
    const isVague = era === 'legacy' && isVagueSign(read);
    if (!isVague && !isSuspicious(era, read)) return undefined;
    if (this.#concluded) return this.#concluded;
    return isRefusal && isSessionOver(read) ? this.#conclude() : this.#probe(isVague ? read : undefined);
  }

  /** Probes the server because of a sign that is not an error reply. */
  suspectStale(): void {
    if (!this.#concluded) void this.#probe();
  }

  /** @param vague the sign that led to the probe, if it is a vague one */
  #probe(vague?: RpcError): Promise<GatewayError | undefined> | undefined {
    if (this.#probing) return this.#probing;
    if (this.#options.clock.now() < this.#quietUntil) return undefined;
    this.#probing = this.#judge(vague);
    return this.#probing;
  }

  async #judge(vague: RpcError | undefined): Promise<GatewayError | undefined> {
    const { era, probe, probeList } = this.#options;
    const reply = await this.#ask(probe());
    if (provesStale(era, reply)) return this.#conclude();
    const sign = vague ?? vagueSignOf(era, reply);
    // Some servers answer `ping` outside of a session too, and others do not have it.
    if (sign && isRefusedAll(await this.#ask(probeList()), reply)) return this.#conclude(sign);
    this.#probing = undefined;
    this.#probes.clear();
    this.#quietUntil = this.#options.clock.now() + QUIET_MS;
    return this.#concluded;
  }

  /** The answer must not wait for the probe itself. */
  #ask(sent: SentCall): Promise<Reply>;
  #ask(sent: SentCall | undefined): Promise<Reply | undefined>;
  async #ask(sent: SentCall | undefined): Promise<Reply | undefined> {
    if (sent) this.#probes.add(sent.id);
    return sent?.reply;
  }

  /** @param sign the server's own words, if they are the only sign */
  #conclude(sign?: RpcError): Promise<GatewayError> {
    if (this.#concluded) return this.#concluded;
    const error = staleError(this.#options.serverName, this.#options.era, sign);
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

/** What servers write who miss a session, or the `initialize` that begins one. */
const OF_SESSION = /\bsession\b|initiali[sz]/i;

const ofSession = ({ code, message }: RpcError): boolean =>
  code !== RPC.SERVER_GONE && typeof message === 'string' && OF_SESSION.test(message);

/** Refused before it was run: a status that asks for credentials, or a login that could not be renewed. */
const isUnauthorized = ({ code, data }: RpcError): boolean =>
  code === RPC.SERVER_GONE &&
  (data?.status === 401 ||
    data?.status === 403 ||
    data?.code === 'LOGIN_REQUIRED' ||
    data?.code === 'LOGIN_FAILED');

/**
 * True for an error by which a server may say that it does not know the session, or something else: another
 * HTTP status, or the word. Only a server that answers everything like that has forgotten the session.
 */
const isVagueSign = (error: RpcError): boolean =>
  isUnauthorized(error) ||
  ofSession(error) ||
  (error.code === RPC.SERVER_GONE && typeof error.data?.status === 'number' && !isRefused(error));

function vagueSignOf(era: Era, { kind, json }: Reply): RpcError | undefined {
  if (era !== 'legacy' || kind !== 'error') return undefined;
  const error = readError(json);
  return isVagueSign(error) ? error : undefined;
}

/** @param list the answer to the request for a list; without one, `ping` decides */
function isRefusedAll(list: Reply | undefined, ping: Reply): boolean {
  const { kind, json } = list ?? ping;
  if (kind !== 'error') return false;
  const error = readError(json);
  return isVagueSign(error) || isSuspicious('legacy', error);
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

/** Messages that say that the request was refused for its session, and not what became of it. */
const REFUSED_SESSION = new RegExp(
  String.raw`^\W*(?:(?:bad request|error|not found)\W+)?` +
    String.raw`(?:(?:no|invalid|unknown|missing|expired)\b[^.]{0,20}\bsession` +
    '|(?:mcp )?session (?:id )?(?:is )?' +
    '(?:not found|expired|unknown|invalid|required|missing|terminated)' +
    '|(?:the )?server (?:is )?not (?:yet )?(?:been )?initiali[sz]ed|not initiali[sz]ed)',
  'i',
);

const isForSession = ({ message }: RpcError): boolean =>
  typeof message === 'string' && REFUSED_SESSION.test(message);

/** The reply to a call in place of `answered`, an error from a server whose handshake is stale. */
export function staleReply(error: GatewayError, answered: Json, isRefusal: boolean): Reply {
  const read = readError(answered);
  const isUndone = isRefusal || NOTHING_RUN.has(read.code) || isForSession(read) || isUnauthorized(read);
  const { json } = failure(RPC.SERVER_GONE, error);
  return { kind: 'error', json, isUndone };
}

function staleError(serverName: string, era: Era, sign: RpcError | undefined): GatewayError {
  const words = typeof sign?.message === 'string' ? sign.message.replace(/; fix: .*$/s, '') : '';
  const inIt = words && ` (${oneLine(cutEnd(words, 200))})`;
  const what = era === 'modern' ? `protocol version ${MODERN_VERSION}` : `the session that it issued${inIt}`;
  return new GatewayError('SERVER_EXITED', `${serverName} no longer accepts ${what}: Hive reconnects to it`, {
    hint: 'call again: the new connection answers',
  });
}
