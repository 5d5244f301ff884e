/**
 * Finds the era of a server: the modern one if it has both (2026-07-28, basic/versioning and the transports).
 */
import type { CallRequest, Reply } from '../../model/calls.ts';
import type { Clock } from '../../model/clock.ts';
import type { Era } from '../../model/era.ts';
import { waitFor } from '../../model/time/wait.ts';
import { MODERN_ONLY, RPC } from '../../wire/codes.ts';
import { METHOD } from '../../wire/methods.ts';
import { MODERN_VERSION } from '../../wire/modern-names.ts';
import type { Link } from '../links/link.ts';
import { noCommonVersion, readDiscovered, supportedOf } from './modern/discover.ts';
import { headersOf } from './modern/headers.ts';
import { envelopeOf, withEnvelope } from './modern/meta.ts';
import { refusedError } from './requests/failures.ts';
import { type Handshake, initializeRequest, readInitialized } from './requests/handshake.ts';
import { type RpcError, readError } from './requests/rpc-error.ts';
import { readSecondEra } from './requests/second-era.ts';

/**
 * How long a process may be silent before it gets `initialize` as well; at most a quarter of its start
 * timeout.
 */
const SILENCE_MS = 3_000;

/** The same for a container, whose process cannot be started once more if it turns out to have both eras. */
const CONTAINER_SILENCE_MS = 10_000;

/** How much later than the answer to `initialize` that to the probe may come. */
const LATE_ANSWER_MS = 250;

export interface NegotiateOptions {
  readonly serverName: string;
  readonly clock: Clock;
  readonly kind: Link['kind'];
  readonly startMs: number;
  /** Resolves once the server itself runs: silence counts from then on. */
  readonly installed?: Promise<void> | undefined;
  readonly call: (request: CallRequest, headers?: Readonly<Record<string, string>>) => Promise<Reply>;
  /** JSON text, for `initialize`. */
  readonly capabilities?: string | undefined;
  /** The era found at an earlier start, which is tried first. */
  readonly remembered?: Era | undefined;
  /** The server is known to be modern: asked whether it has the legacy era as well, and for nothing else. */
  readonly isLegacyOnly?: boolean | undefined;
}

export interface Negotiated extends Handshake {
  /** The era to remember; absent if nothing was learned. */
  readonly learned?: Era;
}

/**
 * The process was asked for both eras because it was slow, and has both. It stays in the legacy one, which it
 * would not have been given on a faster machine.
 */
export class HasBothEras extends Error {
  constructor() {
    super('answered server/discover after initialize had been sent');
  }
}

/**
 * Resolves with the server's handshake.
 * @throws GatewayError SERVER_REFUSED, SERVER_GARBAGE, SERVER_UNREACHABLE; HasBothEras; NoLegacyEra
 */
export async function negotiate(options: NegotiateOptions): Promise<Negotiated> {
  if (options.isLegacyOnly) return readSecondEra(options.serverName, await initialize(options));
  if (options.remembered === 'legacy') {
    const reply = await initialize(options);
    if (!isModernOnly(reply)) return readInitialized(options.serverName, reply);
  }
  const probe = discover(options);
  const first = await firstAnswer(options, probe);
  if (first === undefined) return askBoth(options, probe);
  // A server that refuses the version and lists it as its own may have meant this one request.
  const last = listsOurVersion(first) ? await discover(options) : first;
  return readProbe(options, last) ?? fallBack(options, isEvidence(last));
}

/** For a server that is silent: a slow one will answer both requests in order, a legacy one the second. */
async function askBoth(options: NegotiateOptions, probe: Promise<Reply>): Promise<Negotiated> {
  const reply = await initialize(options);
  const answered = await waitFor(probe, { clock: options.clock, ms: LATE_ANSWER_MS }, () => undefined);
  const modern = answered && readProbe(options, answered);
  if (reply.kind === 'result' && modern && options.kind === 'child') throw new HasBothEras();
  // A process that has accepted `initialize` stays in the legacy era, even if it has both.
  if (reply.kind === 'result' && (options.kind !== 'http' || !modern)) {
    const legacy = readInitialized(options.serverName, reply);
    return { ...legacy, learned: modern ? 'modern' : 'legacy' };
  }
  if (modern) return modern;
  if (!isModernOnly(reply)) return readInitialized(options.serverName, reply);
  const late = readProbe(options, await discover(options));
  return late ?? readInitialized(options.serverName, reply);
}

async function fallBack(options: NegotiateOptions, isEvidence: boolean): Promise<Negotiated> {
  const reply = await initialize(options);
  // Some servers refuse the probe for a temporary reason (still loading), and then refuse `initialize` for
  // good.
  const modern = isModernOnly(reply) ? readProbe(options, await discover(options)) : undefined;
  if (modern) return modern;
  const legacy = readInitialized(options.serverName, reply);
  return isEvidence ? { ...legacy, learned: 'legacy' } : legacy;
}

/** False for a server that is failing, or lets nobody in: its answer shows nothing of its era. */
function isEvidence(reply: Reply): boolean {
  const error = reply.kind === 'error' ? readError(reply.json) : {};
  const status = error.data?.status;
  return !(typeof status === 'number' && status >= 500) && !isUnexplained(error);
}

/**
 * True for a 401 that asks for no login. Some servers give it to everything outside of a session, and
 * `initialize` begins one.
 */
const isUnexplained = ({ data }: RpcError): boolean => data?.challenge === 'none';

/**
 * Reads the answer to `server/discover`. Undefined for a server that must be initialized in the legacy era.
 * @throws GatewayError if neither era is possible
 */
function readProbe({ serverName }: NegotiateOptions, reply: Reply): Negotiated | undefined {
  if (reply.kind === 'result') {
    const found = readDiscovered(reply.json);
    if (!found) return undefined;
    const { supported, ...handshake } = found;
    return offers(serverName, supported) ? { ...handshake, learned: 'modern' } : undefined;
  }
  const error = readError(reply.json);
  if (isUnexplained(error)) return undefined;
  const isRefused = error.data?.status === 401 || error.data?.status === 403;
  if (isRefused || NOT_REACHED.has(error.data?.code))
    throw refusedError(serverName, METHOD.DISCOVER, reply.json);
  if (error.code === RPC.UNSUPPORTED_VERSION && !offers(serverName, supportedOf(error))) return undefined;
  if (MODERN_ONLY.has(error.code)) throw refusedError(serverName, METHOD.DISCOVER, reply.json);
  return undefined;
}

/** Codes of links for a server that was never reached. */
const NOT_REACHED: ReadonlySet<unknown> = new Set(['SERVER_UNREACHABLE', 'LOGIN_REQUIRED', 'LOGIN_FAILED']);

function listsOurVersion({ kind, json }: Reply): boolean {
  const error = kind === 'error' ? readError(json) : undefined;
  return error?.code === RPC.UNSUPPORTED_VERSION && supportedOf(error).includes(MODERN_VERSION);
}

/** False if only the legacy era is possible. @throws GatewayError if neither is */
function offers(serverName: string, supported: readonly string[]): boolean {
  if (supported.includes(MODERN_VERSION)) return true;
  if (supported.some((version) => version < MODERN_VERSION)) return false;
  throw noCommonVersion(serverName, supported);
}

/** True for a refusal of `initialize` that only a server without that method gives. */
function isModernOnly(reply: Reply): boolean {
  return reply.kind === 'error' && readError(reply.json).code === RPC.UNSUPPORTED_VERSION;
}

const initialize = ({ call, capabilities }: NegotiateOptions): Promise<Reply> =>
  call(initializeRequest(capabilities));

function discover({ call }: NegotiateOptions): Promise<Reply> {
  const method = METHOD.DISCOVER;
  return call(
    { method, params: withEnvelope(undefined, envelopeOf()) },
    headersOf(method, undefined, () => []),
  );
}

/** Undefined if the server stays silent. */
async function firstAnswer(
  { clock, kind, startMs, installed, remembered }: NegotiateOptions,
  reply: Promise<Reply>,
): Promise<Reply | undefined> {
  // Over HTTP this includes the time until the server listens at all, and answers may overtake each other.
  if (kind === 'http') return waitFor(reply, { clock, ms: startMs / 2 }, () => undefined);
  // However slow it is: only the limit of the whole start counts.
  if (remembered === 'modern') return reply;
  await Promise.race([reply, installed]);
  const silenceMs = kind === 'child' ? SILENCE_MS : CONTAINER_SILENCE_MS;
  return waitFor(reply, { clock, ms: Math.min(silenceMs, startMs / 4) }, () => undefined);
}
